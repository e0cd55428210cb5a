package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// judge looks at a page in each size and colour scheme: it breaks no rule of
// accessibility and is no wider than its window. With TILLWAY_PICTURES in the
// environment the pages are kept there.
func (b *tab) judge(state string) {
	b.t.Helper()
	for name, as := range map[string]look{
		"desktop": desktop, "phone": phone, "dark": {width: desktop.width, height: desktop.height, dark: true},
	} {
		b.run(appearing(as))
		b.wantAccessible(state + ", " + name)
		if folder := os.Getenv("TILLWAY_PICTURES"); folder != "" {
			must(b.t, os.WriteFile(filepath.Join(folder, strings.ReplaceAll(state, " ", "-")+"-"+name+".png"), b.picture(), 0o600))
		}
	}
	b.run(appearing(desktop))
}

func TestTheDialectsPagesAreAccessible(t *testing.T) {
	t.Parallel()
	s := serve(t)
	t.Run("pages", func(t *testing.T) { auditPages(t, s) })
	s.wantVerified()
}

// auditPages judges every page that only the dialects have.
func auditPages(t *testing.T, s *served) {
	t.Helper()
	in := newInbox(t)
	sorry := map[string]string{"cancelUrl": in.URL + "/sorry"}

	t.Run("the contact form", func(t *testing.T) {
		t.Parallel()
		made := s.newLink("FORM", nil)
		for language, words := range map[string][2]string{
			"en":  {"Your details", "Continue to payment"},
			"ar":  {"بياناتك", "المتابعة إلى الدفع"},
			"ckb": {"زانیارییەکانتان", "بەردەوامبوون بۆ پارەدان"},
		} {
			b := newTab(t, true)
			b.open(made.URL + "?lang=" + language)
			b.see(words[0])
			b.judge("contact " + language)
			b.submit(words[1])
			b.see(words[0])
			wrong := ask(b, chromedp.Evaluate[string](`[...document.querySelectorAll("#problems a")].map(a => a.hash).join(" ")`))
			if wrong != "#name #phone #city #address1" {
				t.Errorf("%s: the mistakes are listed as %s", language, wrong)
			}
			if phone := ask(b, chromedp.Value(chromedp.CSS("#phone"))); phone != "" {
				t.Errorf("%s: the phone number %q was typed by nobody", language, phone)
			}
			b.judge("contact refused " + language)
		}
	})
	t.Run("the payment of a link", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		b.open(s.newLink("PAYMENT", nil).URL + "?lang=ar")
		b.see("بياناتك")
		b.fillContact()
		b.submit("المتابعة إلى الدفع")
		b.see("الدفع")
		b.judge("link payment ar")
	})
	t.Run("the delivery form", func(t *testing.T) {
		t.Parallel()
		page := s.begin(s.newCart())
		b := newTab(t, true)
		b.open(page)
		b.see("Your details")
		b.judge("delivery")
		b.submit("Continue to payment")
		b.see("Your details")
		b.judge("delivery refused")
		b.fillDelivery()
		b.submit("Continue to payment")
		b.see("Payment")
		b.judge("cart payment")
	})
	t.Run("a cart's link", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		b.open(s.URL + "/diddo/checkout?cart_id=" + s.newCart())
		b.see("Your cart")
		b.judge("cart")
	})
	t.Run("the wallet, its password and a wrong one", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		b.open(s.newIntent("WALLET", nil).URL)
		b.see("Payment")
		b.run(chromedp.Click(chromedp.CSS("[name=method][value=easypaisa]")))
		b.run(chromedp.WaitVisible(chromedp.CSS("#phone")), chromedp.WaitNotVisible(chromedp.CSS("#number")))
		b.judge("wallet")
		b.fill("phone", walletPhone)
		b.submit("Pay ")
		b.see("Enter the one-time password")
		b.judge("code")
		b.fill("code", walletWrongCode)
		b.submit("Confirm")
		b.see("Enter the one-time password")
		b.judge("code wrong")
		b.submit("العربية")
		b.see("أدخل كلمة المرور لمرة واحدة")
		b.judge("code ar")
	})
	t.Run("a cancelled payment", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		made := s.newIntent("CANCELLED", sorry)
		b.open(made.URL)
		b.see("Payment")
		b.press("Cancel the payment")
		in.wantAt(b, "/sorry", "Nothing was bought")
		b.open(made.URL)
		b.see("This payment was cancelled")
		b.judge("cancelled")
	})
	t.Run("a declined payment", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		made := s.newIntent("DECLINED", sorry)
		b.open(made.URL)
		b.see("Payment")
		b.run(chromedp.Click(chromedp.CSS("[name=method][value=card]")))
		b.run(chromedp.WaitVisible(chromedp.CSS("#number")), chromedp.WaitNotVisible(chromedp.CSS("#phone")))
		b.typeCard(sheetsDecline)
		b.press("Pay ")
		in.wantAt(b, "/sorry", "Nothing was bought")
		b.open(made.URL)
		b.see("The payment was declined")
		b.judge("declined")
	})
}

func TestAWalletPaysByKeyboard(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := newTab(t, true)
	b.open(s.newIntent("KEYS", nil).URL)
	b.see("Payment")
	b.run(chromedp.Focus(chromedp.CSS("[name=method]:checked")))
	for range 5 { // the arrows go round through the ways of paying
		if b.focused("value") == "easypaisa" {
			break
		}
		b.keys(kb.ArrowDown)
	}
	b.tabTo("phone")
	b.keys(walletPhone)
	b.tabTo("pay")
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.see("Enter the one-time password")
	if at := b.focused("textContent"); at != "Enter the one-time password" {
		t.Errorf("the focus is on %q, so that a screen reader does not tell what is asked", at)
	}
	b.tabTo("code")
	b.keys(walletCode)
	b.keys(kb.Tab)
	if at := b.focused("textContent"); at != "Confirm" {
		t.Errorf("behind the code comes %q", at)
	}
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.see("Payment successful")
	s.wantVerified()
}
