package wayl_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func newRefund(reference string, more object) object {
	body := object{"referenceId": reference, "reason": someReason, "amount": 4000}
	for name, value := range more {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	return body
}

func (w *world) mustAskRefund(t *testing.T, reference string, more object) object {
	t.Helper()
	return w.ask(t, http.MethodPost, "/api/v1/refunds", newRefund(reference, more)).wants(t, http.StatusCreated).data(t)
}

// mustDecide approves a refund and lets the money go, or rejects it.
func (w *world) mustDecide(t *testing.T, shown string, approve bool) {
	t.Helper()
	core, err := link.RefundID(shown).Core()
	if err != nil {
		t.Fatal(err)
	}
	decision := pay.RefundDecision{ID: core, Actor: pay.System(pay.Test), By: "Ann", Note: "Because", At: w.Core.Now()}
	if !approve {
		paytest.MustRun(t, w.Core, pay.RejectRefund, decision)
		return
	}
	paytest.MustRun(t, w.Core, pay.ApproveRefund, decision)
	w.PlayTimers(t)
}

func TestRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.mustPay(t, "order-1")
	answered := w.ask(t, http.MethodPost, "/api/v1/refunds", newRefund("order-1", object{"refundMethod": "FIB", "accountNumber": "42"})).wants(t, http.StatusCreated)
	made := answered.data(t)
	want := object{
		"id": made["id"], "reason": someReason, "linkId": paid["id"], "referenceId": "order-1", "amount": 4000.0, "initiatedBy": "Merchant",
		"status": "Requested", "refundMethod": "FIB", "accountNumber": "42",
	}
	if fmt.Sprint(made) != fmt.Sprint(want) || answered.body["message"] != "Refund created successfully." {
		t.Errorf("got  %v\nwant %v", made, want)
	}
	path := "/api/v1/refunds/" + made["id"].(string)
	if got := w.ask(t, http.MethodGet, path, nil).wants(t, http.StatusOK).data(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("read %v", got)
	}
	w.askAs(t, w.stranger, http.MethodGet, path, nil).wants(t, http.StatusNotFound)
	w.askAs(t, w.stranger, http.MethodDelete, path+"/cancel", nil).wants(t, http.StatusNotFound)
	if got := w.ask(t, http.MethodDelete, path+"/cancel", nil).wants(t, http.StatusCreated).data(t); got["status"] != "Cancelled" || got["id"] != made["id"] || got["referenceId"] != "order-1" {
		t.Errorf("cancelled %v", got)
	}
	w.ask(t, http.MethodDelete, path+"/cancel", nil).wants(t, http.StatusConflict)
	for _, unknown := range []string{"x", "c" + strings.Repeat("0", 24), "REF_0000000000000000000001", "%00", "%FF"} {
		w.ask(t, http.MethodGet, "/api/v1/refunds/"+unknown, nil).wants(t, http.StatusNotFound)
		w.ask(t, http.MethodDelete, "/api/v1/refunds/"+unknown+"/cancel", nil).wants(t, http.StatusNotFound)
	}
}

// What is approved reads Requested until the money went back, and the answer
// says why it cannot be cancelled all the same.
func TestARefundThatIsUnderWayIsNotCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "order-1")
	shown := w.mustAskRefund(t, "order-1", nil)["id"].(string)
	core, err := link.RefundID(shown).Core()
	if err != nil {
		t.Fatal(err)
	}
	paytest.MustRun(t, w.Core, pay.ApproveRefund, pay.RefundDecision{ID: core, Actor: pay.System(pay.Test), By: "Ann", At: w.Core.Now()})
	path := "/api/v1/refunds/" + shown
	if got := w.ask(t, http.MethodGet, path, nil).data(t); got["status"] != "Requested" {
		t.Errorf("%v", got)
	}
	refused := w.ask(t, http.MethodDelete, path+"/cancel", nil).wants(t, http.StatusConflict)
	if want := "The refund has been approved and the money is on its way back, so that it cannot be cancelled any more"; refused.body["message"] != want {
		t.Errorf("message %q", refused.body["message"])
	}
	w.PlayTimers(t)
	if done := w.ask(t, http.MethodDelete, path+"/cancel", nil).wants(t, http.StatusConflict); done.body["message"] != "Only a refund that is Requested can be cancelled" {
		t.Errorf("message %q", done.body["message"])
	}
}

func TestARefundIsDecided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "order-1")
	part := w.mustAskRefund(t, "order-1", nil)["id"].(string)
	w.mustDecide(t, part, true)
	refused := w.mustAskRefund(t, "order-1", nil)["id"].(string)
	w.mustDecide(t, refused, false)
	for id, status := range map[string]string{part: "Refunded", refused: "Rejected"} {
		if got := w.ask(t, http.MethodGet, "/api/v1/refunds/"+id, nil).data(t); got["status"] != status {
			t.Errorf("%v, want %s", got, status)
		}
		w.ask(t, http.MethodDelete, "/api/v1/refunds/"+id+"/cancel", nil).wants(t, http.StatusConflict)
	}
	if got := w.mustGet(t, "order-1"); got["status"] != "Complete" || got["reversable"] != true {
		t.Errorf("refunded in part: %v", got)
	}
	w.mustDecide(t, w.mustAskRefund(t, "order-1", object{"amount": 6000})["id"].(string), true)
	if got := w.mustGet(t, "order-1"); got["status"] != "Returned" || got["reversable"] != false || got["completedAt"] == nil {
		t.Errorf("refunded in whole: %v", got)
	}
}

// The rows of spec/wayl.md §3 and §8.
func TestRefundRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "order-1")
	w.mustCreate(t, "unpaid", nil)
	for name, c := range map[string]struct {
		more   object
		status int
		wrong  []string
	}{
		"a reason of 99":                {object{"reason": strings.Repeat("x", 99)}, 422, []string{`["reason"]`}},
		"a reason of 1501":              {object{"reason": strings.Repeat("x", 1501)}, 422, []string{`["reason"]`}},
		"a reason of spaces":            {object{"reason": strings.Repeat(" ", 100)}, 422, []string{`["reason"]`}},
		"a reason of 1501 with a space": {object{"reason": strings.Repeat("x", 1500) + " "}, 422, []string{`["reason"]`}},
		"without a reason":              {object{"reason": nil}, 422, []string{`["reason"]`}},
		"an amount of 999":              {object{"amount": 999}, 422, []string{`["amount"]`}},
		"an amount of 9.99e2":           {object{"amount": jsonNumber("9.99e2")}, 422, []string{`["amount"]`}},
		"an amount with a fraction":     {object{"amount": 1000.5}, 422, []string{`["amount"]`}},
		"an amount as text":             {object{"amount": "1000"}, 422, []string{`["amount"]`}},
		"without an amount":             {object{"amount": nil}, 422, []string{`["amount"]`}},
		"more than was paid":            {object{"amount": 10001}, 422, []string{`["amount"]`}},
		"a method alone":                {object{"refundMethod": "FIB"}, 422, []string{`["accountNumber"]`}},
		"an account alone":              {object{"accountNumber": "42"}, 422, []string{`["refundMethod"]`}},
		"an unknown method":             {object{"refundMethod": "Card", "accountNumber": "42"}, 422, []string{`["refundMethod"]`}},
		"an empty account":              {object{"refundMethod": "FIB", "accountNumber": ""}, 422, []string{`["accountNumber"]`}},
		"a blank account":               {object{"refundMethod": "FIB", "accountNumber": " "}, 422, []string{`["accountNumber"]`}},
		"a reference of 1":              {object{"referenceId": "a"}, 422, []string{`["referenceId"]`}},
		"a reference of 256":            {object{"referenceId": strings.Repeat("x", 256)}, 422, []string{`["referenceId"]`}},
		"without a reference":           {object{"referenceId": nil}, 422, []string{`["referenceId"]`}},
		"an unknown order":              {object{"referenceId": "unknown"}, 404, nil},
		"an order that is not paid":     {object{"referenceId": "unpaid"}, 409, nil},
		"an unpaid order, and too much": {object{"referenceId": "unpaid", "amount": 999}, 422, []string{`["amount"]`}},
		"everything at once": {
			object{"referenceId": "a", "reason": "no", "amount": 1, "refundMethod": "x"},
			422,
			[]string{`["accountNumber"]`, `["amount"]`, `["reason"]`, `["referenceId"]`, `["refundMethod"]`},
		},
	} {
		got := w.ask(t, http.MethodPost, "/api/v1/refunds", newRefund("order-1", c.more))
		if got.Code != c.status || !slices.Equal(got.failed(t), c.wrong) {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if n := w.Int(t, `SELECT (SELECT COUNT(*) FROM refunds) + (SELECT COUNT(*) FROM link_refunds)`); n != 0 {
		t.Errorf("%d refunds were asked for", n)
	}
	for _, right := range []object{
		{"reason": strings.Repeat("ä", 100), "amount": 1000},
		{"reason": strings.Repeat("x", 1500), "amount": jsonNumber("1000.0")},
		// As it was sent, with the spaces that its length counts.
		{"reason": strings.Repeat("x", 99) + " ", "amount": jsonNumber("1e3")},
		{"reason": " " + strings.Repeat("x", 1499), "amount": 1000},
	} {
		made := w.mustAskRefund(t, "order-1", right)
		if made["reason"] != right["reason"] || made["amount"] != 1000.0 {
			t.Errorf("made %v of %v", made, right)
		}
		if read := w.ask(t, http.MethodGet, "/api/v1/refunds/"+made["id"].(string), nil).data(t); read["reason"] != right["reason"] {
			t.Errorf("read %v", read)
		}
	}
	// Four are open, over 4,000 together: 6,000 are left.
	w.ask(t, http.MethodPost, "/api/v1/refunds", newRefund("order-1", object{"amount": 6001})).wants(t, http.StatusUnprocessableEntity)
	w.mustAskRefund(t, "order-1", object{"amount": 6000})
	w.ask(t, http.MethodPost, "/api/v1/refunds", newRefund("order-1", object{"amount": 1000})).wants(t, http.StatusUnprocessableEntity)
}

func TestListRefunds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "order-1")
	w.mustPay(t, "order-2")
	var ids []string
	for _, reference := range []string{"order-1", "order-2", "order-1", "order-2"} {
		ids = append(ids, w.mustAskRefund(t, reference, object{"amount": 1000})["id"].(string))
		w.Clock.Advance(time.Second)
	}
	w.mustDecide(t, ids[0], true)
	w.mustDecide(t, ids[1], false)
	w.ask(t, http.MethodDelete, "/api/v1/refunds/"+ids[2]+"/cancel", nil).wants(t, http.StatusCreated)
	for query, want := range map[string][]int{
		"": {3, 2, 1, 0}, "take=2": {3, 2}, "take=2&skip=1": {2, 1}, "referenceId=order-1": {2, 0}, "referenceId=unknown": {},
		"statuses=Requested": {3}, "statuses=Refunded": {0}, "statuses=Rejected": {1}, "statuses=Cancelled": {2},
		"statuses=Refunded&statuses=Rejected": {1, 0}, "statuses=Refunded,Cancelled&referenceId=order-1": {2, 0}, "statuses[]=Requested": {3},
	} {
		var got, wanted []string
		for _, one := range w.ask(t, http.MethodGet, "/api/v1/refunds?"+query, nil).wants(t, http.StatusOK).list(t) {
			got = append(got, one.(object)["id"].(string))
		}
		for _, i := range want {
			wanted = append(wanted, ids[i])
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%s lists %q, want %q", query, got, wanted)
		}
	}
	for _, query := range []string{"take=x", "skip=-1", "statuses=Complete", "referenceId=%00", "referenceId=%FF", "referenceId=" + strings.Repeat("x", 256)} {
		w.ask(t, http.MethodGet, "/api/v1/refunds?"+query, nil).wants(t, http.StatusUnprocessableEntity)
	}
	if got := w.askAs(t, w.stranger, http.MethodGet, "/api/v1/refunds", nil).list(t); len(got) != 0 {
		t.Errorf("a stranger sees %v", got)
	}
}

func TestARefundOfTheOperatorIsToldToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustPay(t, "order-1")
	var paid link.Link
	if err := w.Core.View(t.Context(), func(r pay.Records) (err error) {
		paid, err = w.links.Look(r, w.Shop.Shop.ID, "order-1", w.Core.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	paytest.MustRun(t, w.Core, pay.RequestRefund, pay.RefundRequest{
		ID: pay.RefundID(w.IDs.New(id.Refund)), Actor: pay.System(pay.Test), By: "Ann", Payment: paid.Payment,
		Amount: money.New(1_500_500, "IQD"), Reason: "Kindness", At: w.Core.Now(),
	})
	got := w.ask(t, http.MethodGet, "/api/v1/refunds", nil).list(t)[0].(object)
	if got["amount"] != 1500.5 || got["initiatedBy"] != "System" || got["status"] != "Requested" || got["refundMethod"] != nil {
		t.Errorf("%v", got)
	}
}
