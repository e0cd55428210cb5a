package checkout_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/connector/simulator"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/web/checkout"
	"tillway/internal/web/ui"
)

func TestVisitorCookie(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()

	t.Run("is given once and is the browser's alone", func(t *testing.T) {
		t.Parallel()
		b := s.newBrowser()
		cookie := b.get(page).header.Get("Set-Cookie")
		for _, want := range []string{"Path=/store/", "HttpOnly", "SameSite=Lax"} {
			if !strings.Contains(cookie, want) {
				t.Errorf("the cookie %q lacks %s", cookie, want)
			}
		}
		if !regexp.MustCompile(`^tillway_visitor=[0-9A-Za-z]{22};`).MatchString(cookie) {
			t.Errorf("the cookie is %q", cookie)
		}
		if again := b.get(page).header.Get("Set-Cookie"); again != "" {
			t.Errorf("a known browser is given %q", again)
		}
	})
	t.Run("counts from the first request, also a post", func(t *testing.T) {
		t.Parallel()
		page, _ := s.ready()
		fresh := s.newProgram()
		wantState(t, fresh.post(page+"/pay", card(goodCard, "0")), http.StatusOK, pay.CheckoutPaid)
		wantState(t, fresh.get(page), http.StatusOK, pay.CheckoutPaid)
	})
	t.Run("of a wrong form is replaced", func(t *testing.T) {
		t.Parallel()
		request, err := http.NewRequest(http.MethodGet, page, nil)
		must(t, err)
		request.Header.Set("Cookie", "tillway_visitor=x")
		if got := s.newBrowser().send(request).header.Get("Set-Cookie"); !strings.HasPrefix(got, "tillway_visitor=") {
			t.Errorf("Set-Cookie is %q", got)
		}
	})
}

func TestSecureCookies(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	design, err := ui.New()
	must(t, err)
	handler, err := checkout.New(checkout.Config{
		Core: s.core, UI: design, Secure: true, PublicURL: "https://pay.example/", Tokens: tokens{good: id.Secret("x")},
	})
	must(t, err)
	mux := http.NewServeMux()
	handler.Routes(mux)
	s.Config.Handler = mux
	page, b := s.session(), s.newBrowser()
	for _, got := range []reply{b.get(page), b.post(page+"/details", buyer())} {
		for _, cookie := range got.header.Values("Set-Cookie") {
			if !strings.Contains(cookie, "; Secure") {
				t.Errorf("%q goes over plain http too", cookie)
			}
		}
		if len(got.header.Values("Set-Cookie")) == 0 {
			t.Error("no cookie was set")
		}
	}
}

func TestForeignForms(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	for name, headers := range map[string][]string{
		"another site's":   {"Sec-Fetch-Site", "cross-site"},
		"a sister site's":  {"Sec-Fetch-Site", "same-site"},
		"an old browser's": {"Origin", "https://evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []string{"/details", "/pay", "/challenge", "/identify"} {
				wantStatus(t, p.post(page+step, card(goodCard, "0"), headers...), http.StatusForbidden)
			}
			drawn := s.newBrowser().post(page+"/pay", card(goodCard, "0"), headers...)
			wantStatus(t, drawn, http.StatusForbidden)
			wantText(t, drawn, "This form came from another site")
			s.wantCharges(0)
		})
	}
	t.Run("the page's own pass", func(t *testing.T) {
		wantState(t, p.post(page+"/pay", card(goodCard, "0"), "Sec-Fetch-Site", "same-origin", "Origin", s.URL), http.StatusOK, pay.CheckoutPaid)
	})
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, b := s.session(), s.newBrowser()
	for name, got := range map[string]reply{
		"page": b.get(page), "mistake": b.post(page+"/details", buyer("email", "")), "missing": b.get(page + "0"),
	} {
		t.Run(name, func(t *testing.T) {
			for header, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				"Cache-Control":           "no-store",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "strict-origin",
				"Content-Type":            "text/html; charset=utf-8",
				"Content-Language":        "en",
			} {
				if got.header.Get(header) != want {
					t.Errorf("%s is %q, want %q", header, got.header.Get(header), want)
				}
			}
			// The policy forbids what these would be.
			for _, inline := range []string{"<script>", " style=", " onclick=", "javascript:"} {
				if strings.Contains(got.body, inline) {
					t.Errorf("the page has %q", inline)
				}
			}
		})
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()
	wantStatus(t, s.newBrowser().post(page+"/details", buyer("email", strings.Repeat("x", 20<<10))), http.StatusRequestEntityTooLarge)
	wantStatus(t, s.newProgram().post(page+"/details", buyer("email", strings.Repeat("x", 20<<10))), http.StatusRequestEntityTooLarge)
}

func TestQueryFillsNoForm(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	got := s.newProgram().post(s.session()+"/details?email=a@example.test&country=DE", url.Values{"state": {""}})
	wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutDetails)
}

func TestIgnoredTestParameter(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	// spec/pancake.md §8: clients append it; the environment is the session's.
	wantText(t, s.newBrowser().get(s.session()+"?test=true"), "Your details")
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	got := s.newBrowser().do(http.MethodGet, s.session(func(in *pay.NewSession) { in.Language = "pt-BR" }), nil, "Accept-Language", "tlh, *;q=0.1")
	wantText(t, got, `<html lang="en" dir="ltr"`)
}

func TestPageSize(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	design, err := ui.New()
	must(t, err)
	var cards []checkout.TestCard
	for _, c := range simulator.Cards() {
		cards = append(cards, checkout.TestCard{Number: c.Number, Summary: c.Summary})
	}
	handler, err := checkout.New(checkout.Config{Core: s.core, UI: design, TestCards: cards, Tokens: tokens{good: id.Secret("x")}})
	must(t, err)
	mux := http.NewServeMux()
	handler.Routes(mux)
	design.Routes(mux)
	s.Config.Handler = mux
	s.change(func(store *pay.Store) {
		store.Checkout = pay.Appearance{Light: pay.Theme{Primary: "#7a1f5c"}, Dark: pay.Theme{Primary: "#f0c"}}
	})
	page, p := s.session(func(in *pay.NewSession) { in.Include = nil }), s.newBrowser()
	for name, drawn := range map[string]reply{
		"product": p.get(s.link("test", "true")), "details": p.get(page), "payment": p.follow(page+"/details", buyer()),
		"receipt": p.follow(page+"/pay", card(goodCard, "0")), "in Japanese": p.get(page + "?lang=ja"),
	} {
		t.Run(name, func(t *testing.T) {
			const limit = 60 << 10
			size := len(drawn.body)
			if themeLink.FindString(drawn.body) == "" {
				t.Error("the page wears no theme, and its sheet is part of the weight")
			}
			for _, found := range regexp.MustCompile(`(?:href|src)="(/(?:assets|store/[^"/]+/theme)/[^"]+)"`).FindAllStringSubmatch(drawn.body, -1) {
				asset := p.get(s.URL + found[1])
				wantStatus(t, asset, http.StatusOK)
				size += len(asset.body)
			}
			if size > limit {
				t.Errorf("the page weighs %d bytes with style and script, want at most %d", size, limit)
			}
		})
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	s.core.Stop(t.Context())
	got := p.post(page+"/pay", card(goodCard, "0"))
	wantStatus(t, got, http.StatusServiceUnavailable)
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if s.log.Len() == 0 {
		t.Error("a failure leaves no trace in the log")
	}
	if bytes.Contains(s.log.Bytes(), []byte(goodCard)) {
		t.Error("the log has the card's number")
	}
}
