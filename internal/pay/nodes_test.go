package pay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// Two nodes let everything happen at once that a checkout knows: presses,
// answers, new details, expiry, inquiries. Whatever wins, nobody is charged
// twice and nothing is left hanging.
func TestEverythingAtOnceOnTwoNodes(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		other := pay.New(pay.Config{DB: s.Store, Connectors: []connector.Connector{s.Simulator}, Now: s.Clock.Now, IDs: s.IDs})
		t.Cleanup(func() { other.Stop(context.Background()) })
		nodes := []*pay.Core{s.Core, other}
		for round := range 12 {
			session := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD",
				Life: time.Minute, At: s.Core.Now(),
			}).Session
			s.MustPlace(t, session)
			card := []string{goodCard, challenged, timeoutMoved, neverSent, declinedCard, staysPending}[round%6]
			s.Clock.Advance(time.Minute - time.Duration(round%2)*time.Second) // expiry is due in every second round
			placement := s.Placement(session)
			placement.At = session.CreatedAt
			var wg sync.WaitGroup
			for i, core := range []*pay.Core{nodes[0], nodes[1], nodes[0], nodes[1]} {
				visitor := string(rune('a' + i))
				wg.Go(func() { _ = core.Pay(context.Background(), paytest.Card(session, visitor, 0, card)) })
				wg.Go(func() { _ = core.Expire(context.Background(), session.ID, 0) })
				wg.Go(func() { _, _ = pay.Run(context.Background(), core, pay.PlaceOrder, placement) })
				wg.Go(func() {
					input := connector.CustomerInput{Fields: map[string]string{"answer": "approve"}}
					_ = core.Continue(context.Background(), pay.Continuation{Session: session.ID, Visitor: visitor, Input: input})
				})
				wg.Go(func() {
					if look, err := core.LookAtCheckout(context.Background(), session.ID, visitor); err == nil && look.Payment.ID != "" {
						attempt := mustLastAttempt(t, core, look.Order.ID)
						_ = core.Inquire(context.Background(), attempt.ID, 0)
					}
				})
			}
			wg.Wait()
		}
		playOut(t, s)
		for _, problem := range append(unsound(t, s), unsettled(t, s)...) {
			t.Error(problem)
		}
		wantTimers(t, s, 0)
	})
}

func mustLastAttempt(t *testing.T, core *pay.Core, order pay.OrderID) (attempt pay.Attempt) {
	t.Helper()
	err := core.View(context.Background(), func(r pay.Records) (err error) {
		attempt, err = r.LastAttemptOfOrder(order)
		return err
	})
	if err != nil {
		t.Errorf("attempt: %v", err)
	}
	return attempt
}
