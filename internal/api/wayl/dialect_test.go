package wayl_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/api/dialecttest"
	"tillway/internal/api/wayl"
	"tillway/internal/auth"
)

func TestDialect(t *testing.T) {
	t.Parallel()
	dialecttest.Run(t, func(t *testing.T) dialecttest.Subject {
		w := newWorld(t)
		return dialecttest.Subject{
			Handler: w.kernel, Routes: w.kernel.Routes(), OpenAPI: wayl.OpenAPI, Samples: w.samples(),
			Authorize: w.authorize, CheckFailure: checkFailure, Rows: w.rows,
			Unrouted: http.StatusUnauthorized, NoObject: http.StatusUnprocessableEntity, Classes: []auth.Class{auth.StoreKeyClass},
		}
	})
}

// noRefund is an id of no refund.
const noRefund = "cmwoxfuo00000000000000000"

const someReason = "Customer requested a refund after a duplicate charge. Support ticket 4521 confirms the issue; a full reversal is due."

func fixed(body object) func(*testing.T) map[string]any {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return func(t *testing.T) map[string]any {
		var made object
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&made); err != nil {
			t.Fatal(err)
		}
		return made
	}
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
	whole := newLink("order-1", object{
		"customParameter": "p-1", "webhookUrl": "https://shop.example.test/hook", "webhookSecret": "1234567890",
		"redirectionUrl": "https://shop.example.test/thanks", "linkExpiresIn": "2h",
		"lineItem": []any{
			object{"label": "Guide", "amount": 12000, "type": "increase", "image": "https://shop.example.test/a.png"},
			object{"label": "Discount", "amount": 2000, "type": "decrease"},
		},
	})
	link := func(suffix string) func(*testing.T) string {
		return once(func(t *testing.T) string {
			w.mustCreate(t, "order-7", nil)
			return "/api/v1/links/order-7" + suffix
		})
	}
	paid := func(t *testing.T) map[string]any {
		if w.Int(t, `SELECT COUNT(*) FROM links`) == 0 {
			w.mustPay(t, "order-8")
		}
		return object{
			"referenceId": "order-8", "reason": someReason, "amount": 1000, "refundMethod": "QiCard", "accountNumber": "4242",
		}
	}
	refund := func(suffix string) func(*testing.T) string {
		return once(func(t *testing.T) string {
			made := w.ask(t, http.MethodPost, "/api/v1/refunds", paid(t)).wants(t, http.StatusCreated).data(t)
			return "/api/v1/refunds/" + made["id"].(string) + suffix
		})
	}
	get := func(path string) dialecttest.Sample {
		return dialecttest.Sample{Method: http.MethodGet, Path: path, Class: key}
	}
	return []dialecttest.Sample{
		{Path: "/api/v1/links", Class: key, Want: http.StatusCreated, Body: fixed(whole), AnyEnvironment: true},
		get("/api/v1/links"),
		{
			Path: "/api/v1/links/batch", Class: key, Body: fixed(object{"referenceIds": []any{"order-1", "order-2"}}), AnyEnvironment: true,
		},
		{
			Method: http.MethodGet, Path: "/api/v1/links/{referenceId}", Class: key, Target: link(""),
			Nowhere: []string{"/api/v1/links/order-9"}, AnyEnvironment: true,
		},
		{
			Path: "/api/v1/links/{referenceId}/invalidate", Class: key, Want: http.StatusCreated, Target: link("/invalidate"),
			Nowhere: []string{"/api/v1/links/order-9/invalidate"}, AnyEnvironment: true,
		},
		{
			Path: "/api/v1/links/{referenceId}/invalidate-if-pending", Class: key, Want: http.StatusCreated, Target: link("/invalidate-if-pending"),
			Nowhere: []string{"/api/v1/links/order-9/invalidate-if-pending"}, AnyEnvironment: true,
		},
		{
			Path: "/api/v1/refunds", Class: key, Want: http.StatusCreated, Body: paid, AnyEnvironment: true,
			References: map[string]string{"referenceId": "order-9"},
		},
		get("/api/v1/refunds"),
		{
			Method: http.MethodGet, Path: "/api/v1/refunds/{refundId}", Class: key, Target: refund(""),
			Nowhere: []string{"/api/v1/refunds/" + noRefund}, AnyEnvironment: true,
		},
		{
			Method: http.MethodDelete, Path: "/api/v1/refunds/{refundId}/cancel", Class: key, Want: http.StatusCreated, Target: refund("/cancel"),
			Nowhere: []string{"/api/v1/refunds/" + noRefund + "/cancel"}, AnyEnvironment: true,
		},
		get("/api/v1/products"),
		{
			Method: http.MethodGet, Path: "/api/v1/products/{productId}", Class: key,
			Target:  func(*testing.T) string { return "/api/v1/products/" + string(w.Product.ID) },
			Nowhere: []string{"/api/v1/products/PROD_0000000000000000000001"}, AnyEnvironment: true,
		},
		get("/api/v1/verify-auth-key"),
		get("/api/v1/channels"),
		get("/api/v1/subscriptions"),
		{Method: http.MethodGet, Path: "/api/v1/subscriptions/{subscriptionId}", Class: key, Want: http.StatusNotFound},
		get("/api/v1/subscribers"),
	}
}

func (w *world) authorize(_ *testing.T, who dialecttest.Who, header http.Header, _ string, _ []byte) {
	token := w.token
	if who.Stranger {
		token = w.stranger
	}
	header.Set("X-Wayl-Authentication", token)
}

// checkFailure is what spec/wayl.md §1 and §8 say of every failure.
func checkFailure(t *testing.T, status int, body []byte) {
	t.Helper()
	var told struct {
		Success *bool  `json:"success"`
		Message string `json:"message"`
		Errors  []struct {
			Path    []any  `json:"path"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &told); err != nil || told.Success == nil || *told.Success || told.Message == "" {
		t.Errorf("%d: %s", status, body)
		return
	}
	if status == http.StatusUnauthorized && told.Message != "Invalid authentication key" {
		t.Errorf("message %q", told.Message)
	}
	if (status == http.StatusUnprocessableEntity) != (len(told.Errors) > 0) {
		t.Errorf("%d with %d errors: %s", status, len(told.Errors), body)
	}
	for _, one := range told.Errors {
		if len(one.Path) == 0 || one.Message == "" {
			t.Errorf("%d: bad error %+v", status, one)
		}
	}
	if strings.Contains(string(body), "tillway/internal") {
		t.Errorf("the answer tells of the program: %s", body)
	}
}
