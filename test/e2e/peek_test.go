package e2e

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestPeek(t *testing.T) {
	s := newShop(t)
	for name, l := range map[string]look{"desk": desktop, "dark": {width: 1280, height: 860, dark: true}, "phone": {width: 390, height: 844}} {
		b := newTab(t, l)
		page := s.session()
		shot := func(n string) { os.WriteFile("/tmp/cx/"+name+"-"+n+".png", b.picture(), 0o644) }
		b.open(page)
		b.see("Your details")
		shot("1details")
		b.submit("Continue to payment")
		b.see("Your details")
		shot("2errors")
		b.fill("email", "ann@example.test")
		b.choose("country", "US")
		b.fill("state", "CA", "postcode", "94110")
		shot("3us")
		b.submit("Continue to payment")
		b.see("Payment")
		shot("4pay")
		b.fill("number", declinedCard, "expiry", "1234", "cvc", "123")
		b.submit("Pay $29.00")
		b.run(chromedp.WaitVisible(chromedp.CSS("#problems")))
		shot("5declined")
		b.fill("number", challengeCard, "expiry", "1234", "cvc", "123")
		b.submit("Pay $29.00")
		b.see("Your bank asks")
		shot("6challenge")
		o := newTab(t, l)
		o.open(page)
		o.see("being paid")
		os.WriteFile("/tmp/cx/"+name+"-7being.png", o.picture(), 0o644)
		b.submit("Approve payment")
		b.see("Payment successful")
		shot("8paid")
	}
}
