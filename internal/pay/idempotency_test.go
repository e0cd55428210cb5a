package pay_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// renderName answers with the store's name, so that a replay can be told from
// a second run.
func renderName(s pay.Store) (pay.Answer, error) {
	return pay.Answer{Status: 200, Body: []byte(s.Name + " " + string(s.ID))}, nil
}

func newStore(s *paytest.Shop, name string) pay.NewStore {
	return pay.NewStore{
		ID: pay.StoreID(s.IDs.New("STO")), Slug: s.IDs.Slug(name), Name: name, Owner: s.Merchant.ID, At: s.Core.Now(),
	}
}

func TestRunOnce(t *testing.T) {
	t.Parallel()
	key := func(value string) *pay.Key {
		return &pay.Key{Scope: "merchant/test", Value: value, Keep: 24 * time.Hour}
	}
	t.Run("replays the stored answer and does not look at the repeated input", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			first := mustOnce(t, s, key("a"), newStore(s, "One"))
			again := mustOnce(t, s, key("a"), pay.NewStore{}) // would be refused if it were looked at
			if string(first.Body) != string(again.Body) || again.Status != 200 {
				t.Fatalf("%s, then %s", first.Body, again.Body)
			}
			if other := mustOnce(t, s, key("b"), newStore(s, "One")); string(other.Body) == string(first.Body) {
				t.Fatal("another key replays")
			}
			foreign := &pay.Key{Scope: "other/test", Value: "a", Keep: time.Hour}
			if other := mustOnce(t, s, foreign, newStore(s, "One")); string(other.Body) == string(first.Body) {
				t.Fatal("another scope replays")
			}
		})
	})
	t.Run("a failure frees the key", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			_, err := pay.RunOnce(t.Context(), s.Core, key("a"), pay.CreateStore, newStore(s, " "), renderName)
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			boom := errors.New("boom")
			_, err = pay.RunOnce(t.Context(), s.Core, key("a"), pay.CreateStore, newStore(s, "Two"),
				func(pay.Store) (pay.Answer, error) { return pay.Answer{}, boom })
			if !errors.Is(err, boom) {
				t.Fatal(err)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM stores WHERE name = 'Two'`); n != 0 {
				t.Fatal("a failed command left its store")
			}
			mustOnce(t, s, key("a"), newStore(s, "Three"))
		})
	})
	t.Run("an answer is forgotten after its time", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			first := mustOnce(t, s, key("a"), newStore(s, "One"))
			s.Clock.Advance(24*time.Hour - time.Microsecond)
			if again := mustOnce(t, s, key("a"), newStore(s, "One")); string(again.Body) != string(first.Body) {
				t.Fatal("forgotten too early")
			}
			s.Clock.Advance(time.Microsecond)
			if again := mustOnce(t, s, key("a"), newStore(s, "One")); string(again.Body) == string(first.Body) {
				t.Fatal("never forgotten")
			}
		})
	})
	t.Run("a key in flight is refused", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			inside, release := make(chan struct{}), make(chan struct{})
			var once sync.Once
			var wg sync.WaitGroup
			wg.Go(func() {
				_, err := pay.RunOnce(context.Background(), s.Core, key("a"), pay.CreateStore, newStore(s, "One"),
					func(st pay.Store) (pay.Answer, error) {
						once.Do(func() { close(inside); <-release })
						return renderName(st)
					})
				if err != nil {
					t.Error(err)
				}
			})
			<-inside
			_, err := pay.RunOnce(t.Context(), s.Core, key("a"), pay.CreateStore, newStore(s, "One"), renderName)
			close(release)
			wg.Wait()
			if !fault.Is(err, fault.InFlight) {
				t.Fatalf("got %v", err)
			}
			mustOnce(t, s, key("a"), newStore(s, "One"))
			if n := s.Int(t, `SELECT COUNT(*) FROM stores WHERE name = 'One'`); n != 1 {
				t.Fatalf("%d stores", n)
			}
		})
	})
	t.Run("two nodes at once run the command once", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			other := pay.New(pay.Config{DB: s.Store, Now: s.Clock.Now, IDs: s.IDs})
			t.Cleanup(func() { other.Stop(context.Background()) })
			for round := range 10 {
				var wg sync.WaitGroup
				var answers [2]string
				for node, core := range []*pay.Core{s.Core, other} {
					in := newStore(s, fmt.Sprint("Round ", round))
					in.Owner = pay.MerchantID(s.IDs.New("MER")) // beyond the limit of stores
					wg.Go(func() {
						answer, err := pay.RunOnce(context.Background(), core, key(fmt.Sprint(round)), pay.CreateStore, in, renderName)
						if err != nil {
							t.Error(err)
						}
						answers[node] = string(answer.Body)
					})
				}
				wg.Wait()
				if answers[0] != answers[1] || answers[0] == "" {
					t.Fatalf("round %d: %q and %q", round, answers[0], answers[1])
				}
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM stores WHERE name LIKE 'Round %'`); n != 10 {
				t.Fatalf("%d stores", n)
			}
		})
	})
	t.Run("an answer is sealed at rest", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			mustOnce(t, s, key("a"), newStore(s, "Visible"))
			if n := s.Int(t, `SELECT COUNT(*) FROM idempotency_keys WHERE CAST(answer AS TEXT) LIKE '%Visible%'`); n != 0 {
				t.Fatal("the answer lies open")
			}
		})
	})
}

func mustOnce(t *testing.T, s *paytest.Shop, key *pay.Key, in pay.NewStore) pay.Answer {
	t.Helper()
	answer, err := pay.RunOnce(t.Context(), s.Core, key, pay.CreateStore, in, renderName)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
