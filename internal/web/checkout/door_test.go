package checkout

import (
	"testing"
	"time"

	"tillway/internal/pay"
)

func TestTheWayBackSaysWhyThePurchaseEnded(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	d := byPrefix([]Door{
		{Prefix: "/pay/", Dialect: "intents", Ends: map[pay.CheckoutEnd]string{pay.EndedByTime: "Expired", pay.EndedByDecline: "Failed & gone"}},
		{Prefix: "/pay/", Dialect: "links"},
	})[0]
	ended := func(cancel string, change func(*pay.Checkout)) pay.Checkout {
		look := pay.Checkout{
			State: pay.CheckoutExpired, At: at.Add(2 * time.Hour),
			Session: pay.Session{Dialect: "intents", Status: pay.SessionEnded, CancelURL: cancel, ExpiresAt: at.Add(time.Hour)},
			Order:   pay.Order{ID: "ORD_1", Status: pay.OrderCanceled, CanceledAt: at.Add(time.Hour)},
		}
		change(&look)
		return look
	}
	byTime := func(*pay.Checkout) {}
	byHand := func(l *pay.Checkout) { l.Order.CanceledAt = at }
	another := func(l *pay.Checkout) { l.Session.Dialect = "links" }
	byDecline := func(l *pay.Checkout) { l.Payment.Status, l.Payment.UpdatedAt = pay.PaymentFailed, l.Order.CanceledAt }
	for name, c := range map[string]struct {
		look pay.Checkout
		end  pay.CheckoutEnd
		want string
	}{
		"in time":                       {ended("https://a.example/?status=x&b=1", byTime), pay.EndedByTime, "https://a.example/?status=Expired&b=1"},
		"by a decline":                  {ended("https://a.example/?b=1&status=x", byDecline), pay.EndedByDecline, "https://a.example/?b=1&status=Failed+%26+gone"},
		"by hand, which has no word":    {ended("https://a.example/?status=x", byHand), pay.EndedByHand, "https://a.example/?status=x"},
		"of a dialect without words":    {ended("https://a.example/?status=x", another), pay.EndedByTime, "https://a.example/?status=x"},
		"without a status in the query": {ended("https://a.example/?b=status=1", byTime), pay.EndedByTime, "https://a.example/?b=status=1"},
		"without a query":               {ended("https://a.example/", byTime), pay.EndedByTime, "https://a.example/"},
		"with a fragment":               {ended("https://a.example/?b=1&status=x#/done", byTime), pay.EndedByTime, "https://a.example/?b=1&status=Expired#/done"},
		"with a query in the fragment":  {ended("https://a.example/#/done?status=x", byTime), pay.EndedByTime, "https://a.example/#/done?status=x"},
		"nowhere":                       {ended("", byTime), pay.EndedByTime, ""},
		"not yet":                       {pay.Checkout{State: pay.CheckoutPayment, Session: pay.Session{CancelURL: "https://a.example/"}}, "", ""},
	} {
		if got := d.back(c.look); got != c.want || c.look.Ended() != c.end {
			t.Errorf("%s: ended %q, leads to %q, want %q and %q", name, c.look.Ended(), got, c.end, c.want)
		}
	}
}
