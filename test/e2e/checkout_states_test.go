package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tillway/internal/pay"
)

// visits lists a way to every state that a checkout can show.
var visits = map[string]func(s *shop, b *tab){
	"details": func(s *shop, b *tab) { b.open(s.session()); b.see("Your details") },
	"mistakes": func(s *shop, b *tab) {
		b.open(s.session())
		b.choose("country", "US")
		b.run(chromedp.Click(chromedp.CSS("[name=business]")))
		b.submit("Continue to payment")
		b.wantText("Please check these:")
	},
	"payment": func(s *shop, b *tab) {
		b.reachPayment(s.session())
		b.run(chromedp.Click(chromedp.CSS(".test-cards summary")))
	},
	"payment with a choice": func(s *shop, b *tab) {
		b.reachPayment(s.session(func(in *pay.NewSession) { in.Include = nil }))
	},
	"card mistakes": func(s *shop, b *tab) {
		b.reachPayment(s.session())
		b.submit("Pay $29.00")
		b.wantText("Enter your card number")
	},
	"declined": func(s *shop, b *tab) {
		b.reachPayment(s.session())
		b.typeCard(declinedCard)
		b.submit("Pay $29.00")
		b.wantText("No payment was made")
	},
	"challenge": func(s *shop, b *tab) { b.reachChallenge(s.session()) },
	"waiting": func(s *shop, b *tab) {
		b.reachPayment(s.session())
		b.typeCard(pendingCard)
		b.submit("Pay $29.00")
		b.see("Your payment is being processed")
	},
	"paid": func(s *shop, b *tab) { b.buy(s.session()) },
	"used": func(s *shop, b *tab) {
		page := s.session()
		newTab(b.t, true).buy(page)
		b.open(page)
		b.see("This checkout is already paid")
	},
	"being paid": func(s *shop, b *tab) {
		page := s.session()
		newTab(b.t, true).reachChallenge(page)
		b.open(page)
		b.see("This checkout is being paid")
	},
	"expired": func(s *shop, b *tab) {
		b.open(s.session(func(in *pay.NewSession) { in.Life = time.Nanosecond }))
		b.see("This checkout has expired")
	},
	"unavailable": func(s *shop, b *tab) {
		page := s.session()
		s.closeStore()
		b.open(page)
		b.see("is not selling right now")
	},
	"missing":                   func(s *shop, b *tab) { b.open(s.session() + "0"); b.see("There is no checkout here") },
	"a product":                 func(s *shop, b *tab) { b.open(s.link("test", "true")); b.see("The Field Guide") },
	"a product with a picture":  func(s *shop, b *tab) { s.decorate(gentle); b.open(s.link("test", "true")); b.see("Lantern") },
	"a product that is unknown": func(s *shop, b *tab) { b.open(s.link() + "0"); b.see("There is nothing for sale here") },
	"a product without that price": func(s *shop, b *tab) {
		b.open(s.link("test", "true", "currency", "GBP"))
		b.see("There is no price in GBP")
	},
	"details in a gentle theme": func(s *shop, b *tab) { s.decorate(gentle); b.open(s.session()); b.see("Your details") },
	"mistakes in an unreadable theme": func(s *shop, b *tab) {
		s.decorate(unreadable)
		b.open(s.session())
		b.submit("Continue to payment")
		b.wantText("Please check these:")
	},
	"payment in an unreadable theme": func(s *shop, b *tab) {
		s.decorate(unreadable)
		b.reachPayment(s.session())
		b.run(chromedp.Click(chromedp.CSS(".test-cards summary")))
	},
	"a receipt in a gentle theme":      func(s *shop, b *tab) { s.decorate(gentle); b.buy(s.session()) },
	"a receipt in an unreadable theme": func(s *shop, b *tab) { s.decorate(unreadable); b.buy(s.session()) },
	"expired in an unreadable theme": func(s *shop, b *tab) {
		s.decorate(unreadable)
		b.open(s.session(func(in *pay.NewSession) { in.Life = time.Nanosecond }))
		b.see("This checkout has expired")
	},
	"details in Japanese":  func(s *shop, b *tab) { b.open(s.session() + "?lang=ja"); b.see("お客様情報") },
	"details in Chinese":   func(s *shop, b *tab) { b.open(s.session() + "?lang=zh-Hans"); b.see("您的信息") },
	"a product in Chinese": func(s *shop, b *tab) { b.open(s.link("test", "true", "lang", "zh-Hans")); b.see("The Field Guide") },
	"a lost token": func(s *shop, b *tab) {
		b.open(s.session() + "#token=TOK_unknown")
		b.run(chromedp.WaitVisible(chromedp.CSS("#identity")))
	},
}

func TestEveryStateIsAccessible(t *testing.T) {
	t.Parallel()
	for state, visit := range visits {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, true)
			visit(newShop(t), b)
			for name, as := range map[string]look{
				"light": desktop, "dark": {width: 1280, height: 860, dark: true},
				"light on a phone": phone, "dark on a phone": {width: 390, height: 844, dark: true},
				"on the smallest phone": {width: 320, height: 568},
			} {
				b.run(appearing(as))
				b.wantAccessible(state + ", " + name)
			}
			b.run(chromedp.Evaluate[chromedp.Void](`document.documentElement.dir = "rtl"`), appearing(phone))
			b.wantAccessible(state + ", from right to left")
		})
	}
}
