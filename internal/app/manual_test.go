package app_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// A payment by bank transfer goes from the buyer's page over the operator's
// word to the webhook and the books, for play money and for real money.
func TestPaymentByHand(t *testing.T) {
	t.Parallel()
	how := "IBAN DE00 1234\nAcme GmbH & Co"
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		o := s.server.Operator()

		// Without instructions nobody takes real money, and the merchant is told so.
		err := s.tryOpen(t, pay.Prod, "USD")
		refused, ok := errors.AsType[*pancakeclient.Error](err)
		if !ok || refused.Status != http.StatusForbidden || !strings.Contains(refused.Notices[0].AIHint, "tillway store set "+string(s.made.StoreID)) {
			t.Errorf("a live session without a connector: %v", err)
		}
		if err := s.tryOpen(t, pay.Test, "PKR"); err == nil {
			t.Error("a currency outside the matrix is sold without instructions")
		}
		if _, err := o.SetStore(t.Context(), operator.SetStoreIn{Store: s.made.StoreID, ManualInstructions: &how}); err != nil {
			t.Fatal(err)
		}

		var real string // the payment in real money
		for _, sale := range []struct {
			env      pay.Env
			currency string
			amount   string
		}{{pay.Test, "USD", "29.00"}, {pay.Test, "PKR", "4500.00"}, {pay.Prod, "USD", "29.00"}} {
			_, page := s.mustOpen(t, sale.env, sale.currency, sale.amount)
			buyer := s.newShopper(t, page)
			placed := buyer.mustPost(t, "details", object{"email": "b@example.com", "country": "DE"})
			methods := placed["methods"].([]any)
			if byHandOnly := sale.env == pay.Prod || sale.currency == "PKR"; methods[len(methods)-1] != "bank" || (len(methods) == 1) != byHandOnly {
				t.Fatalf("%s in %s offers %v", sale.currency, sale.env, methods)
			}
			waiting := buyer.mustPost(t, "pay", object{"method": "bank", "turn": placed["turn"]})
			wantMembers(t, "the page", waiting, object{"state": "waiting"})
			code := waiting["action"].(object)["code"].(string)
			html := buyer.html(t)
			for _, text := range []string{"Please send your payment", code, "IBAN DE00 1234\nAcme GmbH &amp; Co"} {
				if !strings.Contains(html, text) {
					t.Errorf("the page lacks %q", text)
				}
			}

			decided, err := o.DecidePayment(t.Context(), operator.DecidePaymentIn{Payment: code, Confirm: true, By: "Ann", Note: "seen"})
			if err != nil || !decided.Settled || decided.State != "confirmed" {
				t.Fatalf("confirmed: %+v %v", decided, err)
			}
			again, err := o.DecidePayment(t.Context(), operator.DecidePaymentIn{Payment: decided.ID, Confirm: true, By: "Bob"})
			if err != nil || again.By != "Ann" {
				t.Errorf("confirmed again: %+v %v", again, err)
			}
			wantMembers(t, "the receipt", buyer.mustLook(t), object{"state": "paid", "amount": sale.amount})
			if html := buyer.html(t); !strings.Contains(html, "Bank transfer") {
				t.Error("the receipt does not say how it was paid")
			}
			if sale.env == pay.Prod {
				real = decided.ID
			}
			if sale.env == pay.Test {
				wantMembers(t, "the webhook", s.mustReceive(t), object{
					"orderStatus": "completed", "paymentId": decided.ID, "paymentMethod": "bank", "chargedAmount": sale.amount,
				})
			}
		}

		// Refused: the order stays open, and the buyer pays by card after all.
		_, page := s.mustOpen(t, pay.Test, "USD", "29.00")
		buyer := s.newShopper(t, page)
		placed := buyer.mustPost(t, "details", object{"email": "b@example.com", "country": "DE"})
		waiting := buyer.mustPost(t, "pay", object{"method": "bank", "turn": placed["turn"]})
		if _, err := o.DecidePayment(t.Context(), operator.DecidePaymentIn{
			Payment: waiting["action"].(object)["code"].(string), By: "Ann",
		}); err != nil {
			t.Fatal(err)
		}
		open := buyer.mustLook(t)
		wantMembers(t, "the page after a refusal", open, object{"state": "payment"})
		wantMembers(t, "the page after a refusal", open["decline"].(object), object{"reason": "payment_not_received"})
		paid := buyer.mustPost(t, "pay", object{"method": "card", "turn": open["turn"], "number": "4576750000000110", "expiry": "12/34", "cvc": "123"})
		wantMembers(t, "the receipt", paid, object{"state": "paid"})
		_, err = o.DecidePayment(t.Context(), operator.DecidePaymentIn{Payment: paid["paymentId"].(string), By: "Ann"})
		if fault.CodeOf(err) != "manual_entry_not_found" {
			t.Errorf("a card's payment was refused by hand: %v", err)
		}
		if _, err = o.DecidePayment(t.Context(), operator.DecidePaymentIn{Payment: paid["paymentId"].(string)}); fault.From(err).Field != "by" {
			t.Errorf("nobody decided: %v", err)
		}

		// Instructions that are taken away take the method from open checkouts too.
		_, page = s.mustOpen(t, pay.Prod, "USD", "29.00")
		if _, err := o.SetStore(t.Context(), operator.SetStoreIn{Store: s.made.StoreID, ManualInstructions: new(string)}); err != nil {
			t.Fatal(err)
		}
		wantMembers(t, "the page", s.newShopper(t, page).mustLook(t), object{"state": "unavailable"})

		s.mustRefundByHand(t, real)
		s.mustVerify(t)
		mustStop(t, s.server)
		books := s.mustQuery(t, `SELECT account, CAST(SUM(amount) AS BIGINT) FROM ledger_entries WHERE currency = $1 GROUP BY account`, "USD")
		if books["provider/manual"] != 2*2900-900 || books["provider/simulator"] != 2900 || books["store/pending"] != -3*2900+900 {
			t.Errorf("the ledger holds %v", books)
		}
		words := s.mustQuery(t, `SELECT decided_by, COUNT(*) FROM manual_entries WHERE decided_at > 0 AND state <> $1 GROUP BY decided_by`, "awaiting")
		if words["Ann"] != 4 || words["Bob"] != 2 || len(words) != 2 {
			t.Errorf("the decisions are %v, want four of Ann's and two of Bob's", words)
		}
	})
}

// mustRefundByHand asks for a payment's money twice: once the operator does not
// send it, once they do. Meanwhile nothing more goes back than came.
func (s *till) mustRefundByHand(t *testing.T, payment string) {
	t.Helper()
	o := s.server.Operator()
	for _, sent := range []bool{false, true} {
		in := operator.CreateRefundIn{Payment: pay.PaymentID(payment), Amount: "9.00", Reason: "returned", By: "Ann"}
		asked, err := o.CreateRefund(t.Context(), in)
		if err != nil || asked.State != pay.RefundPending {
			t.Fatalf("asked: %+v %v", asked, err)
		}
		in.Amount = "20.01"
		if _, err := o.CreateRefund(t.Context(), in); fault.CodeOf(err) != "refund_exceeds_charge" {
			t.Errorf("more than is left: %v", err)
		}
		s.mustVerify(t)
		waiting, err := o.ListPayments(t.Context(), operator.ListPaymentsIn{})
		if err != nil || len(waiting.Payments) != 1 || waiting.Payments[0].ID != string(asked.ID) {
			t.Fatalf("what waits: %+v %v", waiting, err)
		}
		decided, err := o.DecidePayment(t.Context(), operator.DecidePaymentIn{Payment: string(asked.ID), Confirm: sent, By: "Bob"})
		if err != nil || !decided.Settled {
			t.Fatalf("decided: %+v %v", decided, err)
		}
		list, err := o.ListRefunds(t.Context(), operator.ListRefundsIn{Store: s.made.StoreID})
		want := map[bool]pay.RefundState{false: pay.RefundFailed, true: pay.RefundSucceeded}[sent]
		if err != nil || list.Refunds[0].ID != asked.ID || list.Refunds[0].State != want {
			t.Fatalf("refunds: %+v %v", list, err)
		}
		s.mustVerify(t)
	}
}

// tryOpen opens a checkout of a new product at 29.00.
func (s *till) tryOpen(t *testing.T, env pay.Env, currency string) error {
	t.Helper()
	product := s.mustCall(t, env, "onetime-product/create-product", object{
		"storeId": s.made.StoreID, "name": "Guide", "prices": object{currency: object{"amount": "29.00", "taxCategory": "ebook"}},
	})["product"].(object)
	return s.keys[env].Call(t.Context(), "/v1/actions/checkout/create-session", object{"productId": product["id"], "currency": currency}, nil)
}
