package waypay_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/api/dialecttest"
	"tillway/internal/api/waypay"
	"tillway/internal/auth"
	"tillway/internal/pay"
)

func TestDialect(t *testing.T) {
	t.Parallel()
	dialecttest.Run(t, func(t *testing.T) dialecttest.Subject {
		w := newWorld(t)
		return dialecttest.Subject{
			Handler: w.kernel, Routes: w.kernel.Routes(), OpenAPI: waypay.OpenAPI, Samples: w.samples(),
			Authorize: authorize, CheckFailure: checkFailure, Rows: w.rows, Classes: []auth.Class{auth.StoreKeyClass},
		}
	})
}

// once makes an address when it is first needed.
func once(make func(t *testing.T) string) func(*testing.T) string {
	var done sync.Once
	var made string
	return func(t *testing.T) string {
		done.Do(func() { made = make(t) })
		return made
	}
}

func (w *world) samples() []dialecttest.Sample {
	const key = auth.StoreKeyClass
	whole := func(t *testing.T) map[string]any {
		return wide(t, newCheckout(t, "TEST-ORD-1", object{
			"currency": "PKR", "callbackUrl": "https://shop.example.test/hook?a=1&b=2", "successUrl": "https://shop.example.test/done",
			"cancelUrl": "https://shop.example.test/back", "intentType": "checkout", "paymentMethod": 1, "metadataJson": `{"cart_id":"C9"}`,
			"orderRef": object{"orderRef": "TEST-ORD-1", "discount": "10", "tax": "15"},
			"customerRef": object{
				"name": "Test User", "email": "test@example.com", "cnic": "3520108345678", "phone": "03123456789",
				"shippingAddress": "1 Mall Road", "estimatedDays": "3",
			},
		}))
	}
	free := []string{"customerRef.shippingAddress", "customerRef.estimatedDays"}
	transaction := func(path, member string) func(*testing.T) string {
		return once(func(t *testing.T) string { return path + fieldOf(w.mustPay(t, "ORD7", nil), member) })
	}
	paid := func(t *testing.T) map[string]any {
		if w.Int(t, `SELECT COUNT(*) FROM payment_intents`) == 0 {
			w.mustPay(t, "ORD8", nil)
		}
		reference := fieldOf(w.mustLook(t, "ORD8"), "txnRef")
		return wide(t, signed(t, object{"trxnRef": reference, "amount": 10, "reason": "Customer requested refund"}))
	}
	refund := func(suffix string) func(*testing.T) string {
		return once(func(t *testing.T) string {
			made := w.mustRefund(t, paid(t))
			return refundsPath + "/" + fieldOf(made, "id") + suffix
		})
	}
	return []dialecttest.Sample{
		{Path: initiatePath, Class: key, Body: whole, AnyEnvironment: true, Free: free},
		{Path: "/Gateway/v1/Payment/initiate", Class: key, Body: whole, AnyEnvironment: true, Free: free},
		{Method: http.MethodGet, Path: lookPath + "{identifier}", Class: key, Target: transaction(lookPath, "txnRef"), Nowhere: []string{lookPath + "WPAYAAAAAAAAAAAAAAAA"}},
		{Method: http.MethodGet, Path: "/Gateway/v1/Transaction/{id}", Class: key, Target: transaction("/Gateway/v1/Transaction/", "id"), Nowhere: []string{"/Gateway/v1/Transaction/00000000-0000-7000-8000-000000000001"}},
		{
			Path: refundsPath, Class: key, Body: paid,
			References: map[string]string{"trxnRef": "WPAYAAAAAAAAAAAAAAAA"},
		},
		{Method: http.MethodGet, Path: refundsPath + "/{id}", Class: key, Target: refund(""), Nowhere: []string{refundsPath + "/00000000-0000-7000-8000-000000000001"}},
		{Path: refundsPath + "/{id}/cancel", Class: key, Target: refund("/cancel"), Nowhere: []string{refundsPath + "/00000000-0000-7000-8000-000000000001/cancel"}},
	}
}

// wide is a body as a JSON decoder makes it, so that its numbers can be told
// from other values.
func wide(t *testing.T, body object) (made map[string]any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(mustJSON(t, body))))
	decoder.UseNumber()
	if err := decoder.Decode(&made); err != nil {
		t.Fatal(err)
	}
	return made
}

func authorize(_ *testing.T, who dialecttest.Who, header http.Header, _ string, _ []byte) {
	key := myKey
	switch {
	case who.Stranger:
		key = otherKey
	case who.Env == pay.Prod:
		key = myLiveKey
	}
	header.Set("SWICH-API-Key", key)
}

// checkFailure is what spec/waypay.md §8 says of every failure.
func checkFailure(t *testing.T, status int, body []byte) {
	t.Helper()
	var told struct {
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Details map[string]string `json:"details"`
	}
	if err := json.Unmarshal(body, &told); err != nil || told.Code == "" || told.Message == "" || told.Details == nil {
		t.Errorf("%d: %s", status, body)
		return
	}
	if strings.Contains(string(body), mySecret) || strings.Contains(string(body), "tillway/internal") {
		t.Errorf("the answer tells what it must not: %s", body)
	}
	if status == http.StatusBadRequest && told.Code == "validation_error" && (told.Details["field"] == "" || told.Details["issue"] == "") {
		t.Errorf("a validation error names nothing: %s", body)
	}
}
