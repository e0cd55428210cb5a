package crash

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"tillway/test/harness"
)

// buyers is how many buy at the same time.
const buyers = 24

// storm is the load: buyers who go on buying, whatever happens to the server.
type storm struct {
	shop    *harness.Shop
	chance  chance
	closing atomic.Bool // no new purchases
	crowd   sync.WaitGroup
	count   atomic.Int64

	mu        sync.Mutex
	purchases []*purchase
	problems  []error
}

// raise lets the buyers loose.
func raise(ctx context.Context, t testing.TB, shop *harness.Shop, c chance) *storm {
	s := &storm{shop: shop, chance: c}
	for who := range uint64(buyers) {
		s.crowd.Go(func() { s.buy(ctx, t, who) })
	}
	return s
}

func (s *storm) buy(ctx context.Context, t testing.TB, who uint64) {
	luck := s.chance.stream(who + 1) // stream 0 is the killer's
	for !s.closing.Load() && ctx.Err() == nil {
		p := newPurchase(t, s.shop, fmt.Sprintf("P%d", s.count.Add(1)), newTemper(luck))
		err := p.begin(ctx)
		if err == nil {
			err = p.follow(ctx, false)
		}
		s.note(p, err)
	}
}

func (s *storm) note(p *purchase, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.purchases = append(s.purchases, p)
	if err != nil {
		s.problems = append(s.problems, err)
	}
}

// calm lets the buyers finish what they have begun, those included who were
// left waiting for an outcome.
func (s *storm) calm(ctx context.Context) ([]*purchase, error) {
	s.closing.Store(true)
	s.crowd.Wait()
	var patient sync.WaitGroup
	for _, p := range s.purchases {
		if p.end != waiting {
			continue
		}
		patient.Go(func() {
			if err := p.follow(ctx, true); err != nil {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.problems = append(s.problems, err)
			}
		})
	}
	patient.Wait()
	return s.purchases, errors.Join(s.problems[:min(len(s.problems), 20)]...)
}

// count is how many purchases ended in each way.
func count(purchases []*purchase) map[end]int {
	ends := map[end]int{}
	for _, p := range purchases {
		ends[p.end]++
	}
	return ends
}
