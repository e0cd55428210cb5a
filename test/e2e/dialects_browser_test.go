package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The cards of the dialects' own sheets.
const (
	diddoCard       = "4242 4242 4242 4242"
	sheetsDecline   = "4000 0000 0000 0002"
	walletPhone     = "03123456789"
	walletCode      = "123456"
	walletWrongCode = "111111"
)

// fillContact fills in the form of a payment link.
func (b *tab) fillContact() {
	b.t.Helper()
	b.fill("name", "علي حسين", "phone", "0750 123 4567")
	b.choose("city", "iraq_erbil")
	b.fill("address1", "شارع 100")
}

func TestAWaylLinkIsPaidInArabic(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, in := serve(t), newInbox(t)
			b := newTab(t, scripts)
			made := s.newLink("order 77/1", map[string]any{
				"webhookUrl": in.URL + "/hook", "webhookSecret": waylSecret, "redirectionUrl": in.URL + "/thanks?basket=7",
			})
			b.open(made.URL + "?lang=ar")
			b.see("بياناتك")
			if direction := ask(b, chromedp.Evaluate[string](`document.documentElement.dir + " " + document.documentElement.lang`)); direction != "rtl ar" {
				t.Errorf("the page is %q", direction)
			}
			b.fillContact()
			b.submit("المتابعة إلى الدفع")
			b.see("الدفع")
			b.wantText("علي حسين")
			stranger := newTab(t, scripts)
			stranger.open(made.URL + "?lang=ar")
			stranger.see("الدفع")
			if page := stranger.text(); strings.Contains(page, "علي") {
				t.Errorf("who only has the link is told who typed the details:\n%s", page)
			}
			b.typeCard("4111111111111111")
			b.press("ادفع")
			query := in.wantAt(b, "/thanks", "Back in the shop")
			if query.Get("basket") != "7" || query.Get("referenceId") != "order 77/1" || query.Get("orderid") != made.ID || len(query) != 3 {
				t.Errorf("led on with %v", query)
			}

			var told struct {
				Event, ReferenceID, PaymentMethod, PaymentStatus, Code, ID string
				Total                                                      int64
				Customer                                                   struct{ Name, Phone, City, Country, Address string }
			}
			got := in.next(&told)
			in.wantSigned(got, "x-wayl-signature-256", got.header.Get("x-wayl-signature-256"), waylSecret, "")
			if told.Event != "order.created" || told.PaymentStatus != "Paid" || told.PaymentMethod != "Card" || told.ReferenceID != "order 77/1" ||
				told.Code != made.Code || told.ID != made.ID || told.Total != 25000 {
				t.Errorf("told %+v", told)
			}
			if c := told.Customer; c.Name != "علي حسين" || c.Phone != "9647501234567" || c.City != "iraq_erbil" || c.Country != "IQ" || c.Address != "شارع 100" {
				t.Errorf("told of the customer %+v", c)
			}
			s.wantVerified()
		})
	}
}

// waypayTold is a webhook of a payment intent.
type waypayTold struct {
	Type string
	Data struct{ PreviousStatus, CurrentStatus, TransactionReference, OrderRef string }
}

// nextOf waits for the webhook of a payment intent that says status.
func (s *served) nextOf(in *inbox, status string) waypayTold {
	s.t.Helper()
	for {
		var told waypayTold
		got := in.next(&told)
		in.wantSigned(got, "X-Waypay-Signature", got.header.Get("X-Waypay-Signature"), s.Waypay.Test.SecretKey, got.header.Get("X-Waypay-Timestamp")+".")
		if told.Type != "TransactionStatusChanged" {
			s.t.Fatalf("told of %s", told.Type)
		}
		if told.Data.CurrentStatus == status {
			return told
		}
	}
}

func TestAWaypayIntentIsPaidWithAWallet(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, in := serve(t), newInbox(t)
			b := newTab(t, scripts)
			made := s.newIntent("ORD1", map[string]string{"callbackUrl": in.URL + "/hook", "successUrl": in.URL + "/thanks?basket=7"})
			b.open(made.URL)
			b.see("Payment")
			b.run(chromedp.Click(chromedp.CSS("[name=method][value=jazzcash]")))
			b.fill("phone", walletPhone)
			b.submit("Pay ")
			b.see("Enter the one-time password")
			b.wantText("JazzCash")
			b.fill("code", walletWrongCode)
			b.submit("Confirm")
			b.see("Enter the one-time password")
			b.wantText("That code is not right", "Tries left: 2")
			b.fill("code", walletCode)
			b.press("Confirm")
			query := in.wantAt(b, "/thanks", "Back in the shop")
			if query.Get("basket") != "7" || query.Get("paymentIntentId") != made.ID || query.Get("orderRef") != "ORD1" || query.Get("status") != "Completed" || query.Get("txnRef") == "" {
				t.Errorf("led on with %v", query)
			}
			told := s.nextOf(in, "Completed")
			if told.Data.TransactionReference != query.Get("txnRef") || !strings.Contains(told.Data.OrderRef, "ORD1") {
				t.Errorf("told %+v", told)
			}
			s.wantVerified()
		})
	}
}

func TestAWaypayIntentIsCancelledByItsBuyer(t *testing.T) {
	t.Parallel()
	s, in := serve(t), newInbox(t)
	b := newTab(t, true)
	made := s.newIntent("ORD2", map[string]string{"callbackUrl": in.URL + "/hook", "cancelUrl": in.URL + "/sorry"})
	b.open(made.URL)
	b.see("Payment")
	b.press("Cancel the payment")
	if query := in.wantAt(b, "/sorry", "Nothing was bought"); query.Get("status") != "Cancelled" || query.Get("paymentIntentId") != made.ID {
		t.Errorf("led on with %v", query)
	}
	told := s.nextOf(in, "Cancelled")
	if !strings.Contains(told.Data.OrderRef, "ORD2") {
		t.Errorf("told %+v", told)
	}
	// Whoever comes back to the page finds the way out again.
	b.open(made.URL)
	b.see("This payment was cancelled")
	b.press("Return to Harness")
	in.wantAt(b, "/sorry", "Nothing was bought")
	s.wantVerified()
}

func TestAWaypayIntentEndsWithADeclinedCard(t *testing.T) {
	t.Parallel()
	s, in := serve(t), newInbox(t)
	b := newTab(t, true)
	made := s.newIntent("ORD3", map[string]string{"callbackUrl": in.URL + "/hook", "cancelUrl": in.URL + "/sorry"})
	b.open(made.URL)
	b.see("Payment")
	b.run(chromedp.Click(chromedp.CSS("[name=method][value=card]")))
	b.typeCard(sheetsDecline)
	b.press("Pay ")
	if query := in.wantAt(b, "/sorry", "Nothing was bought"); query.Get("status") != "Failed" || query.Get("orderRef") != "ORD3" {
		t.Errorf("led on with %v", query)
	}
	s.nextOf(in, "Failed")
	s.wantVerified()
}

// fillDelivery fills in the form of a cart.
func (b *tab) fillDelivery() {
	b.t.Helper()
	b.fill("email", "ann@example.test", "firstName", "Ann", "lastName", "Lee", "address1", "1 Main Street", "city", "Springfield", "province", "IL", "postcode", "62701")
	b.choose("country", "US")
}

func TestADiddoCartIsPaid(t *testing.T) {
	t.Parallel()
	s, in := serve(t), newInbox(t)
	b := newTab(t, true)
	template := s.newCart()
	var customer struct{ CST string }
	s.diddo(http.MethodPost, "/checkout/cst", map[string]any{}, &customer)
	var hook struct{ Secret string }
	s.diddo(http.MethodPost, "/webhook", map[string]any{
		"url":    in.URL + "/hook",
		"events": []string{"checkout.initialized", "checkout.in_progress", "checkout.succeeded", "checkout.failed", "checkout.cancelled", "order.submitted"},
	}, &hook)

	b.open(s.URL + "/diddo/checkout?cart_id=" + template + "#auth_token=" + customer.CST)
	b.see("Your details")
	page := ask(b, chromedp.Location())
	if strings.Contains(page, "auth_token") {
		t.Errorf("the customer's token stays in the address bar: %s", page)
	}
	live := page[strings.LastIndex(page, "/")+1:]
	b.fillDelivery()
	b.submit("Continue to payment")
	b.see("Payment")
	b.typeCard(diddoCard)
	b.submit("Pay $24.00")
	b.see("Payment successful")
	b.wantText("Ann Lee", "Springfield")

	// Emitted in this order; on their way one may overtake another.
	wanted := []string{"checkout.initialized", "checkout.in_progress", "checkout.succeeded", "order.submitted"}
	for len(wanted) > 0 {
		var told struct {
			Type     string
			Livemode bool
			Data     struct {
				CartID    string `json:"cart_id"`
				Template  string `json:"template_cart_id"`
				OrderID   string `json:"order_id"`
				Customer  *struct{ Email string }
				BuyerInfo struct {
					FirstName string `json:"first_name"`
					City      string
				} `json:"buyer_info"`
			}
		}
		got := in.next(&told)
		signature := got.header.Get("X-Diddo-Signature")
		stamp := got.header.Get("X-Diddo-Timestamp")
		_, hash, _ := strings.Cut(signature, ",v1=")
		in.wantSigned(got, "X-Diddo-Signature", hash, hook.Secret, stamp+".")
		at := slices.Index(wanted, told.Type)
		if at < 0 || !strings.HasPrefix(signature, "t="+stamp+",") || told.Livemode || told.Data.CartID != live || told.Data.Template != template {
			t.Fatalf("told %s, want one of %s of the cart %s", got.body, wanted, live)
		}
		wanted = slices.Delete(wanted, at, at+1)
		if d := told.Data; told.Type == "order.submitted" && (d.OrderID == "" || d.BuyerInfo.FirstName != "Ann" || d.BuyerInfo.City != "Springfield" || d.Customer == nil || d.Customer.Email != "ann@example.test") {
			t.Errorf("told of the order %s", got.body)
		}
	}
	var status struct{ Status string }
	s.diddo(http.MethodGet, "/cart/status/"+live, nil, &status)
	if status.Status != "SUBMITTED" {
		t.Errorf("the cart is %s", status.Status)
	}
	s.wantVerified()
}
