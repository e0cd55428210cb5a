package e2e

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tillway/internal/auth"
)

// typeCard fills in a card that is good in form.
func (b *tab) typeCard(number string) {
	b.t.Helper()
	b.fill("number", number, "expiry", "1234", "cvc", "123")
}

// reachPayment goes through the consumer step.
func (b *tab) reachPayment(page string) {
	b.t.Helper()
	b.open(page)
	b.see("Your details")
	b.fill("email", "ann@example.test")
	b.choose("country", "DE")
	b.submit("Continue to payment")
	b.see("Payment")
}

func (b *tab) reachChallenge(page string) {
	b.t.Helper()
	b.reachPayment(page)
	b.typeCard(challengeCard)
	b.submit("Pay $29.00")
	b.see("Your bank asks you to confirm")
}

func (b *tab) buy(page string) {
	b.t.Helper()
	b.reachPayment(page)
	b.typeCard(goodCard)
	b.submit("Pay $29.00")
	b.see("Payment successful")
}

func TestBuy(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			b := newTab(t, scripts)
			b.reachPayment(s.session())
			b.wantText("ann@example.test", "Subtotal", "Tax", "Total due", "Pay $29.00")
			b.typeCard(goodCard)
			b.submit("Pay $29.00")
			b.see("Payment successful")
			b.wantText("•••• 0110", "ann@example.test", "ORD_")
			s.wantCharges(1)
			b.submit("Return to Northwind Press")
			if at := ask(b, chromedp.Location()); at != s.URL+"/thanks" {
				t.Errorf("the way back leads to %s", at)
			}
		})
	}
}

func TestBuyInTheUnitedStatesAsABusiness(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			b := newTab(t, scripts)
			b.open(s.session())
			b.see("Your details")
			b.run(chromedp.WaitNotVisible(chromedp.CSS("#state")), chromedp.WaitNotVisible(chromedp.CSS("#businessName")))
			b.fill("email", "ann@example.test")
			b.choose("country", "US")
			b.run(chromedp.Click(chromedp.CSS("[name=business]")))
			b.submit("Continue to payment")
			b.wantText("Enter your state or province", "Enter your ZIP code", "Enter the name of your business")
			b.fill("state", "California", "postcode", "94110", "businessName", "Ann Inc.")
			b.submit("Continue to payment")
			b.see("Payment")
			b.submit("Change")
			b.see("Your details")
			if kept := ask(b, chromedp.Value(chromedp.CSS("#businessName"))); kept != "Ann Inc." {
				t.Errorf("the way back shows the business %q", kept)
			}
		})
	}
}

func TestBuyByKeyboard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.open(s.session())
	b.see("Your details")
	b.keys(kb.Tab)
	if first := b.focused("textContent"); first != "Skip to the content" {
		t.Errorf("the first stop is %q", first)
	}
	b.keys(kb.Enter)
	b.tabTo("email")
	b.keys("ann@example.test")
	b.tabTo("country")
	b.keys("Germany")
	b.tabTo("")
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.see("Payment")
	b.tabTo("number")
	b.keys(goodCard)
	b.tabTo("expiry")
	b.keys("1234")
	b.tabTo("cvc")
	b.keys("123")
	b.tabTo("pay")
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.see("Payment successful")
	if at := b.focused("textContent"); at != "Payment successful" {
		t.Errorf("the focus is on %q, so that a screen reader does not tell the result", at)
	}
	b.tabTo("")
	b.follow(chromedp.KeyEvent(kb.Enter))
	if at := ask(b, chromedp.Location()); at != s.URL+"/thanks" {
		t.Errorf("Enter on the last link leads to %s", at)
	}
	s.wantCharges(1)
}

// focused is a property of the element that has the focus.
func (b *tab) focused(property string) string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](`String(document.activeElement.`+property+` ?? "").trim()`))
}

// tabTo presses Tab until the element of that id has the focus, or with no id
// until a button or link of class "button" has. Every stop on the way must
// show that it has it.
func (b *tab) tabTo(id string) {
	b.t.Helper()
	const mostStops = 30
	for range mostStops {
		b.keys(kb.Tab)
		if outline := ask(b, chromedp.Evaluate[string](`getComputedStyle(document.activeElement).outlineStyle`)); outline == "none" {
			b.t.Errorf("%q does not show that it has the focus", b.focused("outerHTML"))
		}
		if id != "" && b.focused("id") == id || id == "" && b.focused("className") == "button" {
			return
		}
	}
	b.t.Fatalf("Tab does not reach %q", id)
}

func TestMistakesGetTheFocus(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.open(s.session())
	b.see("Your details")
	b.submit("Continue to payment")
	b.wantText("Please check these:", "Enter your e-mail address", "Choose your country")
	if at := b.focused("id"); at != "problems" {
		t.Errorf("the focus is on %q", at)
	}
	b.press("Enter your e-mail address")
	if at := b.focused("id"); at != "email" {
		t.Errorf("the link of the mistake leads to %q", at)
	}
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			b := newTab(t, scripts)
			b.reachPayment(s.session())
			b.typeCard(challengeCard)
			b.submit("Pay $29.00")
			b.see("Your bank asks you to confirm")
			b.submit("Refuse")
			b.see("Payment")
			b.wantText("No payment was made", "could not confirm that it was you")
			s.wantCharges(0)
			b.typeCard(challengeCard)
			b.submit("Pay $29.00")
			b.see("Your bank asks you to confirm")
			b.submit("Approve payment")
			b.see("Payment successful")
			s.wantCharges(1)
		})
	}
}

func TestDeclineThenSuccess(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.reachPayment(s.session())
	b.typeCard(declinedCard)
	b.submit("Pay $29.00")
	b.wantText("No payment was made", "Your bank declined the payment", "use another card")
	if at := b.focused("id"); at != "problems" {
		t.Errorf("the focus is on %q", at)
	}
	if number := ask(b, chromedp.Value(chromedp.CSS("#number"))); number != "" {
		t.Errorf("the card number came back: %q", number)
	}
	s.wantCharges(0)
	b.press("Use") // the suggested test card
	if number := ask(b, chromedp.Value(chromedp.CSS("#number"))); number != "4576 7500 0000 0110" {
		t.Errorf("the suggestion filled in %q", number)
	}
	b.submit("Pay $29.00")
	b.see("Payment successful")
	s.wantCharges(1)
}

func TestBackButtonAfterPaying(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.reachPayment(s.session())
	b.typeCard(goodCard)
	b.submit("Pay $29.00")
	b.see("Payment successful")
	b.run(chromedp.NavigateBack())
	b.see("Payment successful")
	b.run(chromedp.Reload())
	b.see("Payment successful")
	s.wantCharges(1)
}

func TestDoubleClickOnPay(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.reachPayment(s.session())
	b.typeCard(goodCard)
	b.follow(chromedp.DoubleClick(chromedp.CSS("#pay")))
	b.see("Payment successful")
	s.wantCharges(1)
}

func TestCardNumberIsGroupedWhileTyping(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.reachPayment(s.session())
	for typed, want := range map[string]string{"4576750000000110": "4576 7500 0000 0110", "378282246310005": "3782 822463 10005", "42x4": "424"} {
		b.fill("number", typed)
		if got := ask(b, chromedp.Value(chromedp.CSS("#number"))); got != want {
			t.Errorf("typing %s shows %q, want %q", typed, got, want)
		}
	}
	b.fill("number", "45750000")
	b.keys(kb.Home, kb.ArrowRight, kb.ArrowRight, kb.ArrowRight, "67")
	if got := ask(b, chromedp.Value(chromedp.CSS("#number"))); got != "4576 7500 00" {
		t.Errorf("typing inside the number shows %q", got)
	}
	b.fill("expiry", "1234")
	if got := ask(b, chromedp.Value(chromedp.CSS("#expiry"))); got != "12 / 34" {
		t.Errorf("the expiry shows %q", got)
	}
}

func TestPagesThatWaitUpdateThemselves(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()
	payer, other := newTab(t, true), newTab(t, true)
	payer.reachPayment(page)
	payer.typeCard(challengeCard)
	payer.submit("Pay $29.00")
	payer.see("Your bank asks you to confirm")
	other.open(page)
	other.see("This checkout is being paid")
	payer.submit("Approve payment")
	other.see("This checkout is already paid")
	s.wantCharges(1)
}

func TestWaitingPageUpdatesItself(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			page := s.session()
			b := newTab(t, scripts)
			b.reachPayment(page)
			b.typeCard(pendingCard)
			b.submit("Pay $29.00")
			b.see("Your payment is being processed")
			s.clock.advance(2 * time.Minute)
			s.inquire(page)
			b.see("Payment successful")
		})
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	identified := func(t *testing.T, scripts bool, age time.Duration) (*shop, *tab, string) {
		s := newShop(t)
		token, err := s.auth.IssueSessionToken(context.Background(), auth.TokenRequest{Actor: s.merchant, Buyer: "user-9", Product: s.product})
		must(t, err)
		s.clock.advance(age)
		b, page := newTab(t, scripts), s.session()
		b.open(page + "#token=" + token.Text.Reveal())
		b.see("Your details")
		b.fill("email", "ann@example.test")
		b.choose("country", "DE")
		b.submit("Continue to payment")
		b.see("Payment")
		return s, b, page
	}

	t.Run("names the buyer on the order and leaves the address bar", func(t *testing.T) {
		t.Parallel()
		s, b, page := identified(t, true, 0)
		if at := ask(b, chromedp.Location()); at != page {
			t.Errorf("the address bar shows %s", at)
		}
		if got := s.orderOf(page).Identity; got != "user-9" {
			t.Errorf("the order is of %q", got)
		}
	})
	t.Run("without JavaScript is not read", func(t *testing.T) {
		t.Parallel()
		s, _, page := identified(t, false, 0)
		if got := s.orderOf(page).Identity; got != "" {
			t.Errorf("the order is of %q", got)
		}
	})
	t.Run("that is no longer good lets a guest go on, and says so", func(t *testing.T) {
		t.Parallel()
		s, _, page := identified(t, true, time.Hour)
		if got := s.orderOf(page).Identity; got != "" {
			t.Errorf("the order is of %q", got)
		}
		b := newTab(t, true)
		b.open(s.session() + "#token=TOK_unknown")
		b.run(chromedp.WaitVisible(chromedp.CSS("#identity")))
		b.wantText("no longer valid. You can go on as a guest")
		if at := ask(b, chromedp.Location()); strings.Contains(at, "token") {
			t.Errorf("the address bar shows %s", at)
		}
	})
}

// TestPicture takes the README's picture of the payment step. It is kept in
// docs/ and taken anew with TILLWAY_UPDATE_PICTURE=1.
func TestPicture(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	b := newTab(t, true)
	b.run(appearing(look{width: 1280, height: 900}))
	b.reachPayment(s.session())
	b.fill("number", goodCard)
	b.run(chromedp.Blur(chromedp.CSS("#number")))
	taken := b.picture()
	must(t, os.WriteFile(filepath.Join(t.TempDir(), "checkout.png"), taken, 0o600))
	size, err := png.DecodeConfig(bytes.NewReader(taken))
	must(t, err)
	if size.Width != 1280 || size.Height < 600 {
		t.Errorf("the picture is %d × %d", size.Width, size.Height)
	}
	kept := filepath.Join("..", "..", "docs", "checkout.png")
	if os.Getenv("TILLWAY_UPDATE_PICTURE") == "1" {
		must(t, os.WriteFile(kept, taken, 0o644))
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("the README shows a picture that is not there; run this test with TILLWAY_UPDATE_PICTURE=1: %v", err)
	}
}
