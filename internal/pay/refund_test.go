package pay_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

const (
	asyncRefundCard   = "4000000000007726"
	failingRefundCard = "4000000000005126"
)

// mustSell sells the guide at 29.00, of which 4.63 are tax.
func mustSell(t *testing.T, s *paytest.Shop, card string) pay.Payment {
	t.Helper()
	paytest.MustRun(t, s.Core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.Core.Now(), Rows: []pay.TaxRow{
		{Country: "DE", TaxRate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
	}})
	return mustPayment(t, s, mustOrderOf(t, s, mustStart(t, s, card)).Payment)
}

func mustPayment(t *testing.T, s *paytest.Shop, id pay.PaymentID) (payment pay.Payment) {
	t.Helper()
	if err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		payment, err = r.Payment(id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return payment
}

func mustRefund(t *testing.T, s *paytest.Shop, id pay.RefundID) (refund pay.Refund) {
	t.Helper()
	if err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		refund, err = r.Refund(id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return refund
}

// asking is a merchant's refund of some cents.
func asking(s *paytest.Shop, payment pay.PaymentID, cents int64) pay.RefundRequest {
	return pay.RefundRequest{
		ID: pay.RefundID(s.IDs.New("REF")), Actor: s.Actor(), Payment: payment, Amount: money.New(cents, "USD"),
		Reason: "duplicate", ExternalID: "R-7", At: s.Core.Now(),
	}
}

func mustAsk(t *testing.T, s *paytest.Shop, in pay.RefundRequest) pay.Refund {
	t.Helper()
	return paytest.MustRun(t, s.Core, pay.RequestRefund, in)
}

func mustExecute(t *testing.T, s *paytest.Shop, id pay.RefundID) pay.Refund {
	t.Helper()
	if err := s.Core.ExecuteRefund(t.Context(), id, 0); err != nil {
		t.Fatal(err)
	}
	return mustRefund(t, s, id)
}

func wantRefunded(t *testing.T, s *paytest.Shop, id pay.PaymentID, refunded, refunding, tax int64) {
	t.Helper()
	p := mustPayment(t, s, id)
	if p.Refunded.Minor() != refunded || p.Refunding.Minor() != refunding || p.RefundTax.Minor() != tax {
		t.Fatalf("refunded %v, refunding %v, tax %v; want %d, %d, %d", p.Refunded, p.Refunding, p.RefundTax, refunded, refunding, tax)
	}
}

// told lists the events of the shop in their order.
func told(t *testing.T, s *paytest.Shop) []pay.StoredEvent {
	t.Helper()
	var events []pay.StoredEvent
	if err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		events, err = r.Events(pay.EventQuery{Store: s.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 100})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return events
}

func TestRefund(t *testing.T) {
	t.Parallel()
	t.Run("in parts goes back with its share of the tax, and the last takes the rest", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			first := mustAsk(t, s, asking(s, payment.ID, 1000))
			if first.State != pay.RefundApproved || first.Tax.Minor() != 160 || first.AskedBy != pay.AskedByMerchant || first.DecidedBy != string(s.Merchant.ID) {
				t.Fatalf("%+v", first)
			}
			wantRefunded(t, s, payment.ID, 0, 1000, 160)
			wantBalances(t, s, map[string]int64{"provider/simulator": 3451, "store/pending": -2900 + 840, "tax/collected": -551 + 160, "refunds/in_transit": -1000})
			wantSound(t, s)
			if done := mustExecute(t, s, first.ID); done.State != pay.RefundSucceeded || done.ProviderID == "" || !done.DoneAt.Equal(s.Core.Now()) {
				t.Fatalf("%+v", done)
			}
			wantRefunded(t, s, payment.ID, 1000, 0, 160)
			wantBalances(t, s, map[string]int64{"provider/simulator": 2451, "store/pending": -2060, "tax/collected": -391})

			rest := asking(s, payment.ID, 0)
			rest.Amount = money.Amount{} // all that is left
			last := mustAsk(t, s, rest)
			if last.Amount != money.New(2451, "USD") || last.Tax.Minor() != 391 {
				t.Fatalf("the rest is %+v", last)
			}
			s.PlayTimers(t) // nobody but the timer carries it out
			wantRefunded(t, s, payment.ID, 3451, 0, 551)
			wantBalances(t, s, map[string]int64{})
			for _, cents := range []int64{1, 3451} {
				if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, asking(s, payment.ID, cents)); fault.CodeOf(err) != "refund_exceeds_charge" {
					t.Errorf("%d more: %v", cents, err)
				}
			}
			if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, rest); fault.CodeOf(err) != "refund_exceeds_charge" {
				t.Errorf("all of nothing: %v", err)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("is told of once, behind its sale and the refunds before it", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			for _, cents := range []int64{100, 200} {
				s.Clock.Advance(time.Second)
				mustExecute(t, s, mustAsk(t, s, asking(s, payment.ID, cents)).ID)
			}
			events := told(t, s)
			if len(events) != 3 {
				t.Fatalf("%d events", len(events))
			}
			for i, e := range events {
				if i > 0 && e.Sale.Order.Row <= events[i-1].Sale.Order.Row {
					t.Errorf("event %d is of version %d, the one before of %d", i, e.Sale.Order.Row, events[i-1].Sale.Order.Row)
				}
			}
			if events[0].Refund != nil || events[0].Type != pay.OrderDone {
				t.Errorf("the sale is told as %+v", events[0])
			}
			e := events[2]
			if e.Type != pay.RefundDone || e.Refund == nil || e.Key != string(e.Refund.ID) || e.Refund.Amount.Minor() != 200 ||
				e.Refund.State != pay.RefundSucceeded || e.Refund.ExternalID != "R-7" || e.Refund.Reason != "duplicate" ||
				e.Sale.Payment.Refunded.Minor() != 300 || !e.Sale.Payment.Refunding.IsZero() || e.Sale.ProductName != "Guide" || e.Sale.StoreName != "Acme" {
				t.Errorf("the second refund is told as %+v", e)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("that the provider does later is asked about until it says so", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, asyncRefundCard)
			refund := mustAsk(t, s, asking(s, payment.ID, 3451))
			if pending := mustExecute(t, s, refund.ID); pending.State != pay.RefundPending {
				t.Fatalf("state %s", pending.State)
			}
			wantRefunded(t, s, payment.ID, 0, 3451, 551)
			wantSound(t, s)
			playOutOnly(t, s, 3*time.Minute)
			if done := mustRefund(t, s, refund.ID); done.State != pay.RefundSucceeded {
				t.Fatalf("state %s", done.State)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("that the provider refuses is taken back, and may be asked for anew", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, failingRefundCard)
			for range 2 {
				refund := mustAsk(t, s, asking(s, payment.ID, 3000))
				playOutOnly(t, s, 3*time.Minute)
				if failed := mustRefund(t, s, refund.ID); failed.State != pay.RefundFailed || failed.Failure == "" {
					t.Fatalf("%+v", failed)
				}
				wantRefunded(t, s, payment.ID, 0, 0, 0)
				wantBalances(t, s, map[string]int64{"provider/simulator": 3451, "store/pending": -2900, "tax/collected": -551})
			}
			events := told(t, s)
			if len(events) != 3 || events[1].Type != pay.RefundNotDone || events[1].Refund.State != pay.RefundFailed {
				t.Errorf("%d events: %+v", len(events), events)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("whose answer is lost stays reserved until the provider says what it did", func(t *testing.T) {
		t.Parallel()
		eachOdd(t, func(t *testing.T, s *paytest.Shop, odd *oddity) {
			payment := mustSell(t, s, goodCard)
			odd.refund = func(refund connector.Refund) connector.Result {
				odd.Connector.Refund(context.Background(), refund)
				return connector.Result{Outcome: connector.Unknown}
			}
			refund := mustAsk(t, s, asking(s, payment.ID, 3451))
			if unknown := mustExecute(t, s, refund.ID); unknown.State != pay.RefundUnknown {
				t.Fatalf("state %s", unknown.State)
			}
			if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, asking(s, payment.ID, 1)); fault.CodeOf(err) != "refund_exceeds_charge" {
				t.Errorf("one cent beside it: %v", err)
			}
			s.Clock.Advance(time.Minute)
			s.PlayTimers(t)
			wantRefunded(t, s, payment.ID, 3451, 0, 551)
			wantAtRest(t, s)
		})
	})
	t.Run("of a late capture that the store honours comes out of the store's balance", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			mustHaveLateCaptures(t, s, pay.HonourLate)
			session := mustStartShort(t, s, lateSuccess)
			playUntil(t, s, session, pay.CheckoutPaid)
			payment := mustPayment(t, s, mustOrderOf(t, s, session).Payment)
			mustExecute(t, s, mustAsk(t, s, asking(s, payment.ID, 900)).ID)
			wantBalances(t, s, map[string]int64{"provider/simulator": 2000, "store/pending": -2000})
			wantAtRest(t, s)
		})
	})
	t.Run("of what did not sell, or moved nothing, is refused", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, staysPending)
			pending := mustOrderOf(t, s, session).Payment
			if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, asking(s, pending, 1)); fault.CodeOf(err) != "payment_not_refundable" {
				t.Errorf("of a pending payment: %v", err)
			}
			free := paytest.MustRun(t, s.Core, pay.CreateSession, pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
				Override: &pay.Price{Amount: money.Zero("USD"), TaxCategory: pay.Ebook},
			}).Session
			s.MustPlace(t, free)
			mustPay(t, s, paytest.Card(free, "me", 0, goodCard))
			if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, asking(s, mustOrderOf(t, s, free).Payment, 1)); fault.CodeOf(err) != "refund_exceeds_charge" {
				t.Errorf("of a free order: %v", err)
			}
			wantSound(t, s)
		})
	})
	t.Run("survives a process that dies before and after it asks the provider", func(t *testing.T) {
		t.Parallel()
		for name, losses := range map[string][]loss{
			"approval lost after the commit": {lostAfter}, "approval lost before the commit": {lostBefore},
			"died before the result": {fine, died}, "result lost": {fine, lostAfter}, "result undone": {fine, lostBefore, away},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s, _, db := newLossyShop(t)
				payment := mustSell(t, s, goodCard)
				db.losses = slices.Clone(losses)
				refund := mustAsk(t, s, asking(s, payment.ID, 1234))
				_ = s.Core.ExecuteRefund(t.Context(), refund.ID, 0)
				db.losses = nil
				playOut(t, s)
				wantRefunded(t, s, payment.ID, 1234, 0, 197)
				if n := len(told(t, s)); n != 2 {
					t.Errorf("%d events, want the sale's and one refund's", n)
				}
				wantAtRest(t, s)
			})
		}
	})
}

func TestRefundRequest(t *testing.T) {
	t.Parallel()
	t.Run("waits for a decision, reserves nothing, and is decided once", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			decide := func(id pay.RefundID) pay.RefundDecision {
				return pay.RefundDecision{ID: id, Actor: s.Actor(), Note: "as you wish", At: s.Core.Now()}
			}
			request := func(cents int64) pay.RefundID {
				in := asking(s, payment.ID, cents)
				in.Wait = true
				refund := mustAsk(t, s, in)
				if refund.State != pay.RefundRequested {
					t.Fatalf("state %s", refund.State)
				}
				return refund.ID
			}
			approved, rejected, withdrawn := request(1000), request(1000), request(1000)
			wantRefunded(t, s, payment.ID, 0, 0, 0)
			wantTimers(t, s, 0)
			in := asking(s, payment.ID, 452)
			in.Wait = true
			if _, err := pay.Run(t.Context(), s.Core, pay.RequestRefund, in); fault.CodeOf(err) != "refund_exceeds_charge" {
				t.Errorf("more than is left beside those that wait: %v", err)
			}

			paytest.MustRun(t, s.Core, pay.ApproveRefund, decide(approved))
			paytest.MustRun(t, s.Core, pay.RejectRefund, decide(rejected))
			paytest.MustRun(t, s.Core, pay.WithdrawRefund, pay.RefundWithdrawal{ID: withdrawn, Actor: s.Actor(), At: s.Core.Now()})
			for _, id := range []pay.RefundID{approved, rejected, withdrawn} {
				for name, err := range map[string]error{
					"approved": runErr(t, s, pay.ApproveRefund, decide(id)), "rejected": runErr(t, s, pay.RejectRefund, decide(id)),
					"withdrawn": runErr(t, s, pay.WithdrawRefund, pay.RefundWithdrawal{ID: id, Actor: s.Actor(), At: s.Core.Now()}),
				} {
					if !fault.Is(err, fault.State) || fault.CodeOf(err) != "refund_transition" {
						t.Errorf("%s after a decision: %v", name, err)
					}
				}
			}
			s.PlayTimers(t)
			wantRefunded(t, s, payment.ID, 1000, 0, 160)
			if done := mustRefund(t, s, approved); done.State != pay.RefundSucceeded || done.Note != "as you wish" || done.DecidedBy != string(s.Merchant.ID) {
				t.Errorf("%+v", done)
			}
			if n := len(told(t, s)); n != 2 {
				t.Errorf("%d events: what is rejected or withdrawn is told", n)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("that does not fit any more is refused when it is approved, and still waits", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			in := asking(s, payment.ID, 3000)
			in.Wait = true
			waiting := mustAsk(t, s, in)
			mustAsk(t, s, asking(s, payment.ID, 1000)) // the merchant's own word goes first
			err := runErr(t, s, pay.ApproveRefund, pay.RefundDecision{ID: waiting.ID, Actor: s.Actor(), At: s.Core.Now()})
			if fault.CodeOf(err) != "refund_exceeds_charge" || mustRefund(t, s, waiting.ID).State != pay.RefundRequested {
				t.Errorf("%v", err)
			}
			wantSound(t, s)
		})
	})
	t.Run("of a buyer always waits, and is nobody else's", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			buyer := pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.Shop.ID, Buyer: "user-1"}
			session := s.MustOpen(t)
			paytest.MustRun(t, s.Core, pay.Identify, pay.Identification{Session: session.ID, Actor: buyer})
			s.MustPlace(t, session)
			mustPay(t, s, paytest.Card(session, "me", 0, goodCard))
			payment := mustOrderOf(t, s, session).Payment
			in := asking(s, payment, 500)
			in.Actor = buyer
			refund := mustAsk(t, s, in)
			if refund.State != pay.RefundRequested || refund.AskedBy != pay.AskedByCustomer || refund.Asker != "user-1" {
				t.Fatalf("%+v", refund)
			}
			other, elsewhere, live := buyer, buyer, buyer
			other.Buyer, elsewhere.Store, live.Env = "user-2", "STO_other", pay.Prod
			stranger := pay.Actor{Kind: pay.ByMerchant, Env: pay.Test, Merchant: "MER_other"}
			for name, c := range map[string]struct {
				actor                   pay.Actor
				ask, decide, withdrawal string
			}{
				"another buyer":                   {other, "order_of_another", "store_access_denied", "refund_of_another"},
				"a buyer of another store":        {elsewhere, "payment_not_found", "store_access_denied", "refund_not_found"},
				"the other environment":           {live, "payment_not_found", "refund_not_found", "refund_not_found"},
				"another merchant":                {stranger, "store_access_denied", "store_access_denied", "store_access_denied"},
				"a visitor":                       {pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: s.Shop.ID}, "store_access_denied", "store_access_denied", "store_access_denied"},
				"the merchant, who did not ask":   {s.Actor(), "", "", "refund_of_another"},
				"the buyer, who does not decide":  {buyer, "", "store_access_denied", ""},
				"the operator, who did not ask":   {pay.System(pay.Test), "", "", "refund_of_another"},
				"the operator of the other world": {pay.System(pay.Prod), "payment_not_found", "refund_not_found", "refund_not_found"},
			} {
				in := asking(s, payment, 1)
				in.Actor, in.By = c.actor, "Ann"
				if c.ask != "" {
					if err := runErr(t, s, pay.RequestRefund, in); fault.CodeOf(err) != c.ask {
						t.Errorf("%s asks: %v, want %s", name, err, c.ask)
					}
				}
				if c.decide != "" {
					decision := pay.RefundDecision{ID: refund.ID, Actor: c.actor, By: "Ann", Note: "no", At: s.Core.Now()}
					for what, err := range map[string]error{"approves": runErr(t, s, pay.ApproveRefund, decision), "rejects": runErr(t, s, pay.RejectRefund, decision)} {
						if fault.CodeOf(err) != c.decide {
							t.Errorf("%s %s: %v, want %s", name, what, err, c.decide)
						}
					}
				}
				if c.withdrawal != "" {
					if err := runErr(t, s, pay.WithdrawRefund, pay.RefundWithdrawal{ID: refund.ID, Actor: c.actor, At: s.Core.Now()}); fault.CodeOf(err) != c.withdrawal {
						t.Errorf("%s withdraws: %v, want %s", name, err, c.withdrawal)
					}
				}
			}
			if taken := paytest.MustRun(t, s.Core, pay.WithdrawRefund, pay.RefundWithdrawal{ID: refund.ID, Actor: buyer, At: s.Core.Now()}); taken.State != pay.RefundWithdrawn {
				t.Errorf("the buyer's withdrawal left it %s", taken.State)
			}
			wantAtRest(t, s)
		})
	})
	t.Run("under one idempotency key is made once", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			key := &pay.Key{Scope: "test", Value: "once", Keep: time.Hour}
			var answers []string
			for range 2 {
				answer, err := pay.RunOnce(t.Context(), s.Core, key, pay.RequestRefund, asking(s, payment.ID, 700), func(r pay.Refund) (pay.Answer, error) {
					return pay.Answer{Status: 200, Body: []byte(r.ID)}, nil
				})
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, string(answer.Body))
			}
			if answers[0] != answers[1] {
				t.Errorf("two refunds: %v", answers)
			}
			wantRefunded(t, s, payment.ID, 0, 700, 112)
		})
	})
	t.Run("is judged by itself first", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			payment := mustSell(t, s, goodCard)
			long := make([]byte, 1501)
			for i := range long {
				long[i] = 'x'
			}
			for name, c := range map[string]struct {
				change func(*pay.RefundRequest)
				field  string
				code   string
			}{
				"nothing":                   {func(in *pay.RefundRequest) { in.Amount = money.Zero("USD") }, "amount", "amount_not_positive"},
				"less than nothing":         {func(in *pay.RefundRequest) { in.Amount = money.New(-1, "USD") }, "amount", "amount_not_positive"},
				"more than all":             {func(in *pay.RefundRequest) { in.Amount = money.New(3452, "USD") }, "amount", "refund_exceeds_charge"},
				"another currency":          {func(in *pay.RefundRequest) { in.Amount = money.New(1, "EUR") }, "currency", "refund_currency"},
				"a long reason":             {func(in *pay.RefundRequest) { in.Reason = string(long) }, "reason", "too_long"},
				"a long external id":        {func(in *pay.RefundRequest) { in.ExternalID = string(long[:256]) }, "externalId", "too_long"},
				"an operator without name":  {func(in *pay.RefundRequest) { in.Actor = pay.System(pay.Test) }, "by", ""},
				"an unknown payment":        {func(in *pay.RefundRequest) { in.Payment = "PAY_none" }, "", "payment_not_found"},
				"a control character in it": {func(in *pay.RefundRequest) { in.Reason = "a\x00b" }, "reason", "bad_text"},
			} {
				in := asking(s, payment.ID, 1)
				c.change(&in)
				err := runErr(t, s, pay.RequestRefund, in)
				if f := fault.From(err); err == nil || f.Field != c.field || c.code != "" && f.Code != c.code {
					t.Errorf("%s: %v", name, err)
				}
			}
			waiting := asking(s, payment.ID, 1)
			waiting.Wait = true
			id := mustAsk(t, s, waiting).ID
			if err := runErr(t, s, pay.RejectRefund, pay.RefundDecision{ID: id, Actor: s.Actor(), At: s.Core.Now()}); fault.From(err).Field != "note" {
				t.Errorf("rejected without a reason: %v", err)
			}
			if n := s.Int(t, `SELECT COUNT(*) FROM refunds`); n != 1 {
				t.Errorf("%d refunds", n)
			}
		})
	})
}

// Whatever approves and executes at once on two nodes, the payment's row keeps
// what goes back within what was charged.
func TestRefundsAtOnceOnTwoNodes(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		other := pay.New(pay.Config{DB: s.Store, Connectors: []connector.Connector{s.Simulator}, Now: s.Clock.Now, IDs: s.IDs})
		t.Cleanup(func() { other.Stop(context.Background()) })
		payment := mustSell(t, s, goodCard)
		var waiting []pay.RefundID
		for range 3 {
			in := asking(s, payment.ID, 1000)
			in.Wait = true
			waiting = append(waiting, mustAsk(t, s, in).ID)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		approved := 0
		count := func(core *pay.Core, refund pay.Refund, err error) {
			switch {
			case err == nil:
				mu.Lock()
				approved++
				mu.Unlock()
				if err := core.ExecuteRefund(context.Background(), refund.ID, 0); err != nil {
					t.Errorf("execute: %v", err)
				}
			case fault.CodeOf(err) != "refund_exceeds_charge" && fault.CodeOf(err) != "refund_transition":
				t.Errorf("at once: %v", err)
			}
		}
		for i := range 6 {
			core := []*pay.Core{s.Core, other}[i%2]
			direct := asking(s, payment.ID, 1000)
			wg.Go(func() {
				refund, err := pay.Run(context.Background(), core, pay.RequestRefund, direct)
				count(core, refund, err)
			})
			decision := pay.RefundDecision{ID: waiting[i%3], Actor: s.Actor(), At: s.Core.Now()}
			wg.Go(func() {
				refund, err := pay.Run(context.Background(), core, pay.ApproveRefund, decision)
				count(core, refund, err)
			})
		}
		wg.Wait()
		if approved != 3 {
			t.Errorf("%d refunds of 10.00 were approved of a charge of 34.51", approved)
		}
		playOut(t, s)
		if p := mustPayment(t, s, payment.ID); p.Refunded.Minor() != 3000 {
			t.Errorf("%v went back", p.Refunded)
		}
		wantAtRest(t, s)
	})
}

// The write itself is the guard: a reservation that does not fit changes no row,
// whatever the reader believed.
func TestReservationIsGuardedByTheWrite(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		payment := mustSell(t, s, goodCard)
		tried := 0
		err := s.Store.Write(t.Context(), func(r pay.Records) error {
			if tried++; tried > 1 {
				return context.Canceled // a miss is a conflict, which runs it again
			}
			r.ReserveRefund(payment, money.New(3452, "USD"), money.Zero("USD"), s.Core.Now())
			return nil
		})
		if err == nil || tried < 2 {
			t.Errorf("after %d tries: %v", tried, err)
		}
		wantRefunded(t, s, payment.ID, 0, 0, 0)
	})
}

func runErr[In, Out any](t *testing.T, s *paytest.Shop, command pay.Command[In, Out], in In) error {
	t.Helper()
	_, err := pay.Run(t.Context(), s.Core, command, in)
	return err
}

func TestRefundStatusOf(t *testing.T) {
	t.Parallel()
	refund := func(state pay.RefundState) pay.Refund { return pay.Refund{Origin: pay.OriginSale, State: state} }
	late := pay.Refund{Origin: pay.OriginLateCapture, State: pay.RefundSucceeded}
	for name, c := range map[string]struct {
		refunds []pay.Refund
		want    pay.RefundStatus
	}{
		"without any":                        {nil, pay.NotRefunded},
		"a late capture is no refund":        {[]pay.Refund{late}, pay.NotRefunded},
		"rejected and withdrawn":             {[]pay.Refund{refund(pay.RefundRejected), refund(pay.RefundWithdrawn)}, pay.NotRefunded},
		"undecided":                          {[]pay.Refund{refund(pay.RefundRequested)}, pay.RefundInProgress},
		"under way beside one that is done":  {[]pay.Refund{refund(pay.RefundSucceeded), refund(pay.RefundUnknown)}, pay.RefundInProgress},
		"done beside one that failed":        {[]pay.Refund{refund(pay.RefundFailed), refund(pay.RefundSucceeded)}, pay.Refunded},
		"failed":                             {[]pay.Refund{refund(pay.RefundFailed), refund(pay.RefundRejected)}, pay.RefundDidFail},
		"approved is under way":              {[]pay.Refund{refund(pay.RefundApproved)}, pay.RefundInProgress},
		"accepted by the provider is so too": {[]pay.Refund{refund(pay.RefundPending)}, pay.RefundInProgress},
	} {
		if got := pay.RefundStatusOf(c.refunds); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := len(pay.RefundStates()); got != 8 {
		t.Errorf("%d states are listed", got)
	}
}
