package checkout_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tillway/internal/pay"
)

func TestReceipt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.change(func(store *pay.Store) { store.SupportEmail = "help@acme.example" })
	page, b := s.session(), s.newBrowser()
	b.follow(page+"/details", buyer("country", "CA", "state", "Ontario", "postcode", "M5V 2T6", "business", "true", "businessName", "Ann & Co", "taxId", "123456789RT0001"))
	paid := b.follow(page+"/pay", card(goodCard, "0"))
	tells := []string{
		"Payment successful", "A Field Guide", "$10.00", "Total paid", "Visa •••• 0110", "20 November 2026, 09:30 UTC", "ORD_", "PAY_",
		"ann@example.test", "Ann &amp; Co", "Ontario M5V 2T6", "Canada", "123456789RT0001", "help@acme.example", "data-print",
	}
	wantText(t, paid, tells...)

	t.Run("stays with the browser that paid after the session has run out", func(t *testing.T) {
		s.clock.advance(8 * 24 * time.Hour)
		again := b.get(page)
		wantStatus(t, again, http.StatusOK)
		wantText(t, again, tells...)
	})
	t.Run("is in the language that its reader chooses", func(t *testing.T) {
		wantText(t, b.get(page+"?lang=zh-Hans"), "付款成功", "2026年11月20日 09:30 UTC", "加拿大", "US$10.00")
	})
	t.Run("is nobody else's", func(t *testing.T) {
		other := s.newBrowser().get(page)
		wantText(t, other, "This checkout is already paid")
		for _, private := range []string{"ORD_", "0110", "ann@", "Ontario"} {
			if strings.Contains(other.body, private) {
				t.Errorf("another browser is told %q", private)
			}
		}
	})
}

// Whoever made the session chose where the receipt's link leads, and a visitor
// may have; so the link says where, and tells the other side nothing.
func TestReceiptSaysWhereItsLinkLeads(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	receiptOf := func(successURL string) reply {
		page, b := s.session(func(in *pay.NewSession) { in.SuccessURL = successURL }), s.newBrowser()
		b.follow(page+"/details", buyer())
		return b.follow(page+"/pay", card(goodCard, "0"))
	}
	elsewhere := receiptOf("https://elsewhere.example:8443/thanks?shop=acme.example")
	wantText(t, elsewhere, `href="https://elsewhere.example:8443/thanks?shop=acme.example" rel="noreferrer" aria-describedby="leads-to"`,
		`id="leads-to"`, "<bdi>elsewhere.example:8443</bdi>")
	if none := receiptOf(""); strings.Contains(none.body, "leads-to") || strings.Contains(none.body, "noreferrer") {
		t.Error("a receipt without a link says where it leads")
	}
}
