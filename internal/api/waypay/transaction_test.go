package waypay_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestATransactionHasEveryMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.mustCreate(t, "ORD1", object{"paymentMethod": 1, "metadataJson": `{"cart_id":"C9"}`})
	pending := w.ask(t, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusOK)
	order := regexp.MustCompile(`"([a-zA-Z]+)":`).FindAllStringSubmatch(pending.Body.String(), -1)
	var names []string
	for _, name := range order {
		names = append(names, name[1])
	}
	want := []string{
		"id", "amount", "currency", "fee", "netAmount", "txType", "txnType", "description", "transactionNotes", "txnprovider", "txnRef",
		"status", "statusText", "createdAtUtc", "isLive", "transactionMode", "merchantOrderRef", "paymentIntentId", "appliedFeeRuleName",
		"feeCalculationBreakdown", "metadataJson",
	}
	if !slices.Equal(names, want) {
		t.Errorf("the members are %q, want %q", names, want)
	}
	for _, text := range []string{`"amount":1000.00`, `"fee":0.00`, `"netAmount":1000.00`} {
		if !strings.Contains(pending.Body.String(), text) {
			t.Errorf("%s has no %s", pending.Body, text)
		}
	}
	wants := object{
		"currency": "PKR", "txType": 1.0, "txnType": "WalletDeposit", "description": "Product Purchase", "transactionNotes": nil,
		"txnprovider": "JazzCash", "status": 1.0, "statusText": "Pending", "isLive": false, "transactionMode": "Test",
		"merchantOrderRef": "ORD1", "paymentIntentId": made["paymentIntentId"], "appliedFeeRuleName": nil, "feeCalculationBreakdown": nil,
		"metadataJson": `{"cart_id":"C9"}`, "createdAtUtc": w.Core.Now().Format("2006-01-02T15:04:05Z"),
	}
	for name, value := range wants {
		if pending.body[name] != value {
			t.Errorf("%s is %v, want %v", name, pending.body[name], value)
		}
	}
	if !uuidShape.MatchString(fieldOf(pending.body, "id")) || !regexp.MustCompile(`^WPAY[A-Z0-9]{16}$`).MatchString(fieldOf(pending.body, "txnRef")) {
		t.Errorf("the names are %v and %v", pending.body["id"], pending.body["txnRef"])
	}
	w.mustPress(t, made, goodCard)
	paid := w.mustLook(t, "ORD1")
	for name, value := range map[string]any{
		"txType": 0.0, "txnType": "Deposit", "txnprovider": "Card", "status": 2.0, "statusText": "Completed",
	} {
		if paid[name] != value {
			t.Errorf("paid: %s is %v, want %v", name, paid[name], value)
		}
	}
}

// What was paid with counts, and not what was preferred (spec/waypay.md §5).
func TestAPaymentOfAWalletIsAWalletDeposit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for method, word := range map[connector.Method]string{connector.JazzCash: "JazzCash", connector.Easypaisa: "Easypaisa"} {
		session := w.mustSession(t, w.mustCreate(t, word, nil))
		start := paytest.Card(session, "me", w.MustLook(t, session, "me").Turn, goodCard)
		start.Method, start.Instrument = method, connector.Instrument{Wallet: &connector.WalletAccount{Provider: string(method), Phone: "03123456789"}}
		if err := w.Core.Pay(t.Context(), start); err != nil {
			t.Fatal(err)
		}
		err := w.Core.Continue(t.Context(), pay.Continuation{
			Session: session.ID, Visitor: "me", Input: connector.CustomerInput{Fields: map[string]string{"code": "123456"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		found := w.mustLook(t, word)
		want := object{"statusText": "Completed", "txType": 1.0, "txnType": "WalletDeposit", "txnprovider": word}
		for name, value := range want {
			if found[name] != value {
				t.Errorf("%s: %s is %v, want %v", word, name, found[name], value)
			}
		}
	}
}

func TestWithoutMetadataThereIsNoMemberOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustCreate(t, "ORD1", nil)
	if _, is := w.mustLook(t, "ORD1")["metadataJson"]; is {
		t.Error("there is metadataJson")
	}
}

func TestATransactionIsFoundByItsNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	found := w.mustPay(t, "ORD1", nil)
	for _, name := range []string{fieldOf(found, "paymentIntentId"), fieldOf(found, "id"), fieldOf(found, "txnRef"), "ORD1"} {
		if again := w.mustLook(t, name); again["id"] != found["id"] {
			t.Errorf("%s finds %v", name, again["id"])
		}
	}
	byID := func(name string) answer { return w.ask(t, http.MethodGet, "/Gateway/v1/Transaction/"+name, nil) }
	for _, name := range []string{"paymentIntentId", "id"} {
		if byID(fieldOf(found, name)).wants(t, http.StatusOK).body["id"] != found["id"] {
			t.Errorf("by %s another is found", name)
		}
	}
	byID("ORD1").wantsFailure(t, http.StatusNotFound, "not_found", "", "")
	byID(fieldOf(found, "txnRef")).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
	for _, name := range []string{"nothing", "%00", "%FF", "a%2Fb", "550e8400-e29b-41d4-a716-446655440000"} {
		w.ask(t, http.MethodGet, lookPath+name, nil).wantsFailure(t, http.StatusNotFound, "not_found", "", "")
	}
	for _, key := range []string{otherKey, myLiveKey} {
		w.askWith(t, http.Header{"Swich-Api-Key": {key}}, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusNotFound)
	}
}

// Every state of spec/waypay.md §5 that an intent comes to, with its number.
func TestStatusesHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := func(reference, text string, number float64) {
		t.Helper()
		if found := w.mustLook(t, reference); found["statusText"] != text || found["status"] != number {
			t.Errorf("%s is %v %v, want %v %s", reference, found["status"], found["statusText"], number, text)
		}
	}
	w.mustCreate(t, "pending", nil)
	want("pending", "Pending", 1)
	w.mustPay(t, "completed", nil)
	want("completed", "Completed", 2)
	w.mustPress(t, w.mustCreate(t, "failed", nil), declinedCard)
	want("failed", "Failed", 3)
	if note := w.mustLook(t, "failed")["transactionNotes"]; note == nil {
		t.Error("a failed transaction does not say why")
	}
	w.mustGiveUp(t, w.mustCreate(t, "cancelled", nil))
	want("cancelled", "Cancelled", 4)
	w.mustTellStory(t, w.mustCreate(t, "inprogress", nil), "timeout_moved")
	want("inprogress", "InProgress", 8)
	refunded := w.mustPay(t, "refunded", nil)
	asked := w.mustRefund(t, object{"trxnRef": refunded["txnRef"]})
	want("refunded", "RefundRequested", 5)
	w.mustApprove(t, asked)
	w.PlayTimers(t)
	want("refunded", "Refunded", 7)
	w.mustTellStory(t, w.mustCreate(t, "refundfailed", nil), "refund_fails")
	w.mustApprove(t, w.mustRefund(t, object{"trxnRef": w.mustLook(t, "refundfailed")["txnRef"]}))
	w.PlayTimers(t)
	w.Clock.Advance(30 * time.Minute)
	w.PlayTimers(t)
	want("refundfailed", "RefundFailed", 6)
	w.Clock.Advance(time.Hour)
	w.PlayTimers(t)
	want("pending", "Expired", 4)
}

// mustGiveUp is a press of the button by which a customer gives an intent up.
func (w *world) mustGiveUp(t *testing.T, made object) {
	t.Helper()
	session := w.mustSession(t, made)
	paytest.MustRun(t, w.Core, pay.CancelSale, pay.SaleCancellation{
		Session: session.ID, Actor: pay.Actor{Kind: pay.ByVisitor, Store: session.Store, Env: session.Env}, At: w.Core.Now(),
	})
}

// mustTellStory pays with a token of the simulator, which tells a story.
func (w *world) mustTellStory(t *testing.T, made object, story string) {
	t.Helper()
	session := w.mustSession(t, made)
	start := paytest.Card(session, "me", w.MustLook(t, session, "me").Turn, goodCard)
	start.Instrument = connector.Instrument{Token: "tok_" + story}
	if err := w.Core.Pay(t.Context(), start); err != nil {
		t.Fatal(err)
	}
}

func TestALiveTransactionSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustApproveStore(t)
	live := http.Header{"Swich-Api-Key": {myLiveKey}}
	w.askWith(t, live, http.MethodPost, initiatePath, newCheckout(t, "ORD1", nil)).wants(t, http.StatusOK)
	found := w.askWith(t, live, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusOK).body
	if found["isLive"] != true || found["transactionMode"] != "Live" {
		t.Errorf("found %v", found)
	}
	w.ask(t, http.MethodGet, lookPath+"ORD1", nil).wants(t, http.StatusNotFound)
	w.mustCreate(t, "ORD1", nil) // the test mode is apart
}

func TestAmountsAreTheDigitsThatWereWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, c := range [][2]string{
		{"1000.5", "1000.50"}, {"0.1e4", "1000.00"}, {"10.010", "10.01"}, {"99999999999.99", "99999999999.99"}, {"90071992547409.93", "90071992547409.93"},
	} {
		body := newCheckout(t, "ORD"+string(rune('1'+i)), object{"amount": json.RawMessage(c[0])})
		w.ask(t, http.MethodPost, initiatePath, body).wants(t, http.StatusOK)
		found := w.ask(t, http.MethodGet, lookPath+"ORD"+string(rune('1'+i)), nil)
		if !strings.Contains(found.Body.String(), `"amount":`+c[1]+`,`) {
			t.Errorf("%s is told as %s", c[0], found.Body)
		}
	}
}
