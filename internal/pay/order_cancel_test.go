package pay_test

import (
	"testing"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func cancel(t *testing.T, s *paytest.Shop, id pay.OrderID) (pay.Order, error) {
	t.Helper()
	return pay.Run(t.Context(), s.Core, pay.CancelOrder, pay.Cancellation{ID: id, Actor: s.Actor(), At: s.Core.Now()})
}

func mustOrderOf(t *testing.T, s *paytest.Shop, session pay.Session) (order pay.Order) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) error {
		now, err := r.Session(session.ID)
		if err == nil {
			order, err = r.Order(now.Order)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func TestCancelOrder(t *testing.T) {
	t.Parallel()

	t.Run("an order that nobody pays ends with its session and its timer", func(t *testing.T) {
		t.Parallel()
		for name, card := range map[string]string{"before any payment": "", "after a decline": declinedCard, "after a payment that never left": neverSent} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
					session := s.MustOpen(t)
					order := s.MustPlace(t, session)
					if card != "" {
						mustPay(t, s, paytest.Card(session, "me", 0, card))
					}
					canceled, err := cancel(t, s, order.ID)
					if err != nil || canceled.Status != pay.OrderCanceled || !canceled.CanceledAt.Equal(s.Core.Now()) {
						t.Fatalf("%+v %v", canceled, err)
					}
					if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutExpired {
						t.Errorf("the checkout is %s", look.State)
					}
					if pending := s.Int(t, `SELECT COUNT(*) FROM payments WHERE status = 'pending'`); pending != 0 {
						t.Errorf("%d payments are pending", pending)
					}
					if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", 1, goodCard)); fault.CodeOf(err) != "session_expired" {
						t.Errorf("a payment of it: %v", err)
					}
					playOut(t, s)
					wantBalances(t, s, map[string]int64{})
					wantTimers(t, s, 0)
				})
			})
		}
	})

	t.Run("a payment whose outcome is open keeps its order", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, timeoutMoved)
			order := mustOrderOf(t, s, session)
			if _, err := cancel(t, s, order.ID); fault.CodeOf(err) != "order_being_paid" {
				t.Fatalf("got %v", err)
			}
			playOut(t, s)
			if after := mustOrderOf(t, s, session); after.Status != pay.OrderCompleted {
				t.Errorf("the order is %s", after.Status)
			}
			if _, err := cancel(t, s, order.ID); fault.CodeOf(err) != "order_not_pending" {
				t.Errorf("a paid order: %v", err)
			}
			wantBalances(t, s, sold)
		})
	})

	t.Run("a buyer cancels their own order only", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			buyer := pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.Shop.ID, Buyer: "u-9"}
			placement := s.Placement(s.MustOpen(t))
			placement.Actor = buyer
			order := paytest.MustRun(t, s.Core, pay.PlaceOrder, placement).Order
			for code, change := range map[string]func(*pay.Actor){
				"order_of_another":    func(a *pay.Actor) { a.Buyer = "u-8" },
				"order_not_found":     func(a *pay.Actor) { a.Store = "STO_0000000000000000000001" },
				"store_access_denied": func(a *pay.Actor) { a.Kind = pay.ByVisitor },
			} {
				other := buyer
				change(&other)
				_, err := pay.Run(t.Context(), s.Core, pay.CancelOrder, pay.Cancellation{ID: order.ID, Actor: other, At: s.Core.Now()})
				if fault.CodeOf(err) != code {
					t.Errorf("got %v, want %s", err, code)
				}
			}
			paytest.MustRun(t, s.Core, pay.CancelOrder, pay.Cancellation{ID: order.ID, Actor: buyer, At: s.Core.Now()})
		})
	})
}
