package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"tillway/test/harness"
)

// pause is how long a buyer waits before asking again: a dead server, or one
// that does not know the outcome yet.
const pause = 20 * time.Millisecond

// end is how a purchase ended for its buyer.
type end string

const (
	open    end = ""        // not yet
	paid    end = "paid"    // the server said so
	gaveUp  end = "gave up" // every card was declined
	waiting end = "waiting" // the outcome was unknown when the load ended
)

// purchase is one buyer's way through one checkout, over as many lives of the
// server as it takes.
type purchase struct {
	shop   *harness.Shop
	buyer  *harness.Buyer
	temper temper
	number string // also the merchant's own reference of the order

	url     string
	session string
	pressed int64 // the turn of the last press, -1 before the first
	card    int   // which of the temper's cards is next
	end     end
	order   string // as told when it was paid
	payment string
}

func newPurchase(t testing.TB, shop *harness.Shop, number string, how temper) *purchase {
	return &purchase{shop: shop, buyer: harness.NewBuyer(t), temper: how, number: number, pressed: -1}
}

// begin opens the checkout. The call is repeated under its key until it is
// answered, as the SDK of a careful merchant does.
func (p *purchase) begin(ctx context.Context) error {
	for {
		session, err := p.shop.NewSession(ctx, p.number, p.number)
		if err == nil {
			p.session, p.url = session.SessionID, session.CheckoutURL
			return nil
		}
		var refusal *harness.RefusedError
		if errors.As(err, &refusal) && !temporary(refusal.Status) {
			return err
		}
		if err := rest(ctx); err != nil {
			return err
		}
	}
}

// temporary statuses are those after which the same call is made again: the
// first one is still running, or the server is going down or cannot reach its
// database.
func temporary(status int) bool {
	switch status {
	case http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable:
		return true
	}
	return false
}

// follow goes on until the purchase ends, or ctx does. patient says whether an
// unknown outcome is waited for; otherwise it is left for later.
func (p *purchase) follow(ctx context.Context, patient bool) error {
	p.end = open
	look, err := p.buyer.Look(ctx, p.url)
	for p.end == open {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil && !foreseen(look.Status):
			return fmt.Errorf("purchase %s: the checkout answered %+v", p.number, look)
		case err != nil || look.Status == http.StatusServiceUnavailable:
			if err := rest(ctx); err != nil {
				return err
			}
			look, err = p.buyer.Look(ctx, p.url)
		case look.State == harness.Waiting && !patient:
			p.end = waiting
		default:
			if look, err = p.step(ctx, look); errors.Is(err, errState) {
				return err
			}
			if err == nil && p.temper.reloads && p.end == open {
				look, err = p.buyer.Look(ctx, p.url)
			}
		}
	}
	return nil
}

// foreseen are the statuses that a correct buyer may be answered with: the
// purchase went on, was declined, or waits, a second press was too late, or
// the server cannot reach its database.
func foreseen(status int) bool {
	switch status {
	case http.StatusOK, http.StatusAccepted, http.StatusPaymentRequired, http.StatusConflict, http.StatusServiceUnavailable:
		return true
	}
	return false
}

// errState is a state that no buyer of this test may ever see.
var errState = errors.New("a buyer alone with a checkout must never see this")

// step does what the page asks for.
func (p *purchase) step(ctx context.Context, look harness.Checkout) (harness.Checkout, error) {
	switch look.State {
	case harness.Details:
		return p.buyer.GiveDetails(ctx, p.url, p.number+"@example.test")
	case harness.Payment:
		return p.press(ctx, look)
	case harness.Challenge:
		return p.buyer.AnswerChallenge(ctx, p.url, !p.temper.refuses)
	case harness.Waiting:
		if err := rest(ctx); err != nil {
			return look, err
		}
		return p.buyer.Look(ctx, p.url)
	case harness.Paid:
		p.end, p.order, p.payment = paid, look.OrderID, look.PaymentID
		return look, nil
	}
	return look, fmt.Errorf("%w: purchase %s: %+v", errState, p.number, look)
}

// press pays with the next card. Whether the last press reached the server is
// told by the turn: one that moved on has used its card.
func (p *purchase) press(ctx context.Context, look harness.Checkout) (harness.Checkout, error) {
	if p.temper.goesBack && p.pressed < 0 {
		p.temper.goesBack = false
		return p.buyer.GiveDetails(ctx, p.url, p.number+"@example.test")
	}
	if p.pressed >= 0 && look.Turn > p.pressed {
		p.card++
	}
	if p.card == len(p.temper.cards) {
		p.end = gaveUp
		return look, nil
	}
	p.pressed = look.Turn
	card := harness.Card{Number: p.temper.cards[p.card]}
	if p.temper.doubles {
		return p.pressTwice(ctx, look.Turn, card)
	}
	return p.buyer.Pay(ctx, p.url, look.Turn, card)
}

// pressTwice is a double click: two requests for the same turn at once.
func (p *purchase) pressTwice(ctx context.Context, turn int64, card harness.Card) (answer harness.Checkout, err error) {
	var second sync.WaitGroup
	second.Go(func() {
		// What counts is that it charges nothing; its answer is the first's.
		_, _ = p.buyer.Pay(ctx, p.url, turn, card)
	})
	answer, err = p.buyer.Pay(ctx, p.url, turn, card)
	second.Wait()
	return answer, err
}

// rest waits a moment, or returns ctx's error.
func rest(ctx context.Context) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
