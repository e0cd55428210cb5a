package pay

import (
	"testing"

	"tillway/internal/fault"
)

// TestArrows holds the transition tables against the rules they stand for:
// what is final stays, and money that moved is never unlearnt.
func TestArrows(t *testing.T) {
	t.Parallel()
	t.Run("a completed order, a succeeded payment and a captured attempt are never left", func(t *testing.T) {
		t.Parallel()
		if len(orderArrows[OrderCompleted]) != 0 || len(paymentArrows[PaymentSucceeded]) != 0 ||
			len(attemptArrows[AttemptSucceeded]) != 0 || len(attemptArrows[AttemptLate]) != 0 ||
			len(refundArrows[RefundSucceeded]) != 0 || len(refundArrows[RefundFailed]) != 0 ||
			len(refundArrows[RefundRejected]) != 0 || len(refundArrows[RefundWithdrawn]) != 0 {
			t.Fatal("a terminal success can be left")
		}
	})
	t.Run("every attempt that did not capture can still turn out to have captured", func(t *testing.T) {
		t.Parallel()
		for from, to := range attemptArrows {
			captured := 0
			for _, state := range to {
				if state.Captured() {
					captured++
				}
			}
			if captured != 2 {
				t.Errorf("%s leads to %v", from, to)
			}
		}
	})
	t.Run("a failed attempt never opens again", func(t *testing.T) {
		t.Parallel()
		for from, to := range attemptArrows {
			for _, state := range to {
				if !from.Open() && state.Open() {
					t.Errorf("%s → %s", from, state)
				}
			}
		}
	})
	t.Run("an arrow that is not drawn is a fault of kind State", func(t *testing.T) {
		t.Parallel()
		order := Order{Status: OrderCompleted}
		if err := order.move(OrderCanceled, order.CreatedAt); !fault.Is(err, fault.State) || order.Status != OrderCompleted {
			t.Fatalf("%v, order %s", err, order.Status)
		}
	})
	t.Run("every inquiry but the last has a successor", func(t *testing.T) {
		t.Parallel()
		for i := range inquiryDelays {
			if _, more := inquiryDelay(i); !more {
				t.Errorf("no delay before inquiry %d", i)
			}
		}
		if _, more := inquiryDelay(len(inquiryDelays)); more {
			t.Error("the schedule never ends")
		}
	})
}
