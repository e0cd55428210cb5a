package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/pay"
)

func TestADoorAdmitsOnlyItsDialects(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	link, cart, own := s.sale(wayl, pay.FormContact), s.sale(diddo, pay.FormDelivery), s.session()
	slug := strings.Split(own, "/")[4]
	told := s.newProgram().get(link)

	for _, page := range []string{link, s.sale(waypay, pay.FormNone), cart, own} {
		wantStatus(t, s.newBrowser().get(page), http.StatusOK)
	}
	for name, address := range map[string]string{
		"a link behind the carts' door":     s.URL + "/diddo/checkout/" + handleOf(link),
		"a link in the shop":                s.URL + "/store/" + slug + "/checkout/" + string(told.SessionID),
		"a link's handle in the shop":       s.URL + "/store/" + slug + "/checkout/" + handleOf(link),
		"a cart behind the links' door":     s.URL + "/pay/" + handleOf(cart),
		"a session behind the links' door":  s.URL + "/pay/" + handleOf(own),
		"a sale by its session's id":        s.URL + "/pay/" + string(told.SessionID),
		"an unknown handle":                 s.URL + "/pay/0000000000000000000000",
		"an unknown handle of a cart":       s.URL + "/diddo/checkout/0000000000000000000000",
		"a handle with a letter that is no": s.URL + "/pay/a.b",
		"a handle with a slash":             s.URL + "/pay/a%2Fb",
		"a handle without end":              s.URL + "/pay/" + strings.Repeat("a", 4000),
	} {
		t.Run(name+" is not found", func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{"", "?lang=ar"} {
				drawn := s.newBrowser().get(address + query)
				wantStatus(t, drawn, http.StatusNotFound)
				s.wantNone(drawn, "Acme", "Basket")
				if set := drawn.header.Values("Set-Cookie"); len(set) > 0 {
					t.Errorf("the answer sets %q", set)
				}
			}
			for _, step := range []string{"/details", "/pay", "/challenge", "/cancel", "/tax", "/identify"} {
				got := s.newProgram().post(address+step, contact("turn", "0", "sandbox", "approve"))
				if got.status != http.StatusNotFound || got.State != "" || got.header.Get("Set-Cookie") != "" {
					t.Errorf("%s answered %d: %s", step, got.status, got.body)
				}
			}
		})
	}
	t.Run("and behind a door nobody previews tax or shows a token", func(t *testing.T) {
		t.Parallel()
		for _, step := range []string{"/tax", "/identify"} {
			wantStatus(t, s.newProgram().post(cart+step, delivery()), http.StatusNotFound)
		}
	})
}

func TestFormerAddressesLeadOn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.sale(wayl, pay.FormContact)
	handle := handleOf(page)

	for from, want := range map[string]string{
		"/pay?id=":                         "",
		"/en/pay?id=":                      "?lang=en",
		"/ar/pay?id=":                      "?lang=ar",
		"/ku/pay?id=":                      "?lang=ku",
		"/payment/action?id=":              "",
		"/ar/pay?lang=en&id=":              "?lang=en",
		"/ar/pay?lang=AR&id=":              "?lang=ar",
		"/ar/pay?lang=en-US&id=":           "?lang=en",
		"/ar/pay?currency=iqd&lang=en&id=": "?lang=en",
		"/pay?lang=KU-IQ&id=":              "?lang=ckb",
		"/ar/pay?lang=fr&id=":              "?lang=ar", // nobody here speaks it
		"/ar/pay?lang=&id=":                "?lang=ar",
		"/ar/pay?lang=a%26b%0A&id=":        "?lang=ar",
		"/pay?lang=fr&id=":                 "",
		"/pay?lang=a%26b%0A&id=":           "",
		"/pay?step=details&x&id=":          "",
	} {
		got := s.newBrowser().get(s.URL + from + handle)
		s.wantLed(got, "/pay/"+handle+want)
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", from)
		}
	}
	for from, want := range map[string]string{
		"/ar/pay?id=": `<html lang="ar" dir="rtl"`, "/ku/pay?id=": `<html lang="ckb" dir="rtl"`, "/en/pay?id=": `<html lang="en"`,
	} {
		b := s.newBrowser()
		wantText(t, b.get(s.URL+b.get(s.URL+from+handle).header.Get("Location")), want)
		wantText(t, b.get(page), want) // which is remembered
	}
	for _, bad := range []string{"/pay", "/pay?id=", "/pay?id=//evil.example", "/ku/pay?id=a/../b", "/payment/action?id=%00"} {
		got := s.newBrowser().get(s.URL + bad)
		if got.status != http.StatusNotFound || got.header.Get("Location") != "" || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s answered %d %q", bad, got.status, got.header)
		}
	}
	wantStatus(t, s.newBrowser().post(s.URL+"/pay?id="+handle, url.Values{}), http.StatusMethodNotAllowed)
}

func TestCookiesStayBehindTheirDoor(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for page, path := range map[string]string{
		s.sale(wayl, pay.FormContact):   "/pay/",
		s.sale(diddo, pay.FormDelivery): "/diddo/checkout/",
		s.session():                     "/store/",
	} {
		set := s.newBrowser().get(page + "?lang=ar").header.Values("Set-Cookie")
		if len(set) != 2 {
			t.Errorf("%s: %d cookies are set, want the visitor's and the language's", path, len(set))
		}
		for _, cookie := range set {
			if !strings.Contains(cookie, "Path="+path+";") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
				t.Errorf("the cookie %q is not kept to %s", cookie, path)
			}
		}
	}
	page := s.sale(wayl, pay.FormContact)
	placed := s.newBrowser().post(page+"/details", contact())
	s.wantLed(placed, "/pay/"+handleOf(page))
	if set := strings.Join(placed.header.Values("Set-Cookie"), "\n"); !strings.Contains(set, "tillway_details=") || !strings.Contains(set, "Path=/pay/"+handleOf(page)+";") {
		t.Errorf("what was typed is kept by %q", set)
	}
}

func TestForeignFormsBehindDoors(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.sale(waypay, pay.FormNone)
	for _, step := range []string{"/details", "/pay", "/challenge", "/cancel"} {
		form := pressed("approve")
		wantStatus(t, s.newProgram().post(page+step, form, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
		drawn := s.newBrowser().post(page+step, form, "Origin", "https://evil.example")
		wantStatus(t, drawn, http.StatusForbidden)
		wantText(t, drawn, "This form came from another site", `href="/pay/`+handleOf(page)+`?lang=ar"`)
	}
	s.wantCharges(0)
	wantState(t, s.newProgram().get(page), http.StatusOK, pay.CheckoutPayment)
	wantState(t, s.newProgram().post(page+"/pay", pressed("approve"), "Sec-Fetch-Site", "same-origin"), http.StatusOK, pay.CheckoutPaid)
}
