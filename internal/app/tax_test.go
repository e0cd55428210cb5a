package app_test

import (
	"strings"
	"testing"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// One sale is followed from the first look to the books: wherever its tax is
// told, it is the same.
func TestTaxAgreesEverywhere(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		_, err := s.server.Operator().LoadTax(t.Context(), operator.LoadTaxIn{CSV: "country,state,rate_percent,name\nUS,NY,8.875,Sales tax\n"})
		if err != nil {
			t.Fatal(err)
		}
		for _, sale := range []struct {
			currency, subtotal, tax, total string
			shownTax, shownTotal           string
		}{
			{"USD", "29.00", "2.57", "31.57", "$2.57", "$31.57"},
			{"JPY", "4500", "399", "4899", "¥399", "¥4,899"},
		} {
			s.follow(t, sale.currency, sale.subtotal, sale.tax, sale.total, sale.shownTax, sale.shownTotal)
		}
		s.mustVerify(t)
		mustStop(t, s.server)
		for currency, want := range map[string][2]int64{"USD": {3157, 257}, "JPY": {4899, 399}} {
			order := s.mustQuery(t, `SELECT tax_name, tax * 1000000 + tax_rate FROM orders WHERE currency = $1`, currency)
			if order["Sales tax"] != want[1]*1_000_000+88_750 {
				t.Errorf("the order's tax and rate in %s are %v", currency, order)
			}
			books := s.mustQuery(t, `SELECT account, CAST(SUM(amount) AS BIGINT) FROM ledger_entries WHERE currency = $1 GROUP BY account`, currency)
			if books["tax/collected"] != -want[1] || books["provider/simulator"] != want[0] || books["store/pending"] != want[1]-want[0] {
				t.Errorf("the ledger in %s holds %v, want %v", currency, books, want)
			}
		}
	})
}

// follow makes one sale and checks all that is told of it.
func (s *till) follow(t *testing.T, currency, subtotal, tax, total, shownTax, shownTotal string) {
	t.Helper()
	session, page := s.mustOpen(t, pay.Test, currency, subtotal)
	buyer := s.newShopper(t, page)
	first := buyer.mustLook(t)
	visitor := pancakeclient.Visitor{BaseURL: s.server.URL(), Slug: first["store"].(object)["slug"].(string), Env: "test", HTTP: s.http}
	var preview object
	if err := visitor.Call(t.Context(), "/v1/actions/checkout/preview-tax", object{
		"checkoutSessionId": session, "billingDetail": object{"country": "US", "isBusiness": false, "state": "New York"},
	}, &preview); err != nil {
		t.Fatal(err)
	}
	wantMembers(t, "preview-tax", preview, object{
		"currency": currency, "subtotal": subtotal, "taxAmount": tax, "taxRate": 8.875, "taxName": "Sales tax", "total": total,
	})
	details := object{"email": "b@example.com", "country": "US", "state": "NY", "postcode": "10001"}
	onPage := buyer.mustPost(t, "tax", details)
	wantMembers(t, "the details step", onPage, object{"tax": tax, "taxName": "Sales tax", "taxRate": "8.875", "amount": total})
	wantMembers(t, "the details step", onPage["shown"].(object), object{"taxLabel": "Sales tax (8.875%)", "tax": shownTax, "total": shownTotal})

	placed := buyer.mustPost(t, "details", details)
	wantMembers(t, "the payment step", placed, object{"state": "payment", "subtotal": subtotal, "tax": tax, "taxName": "Sales tax", "amount": total})
	html := buyer.html(t)
	for _, text := range []string{"Sales tax (8.875%)", shownTax, "Pay " + shownTotal} {
		if !strings.Contains(html, text) {
			t.Errorf("the payment page in %s lacks %q", currency, text)
		}
	}
	paid := buyer.mustPost(t, "pay", object{
		"method": "card", "turn": placed["turn"], "number": "4576750000000110", "expiry": "12/34", "cvc": "123",
	})
	wantMembers(t, "the receipt", paid, object{"state": "paid", "tax": tax, "amount": total})
	if html := buyer.html(t); !strings.Contains(html, shownTax) || !strings.Contains(html, shownTotal) {
		t.Errorf("the receipt in %s lacks the tax or the total", currency)
	}

	data := s.mustReceive(t)
	wantMembers(t, "the webhook", data, object{
		"currency": currency, "subtotal": subtotal, "taxAmount": tax, "taxRate": 0.08875, "taxName": "Sales tax", "total": total,
		"amount": total, "chargedAmount": total,
	})
	wantMembers(t, "the webhook's listPrice", data["listPrice"].(object), object{
		"subtotal": subtotal, "taxAmount": tax, "taxRate": 8.875, "taxName": "Sales tax", "total": total,
	})
}

// wantMembers fails for every member that is not as wanted.
func wantMembers(t *testing.T, where string, got, want object) {
	t.Helper()
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s: %s is %v, want %v", where, name, got[name], value)
		}
	}
}
