package waypay_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"

	"github.com/google/uuid"
)

// refundID is the core's id of a refund of the wire.
func refundID(t *testing.T, refund object) pay.RefundID {
	t.Helper()
	parsed, err := uuid.Parse(fieldOf(refund, "id"))
	if err != nil {
		t.Fatal(err)
	}
	return pay.RefundID(id.Format(id.Refund, parsed))
}

func (w *world) decision(t *testing.T, refund object) pay.RefundDecision {
	t.Helper()
	return pay.RefundDecision{ID: refundID(t, refund), Actor: pay.System(pay.Test), By: "Ann", Note: "Worn", At: w.Core.Now()}
}

func (w *world) mustApprove(t *testing.T, refund object) {
	t.Helper()
	paytest.MustRun(t, w.Core, pay.ApproveRefund, w.decision(t, refund))
}

func (w *world) mustGetRefund(t *testing.T, refund object) object {
	t.Helper()
	return w.ask(t, http.MethodGet, refundsPath+"/"+fieldOf(refund, "id"), nil).wants(t, http.StatusOK).body
}

func TestARefundFromRequestToEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	answer := w.ask(t, http.MethodPost, refundsPath, signed(t, object{"trxnRef": paid["txnRef"], "amount": 250, "reason": "Customer requested refund"})).wants(t, http.StatusOK)
	asked, now := answer.body, w.Core.Now().Format("2006-01-02T15:04:05Z")
	for name, value := range map[string]any{
		"paymentIntentId": paid["paymentIntentId"], "amount": 250.0, "currency": "PKR", "reason": "Customer requested refund", "status": 0.0,
		"isLive": false, "requestedAt": now, "approvedAt": nil, "processedAt": nil, "attemptCount": 0.0,
	} {
		if got, is := asked[name]; !is || got != value {
			t.Errorf("asked: %s is %v, want %v", name, got, value)
		}
	}
	if len(asked) != 11 || !uuidShape.MatchString(fieldOf(asked, "id")) || !strings.Contains(answer.Body.String(), `"amount":250.00,`) {
		t.Errorf("answered %s", answer.Body)
	}
	w.Clock.Advance(time.Minute)
	w.mustApprove(t, asked)
	approved := w.mustGetRefund(t, asked)
	if approved["status"] != 1.0 || approved["approvedAt"] != w.Core.Now().Format("2006-01-02T15:04:05Z") || approved["processedAt"] != nil || approved["attemptCount"] != 0.0 {
		t.Errorf("approved: %v", approved)
	}
	w.Clock.Advance(time.Minute)
	w.PlayTimers(t)
	done := w.mustGetRefund(t, asked)
	if done["status"] != 3.0 || done["processedAt"] != w.Core.Now().Format("2006-01-02T15:04:05Z") || done["attemptCount"] != 1.0 {
		t.Errorf("done: %v", done)
	}
	if found := w.mustLook(t, "ORD1"); found["statusText"] != "Completed" {
		t.Errorf("part of the money went back, and the transaction is %v", found["statusText"])
	}
}

func TestRefundStatesHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := func(refund object, number float64) {
		t.Helper()
		if got := w.mustGetRefund(t, refund)["status"]; got != number {
			t.Errorf("the status is %v, want %v", got, number)
		}
	}
	paid := w.mustPay(t, "ORD1", nil)
	rejected := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 10})
	paytest.MustRun(t, w.Core, pay.RejectRefund, w.decision(t, rejected))
	want(rejected, 6)
	if got := w.mustGetRefund(t, rejected); got["approvedAt"] != nil {
		t.Errorf("a rejected refund is %v", got)
	}
	withdrawn := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 10})
	w.ask(t, http.MethodPost, refundsPath+"/"+fieldOf(withdrawn, "id")+"/cancel", nil).wants(t, http.StatusOK)
	want(withdrawn, 5)
	w.mustTellStory(t, w.mustCreate(t, "ORD2", nil), "refund_fails")
	failing := w.mustRefund(t, object{"trxnRef": w.mustLook(t, "ORD2")["txnRef"]})
	w.mustApprove(t, failing)
	w.PlayTimers(t)
	want(failing, 2)
	w.Clock.Advance(time.Hour)
	w.PlayTimers(t)
	want(failing, 4)
}

func TestACancelAnswersABareTruth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	asked := w.mustRefund(t, object{"trxnRef": paid["txnRef"]})
	cancel := func(path string, header http.Header) answer {
		return w.askWith(t, header, http.MethodPost, path, nil)
	}
	mine, path := http.Header{"Swich-Api-Key": {myKey}}, refundsPath+"/"+fieldOf(asked, "id")
	for _, key := range []string{otherKey, myLiveKey} {
		cancel(path+"/cancel", http.Header{"Swich-Api-Key": {key}}).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
		w.askWith(t, http.Header{"Swich-Api-Key": {key}}, http.MethodGet, path, nil).wants(t, http.StatusNotFound)
	}
	if got := cancel(path+"/cancel", mine).wants(t, http.StatusOK).Body.String(); got != "true" {
		t.Errorf("answered %s", got)
	}
	if got := cancel(strings.ToUpper(path)+"/Cancel", mine).wants(t, http.StatusOK).Body.String(); got != "false" {
		t.Errorf("answered %s", got)
	}
	for _, name := range []string{"550e8400-e29b-41d4-a716-446655440000", "REF_0000000000000000000001", "nothing"} {
		cancel(refundsPath+"/"+name+"/cancel", mine).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
		w.ask(t, http.MethodGet, refundsPath+"/"+name, nil).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
	}
}

// A reason is nobody's to tidy up.
func TestAReasonIsEchoedAsItWasSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	for _, reason := range []string{"  Two spaces\n", strings.Repeat("é", 500), " " + strings.Repeat("a", 498) + " ", "   "} {
		asked := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 10, "reason": reason})
		if got := w.mustGetRefund(t, asked); asked["reason"] != reason || got["reason"] != reason {
			t.Errorf("%q is echoed as %q, then as %q", reason, asked["reason"], got["reason"])
		}
	}
	last := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "reason": " all the rest "})
	if last["reason"] != " all the rest " {
		t.Errorf("the reason is %q", last["reason"])
	}
	told := w.mustTell(t)
	if data := told[len(told)-1]["data"].(object); data["CurrentStatus"] != "RefundRequested" || data["Reason"] != " all the rest " {
		t.Errorf("told %v", data)
	}
}

// Every row of spec/waypay.md §4.7 and §8 about refunds.
func TestRefundsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	w.mustCreate(t, "ORD2", nil)
	w.mustGiveUp(t, w.mustCreate(t, "ORD3", nil))
	w.mustPress(t, w.mustCreate(t, "ORD4", nil), declinedCard)
	asked := w.mustPay(t, "ORD5", nil)
	w.mustRefund(t, object{"trxnRef": asked["txnRef"]})
	w.mustTellStory(t, w.mustCreate(t, "ORD6", nil), "refund_fails")
	refused := w.mustRefund(t, object{"trxnRef": w.mustLook(t, "ORD6")["txnRef"]})
	w.mustApprove(t, refused)
	w.mustSet(t, "waypay.checkout_minutes", "1")
	w.mustCreate(t, "ORD7", nil)
	for range 2 {
		w.PlayTimers(t)
		w.Clock.Advance(30 * time.Minute)
	}
	w.PlayTimers(t)
	of := func(reference, status string) object {
		found := w.mustLook(t, reference)
		if found["statusText"] != status {
			t.Fatalf("%s is %v, want %s", reference, found["statusText"], status)
		}
		return object{"trxnRef": found["txnRef"]}
	}
	good := func(more object) object {
		body := object{"trxnRef": paid["txnRef"], "amount": 250}
		for name, value := range more {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
		return signed(t, body)
	}
	for name, c := range map[string]struct {
		more               object
		status             int
		code, field, issue string
	}{
		"no trxnRef":              {object{"trxnRef": nil}, 400, "validation_error", "trxnRef", "required"},
		"a trxnRef of a number":   {object{"trxnRef": 7}, 400, "validation_error", "trxnRef", "invalid_type"},
		"an unknown trxnRef":      {object{"trxnRef": "TXN20251212123456"}, 404, "not_found", "", ""},
		"the merchant's own name": {object{"trxnRef": "ORD1"}, 404, "not_found", "", ""},
		"an amount in a text":     {object{"amount": "250"}, 400, "validation_error", "amount", "invalid_type"},
		"three decimals":          {object{"amount": 250.125}, 400, "validation_error", "amount", "invalid_format"},
		"less than ten":           {object{"amount": 9.99}, 422, "amount_too_low", "amount", "amount_too_low"},
		"three decimals below":    {object{"amount": json.RawMessage("9.999")}, 422, "amount_too_low", "amount", "amount_too_low"},
		"far below nothing":       {object{"amount": json.RawMessage("-1e30")}, 422, "amount_too_low", "amount", "amount_too_low"},
		"hardly anything":         {object{"amount": json.RawMessage("1e-70")}, 422, "amount_too_low", "amount", "amount_too_low"},
		"less than nothing":       {object{"amount": -250}, 422, "amount_too_low", "amount", "amount_too_low"},
		"more than was paid":      {object{"amount": 1000.01}, 422, "refund_exceeds_amount", "amount", "refund_exceeds_amount"},
		"a long reason":           {object{"reason": strings.Repeat("a", 501)}, 400, "validation_error", "reason", "too_long"},
		"a reason with a space":   {object{"reason": strings.Repeat("é", 500) + " "}, 400, "validation_error", "reason", "too_long"},
		"a bell in the reason":    {object{"reason": "Ding\a"}, 400, "validation_error", "reason", "invalid_format"},
		"a reason of a number":    {object{"reason": 7}, 400, "validation_error", "reason", "invalid_type"},
		"a cancelled one":         {of("ORD3", "Cancelled"), 422, "invalid_state", "trxnRef", "invalid_state"},
		"a failed one":            {of("ORD4", "Failed"), 422, "invalid_state", "trxnRef", "invalid_state"},
		"one that is asked for":   {of("ORD5", "RefundRequested"), 422, "invalid_state", "trxnRef", "invalid_state"},
		"one whose refund failed": {of("ORD6", "RefundFailed"), 422, "invalid_state", "trxnRef", "invalid_state"},
		"an expired one":          {of("ORD7", "Expired"), 422, "invalid_state", "trxnRef", "invalid_state"},
	} {
		rows := w.rows(t)
		w.ask(t, http.MethodPost, refundsPath, good(c.more)).wantsFailure(t, c.status, c.code, c.field, c.issue)
		if w.rows(t) != rows {
			t.Errorf("%s: something was written", name)
		}
	}
	unsigned := good(nil)
	delete(unsigned, "signature")
	w.ask(t, http.MethodPost, refundsPath, unsigned).wantsFailure(t, http.StatusBadRequest, "validation_error", "signature", "required")
	changed := good(nil)
	changed["amount"] = 251
	w.ask(t, http.MethodPost, refundsPath, changed).wantsFailure(t, http.StatusUnauthorized, "invalid_signature", "signature", "invalid_signature")
	capital := good(nil)
	capital["signature"] = strings.ToUpper(fieldOf(capital, "signature"))
	w.ask(t, http.MethodPost, refundsPath, capital).wantsFailure(t, http.StatusBadRequest, "validation_error", "signature", "invalid_format")
	for twin, field := range map[string]string{"TrxnRef": "trxnRef", "AMOUNT": "amount", "Signature": "signature"} {
		for _, value := range []any{"x", nil} {
			body := good(nil)
			body[twin] = value
			w.ask(t, http.MethodPost, refundsPath, body).wantsFailure(t, http.StatusBadRequest, "validation_error", field, "invalid_format")
		}
	}
	// Together they never ask for more than was paid.
	w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 600, "reason": strings.Repeat("a", 500)})
	w.ask(t, http.MethodPost, refundsPath, good(object{"amount": 400.01})).
		wantsFailure(t, http.StatusUnprocessableEntity, "refund_exceeds_amount", "amount", "refund_exceeds_amount")
	rest := w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": nil, "reason": nil})
	if rest["amount"] != 400.0 || rest["reason"] != nil {
		t.Errorf("the rest is %v", rest)
	}
}

// What is left goes back also where it is less than may be named.
func TestTheRestMayBeLessThanTheLeast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	w.mustRefund(t, object{"trxnRef": paid["txnRef"], "amount": 995})
	w.ask(t, http.MethodPost, refundsPath, signed(t, object{"trxnRef": paid["txnRef"], "amount": 5})).
		wantsFailure(t, http.StatusUnprocessableEntity, "amount_too_low", "amount", "amount_too_low")
	if rest := w.mustRefund(t, object{"trxnRef": paid["txnRef"]}); rest["amount"] != 5.0 {
		t.Errorf("the rest is %v", rest["amount"])
	}
}

func TestARefundThatFailsIsToldWithItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustTellStory(t, w.mustCreate(t, "ORD1", nil), "refund_fails")
	w.mustApprove(t, w.mustRefund(t, object{"trxnRef": w.mustLook(t, "ORD1")["txnRef"], "reason": "Customer requested refund"}))
	w.PlayTimers(t)
	w.Clock.Advance(time.Hour)
	w.PlayTimers(t)
	reasons := map[any]any{}
	for _, body := range w.mustTell(t) {
		data, _ := body["data"].(object)
		reasons[data["CurrentStatus"]] = data["Reason"]
	}
	want := map[any]any{"Completed": nil, "RefundRequested": "Customer requested refund", "RefundFailed": "provider_error"}
	if !maps.Equal(reasons, want) {
		t.Errorf("told %v, want %v", reasons, want)
	}
}

// mustPayAtTheTill pays a live intent by hand, which the operator confirms.
func (w *world) mustPayAtTheTill(t *testing.T, made object) {
	t.Helper()
	session := w.mustSession(t, made)
	start := paytest.Card(session, "me", w.MustLook(t, session, "me").Turn, goodCard)
	start.Method, start.Instrument = connector.Bank, connector.Instrument{}
	if err := w.Core.Pay(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	var paid manual.Entry
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		desk := manual.NewDesk(store.TxOf(r))
		waiting, err := desk.Waiting(1)
		if err != nil {
			return err
		}
		paid, _, err = desk.Decide(manual.Decision{Reference: waiting[0].Reference, Verdict: manual.Confirmed, By: "Ann", At: w.Core.Now()})
		return err
	})
	if err == nil {
		err = w.Core.Inquire(t.Context(), pay.AttemptID(paid.Reference), 0)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestALiveRefundSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustApproveStore(t)
	live := http.Header{"Swich-Api-Key": {myLiveKey}}
	made := w.askWith(t, live, http.MethodPost, initiatePath, newCheckout(t, "ORD1", nil)).wants(t, http.StatusOK).body
	w.mustPayAtTheTill(t, made)
	paid := w.askWith(t, live, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusOK).body
	asked := w.askWith(t, live, http.MethodPost, refundsPath, signed(t, object{"trxnRef": paid["txnRef"]})).wants(t, http.StatusOK).body
	found := w.askWith(t, live, http.MethodGet, refundsPath+"/"+fieldOf(asked, "id"), nil).wants(t, http.StatusOK).body
	if asked["isLive"] != true || found["isLive"] != true {
		t.Errorf("asked %v, found %v", asked, found)
	}
}

func TestWebhooksTellOfEveryChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "ORD1", nil)
	asked := w.mustRefund(t, object{"trxnRef": paid["txnRef"]})
	w.mustApprove(t, asked)
	w.PlayTimers(t)
	moves := w.mustMoves(t)
	slices.Sort(moves)
	want := []string{"Completed → RefundRequested", "Pending → Completed", "RefundRequested → Refunded"}
	if !slices.Equal(moves, want) {
		t.Errorf("told %q, want %q", moves, want)
	}
}

func TestARefundOfWhatIsNoReferenceIsOfNoTransaction(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		w := newWorldOn(t, db)
		for _, ref := range []string{"WPAY\x00", "\x00"} {
			refused := w.ask(t, http.MethodPost, refundsPath, signed(t, object{"trxnRef": ref, "amount": 250}))
			if refused.Code != http.StatusNotFound {
				t.Errorf("%q: %d %s", ref, refused.Code, refused.Body)
			}
		}
	})
}
