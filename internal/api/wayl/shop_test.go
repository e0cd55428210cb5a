package wayl_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func (w *world) mustSell(t *testing.T, in pay.NewProduct) pay.ProductDetail {
	t.Helper()
	w.Clock.Advance(time.Second)
	in.ID, in.VersionID = pay.ProductID(w.IDs.New(id.Product)), pay.VersionID(w.IDs.New(id.ProductVersion))
	in.Store, in.At = w.Shop.Shop.ID, w.Core.Now()
	return paytest.MustRun(t, w.Core, pay.CreateProduct, in)
}

func TestProducts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	priced := pay.Prices{{Amount: money.New(15_000_000, "IQD"), TaxCategory: pay.Ebook}}
	dates := w.mustSell(t, pay.NewProduct{
		Actor: w.Actor(), Name: "Dates", Description: "A box", Prices: priced,
		Media: []pay.Media{{Type: "video", URL: "https://shop.example.test/a.mp4"}, {Type: "image", URL: "https://shop.example.test/a.png"}},
	})
	live := w.Actor()
	live.Env = pay.Prod
	w.mustSell(t, pay.NewProduct{Actor: live, Name: "Tea", Prices: pay.Prices{{Amount: money.New(2_500_500, "IQD"), TaxCategory: pay.Ebook}}})
	list := w.ask(t, http.MethodGet, "/api/v1/products", nil).wants(t, http.StatusOK).list(t)
	if len(list) != 3 {
		t.Fatalf("%v", list)
	}
	for i, want := range []object{
		{"name": "Tea", "price": "2500.5", "status": "Active", "image": nil},
		{
			"id": string(dates.ID), "name": "Dates", "price": "15000", "status": "Active", "image": "https://shop.example.test/a.png", "tags": "",
			"description": "A box", "url": "https://pay.example.test/store/" + w.Shop.Shop.Slug + "/product/" + string(dates.ID), "productType": "Digital",
			"discountExpiry": nil, "discountValue": nil, "notifyOn": 0.0, "updatedAt": "2026-11-20T12:00:01.000Z",
			"unlimited": true, "qt": 0.0, "downloadable": false, "discountType": nil, "inventories": []any{}, "createdAt": "2026-11-20T12:00:01.000Z",
		},
		{"name": "Guide", "price": nil, "status": "Active"},
	} {
		for member, value := range want {
			if got, told := list[i].(object)[member]; !told || fmt.Sprint(got) != fmt.Sprint(value) {
				t.Errorf("%s of product %d is %v, want %v", member, i, got, value)
			}
		}
	}
	if len(list[1].(object)) != 19 {
		t.Errorf("a product in a list has %d members", len(list[1].(object)))
	}
	paytest.MustRun(t, w.Core, pay.ChangeProductStatus, pay.ProductStatusChange{ID: dates.ID, Actor: w.Actor(), Status: pay.ProductInactive, At: w.Core.Now()})
	if hidden := w.ask(t, http.MethodGet, "/api/v1/products/"+string(dates.ID), nil).data(t); hidden["status"] != "Inactive" {
		t.Errorf("%v", hidden)
	}
	one := w.ask(t, http.MethodGet, "/api/v1/products/"+string(dates.ID), nil).wants(t, http.StatusOK).data(t)
	if len(one) != 8 || one["price"] != "15000" || one["name"] != "Dates" {
		t.Errorf("%v", one)
	}
	if got := w.ask(t, http.MethodGet, "/api/v1/products?take=1&skip=1", nil).list(t); len(got) != 1 || got[0].(object)["name"] != "Dates" {
		t.Errorf("%v", got)
	}
	w.ask(t, http.MethodGet, "/api/v1/products?take=x", nil).wants(t, http.StatusUnprocessableEntity)
	for _, unknown := range []string{"x", "PROD_0000000000000000000001", "%00", "%FF"} {
		w.ask(t, http.MethodGet, "/api/v1/products/"+unknown, nil).wants(t, http.StatusNotFound)
	}
	if got := w.askAs(t, w.stranger, http.MethodGet, "/api/v1/products", nil).list(t); len(got) != 0 {
		t.Errorf("a stranger sees %v", got)
	}
}

func TestVerifyAuthKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.ask(t, http.MethodGet, "/api/v1/verify-auth-key", nil).wants(t, http.StatusOK)
	if want := `{"data":{},"message":"Authentication key is valid","success":true}`; got.Body.String() != want {
		t.Errorf("%s", got.Body)
	}
}

func TestLegacyRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	channels := w.ask(t, http.MethodGet, "/api/v1/channels", nil).wants(t, http.StatusOK)
	if want := `{"data":[{"id":"card","name":"Card","icon":""},{"id":"qicard","name":"QiCard","icon":""},` +
		`{"id":"zaincash","name":"ZainCash","icon":""},{"id":"fib","name":"FIB","icon":""}],"message":"Done","success":true}`; channels.Body.String() != want {
		t.Errorf("%s", channels.Body)
	}
	for _, path := range []string{"/api/v1/subscriptions", "/api/v1/subscribers?take=10&skip=0&status=Active"} {
		if got := w.ask(t, http.MethodGet, path, nil).wants(t, http.StatusOK).list(t); len(got) != 0 {
			t.Errorf("%s: %v", path, got)
		}
	}
	w.ask(t, http.MethodGet, "/api/v1/subscriptions/cm1", nil).wants(t, http.StatusNotFound)
}
