package pay

import "tillway/internal/connector"

// CheckoutEnd says why a checkout in the state CheckoutExpired has ended.
type CheckoutEnd string

// The ends of a checkout that was not paid.
const (
	EndedByTime    CheckoutEnd = "expired"
	EndedByHand    CheckoutEnd = "canceled" // by the buyer, also where the provider asked, or by the shop
	EndedByDecline CheckoutEnd = "declined" // the sale's noun takes no other attempt after one that failed
)

// Ended tells why an ended checkout has ended, "" for any other.
func (l Checkout) Ended() CheckoutEnd {
	switch {
	case l.State != CheckoutExpired:
		return ""
	case l.Payment.Status == PaymentFailed && l.Payment.UpdatedAt.Equal(l.Order.CanceledAt): // both of one step
		if l.Payment.Failure == connector.ReasonCancelled {
			return EndedByHand
		}
		return EndedByDecline
	case l.Session.Status == SessionEnded && l.Order.CanceledAt.Before(l.Session.ExpiresAt) && (l.Order.ID != "" || l.At.Before(l.Session.ExpiresAt)):
		return EndedByHand
	}
	return EndedByTime
}
