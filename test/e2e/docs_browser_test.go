package e2e

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tillway/internal/api/diddo"
	"tillway/internal/api/pancake"
	"tillway/internal/api/wayl"
	"tillway/internal/api/waypay"
	"tillway/internal/auth"
	"tillway/internal/connector/simulator"
	"tillway/internal/pay"
	"tillway/internal/web/docs"
	"tillway/internal/web/ui"
)

// reference is the API reference on the address of the API that it describes.
type reference struct {
	url  string
	shop *shop
}

func newReference(t *testing.T) reference {
	t.Helper()
	s := newShop(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	design, err := ui.New()
	must(t, err)
	var cards []docs.TestCard
	for _, card := range simulator.Cards() {
		cards = append(cards, docs.TestCard{Number: card.Number, Summary: card.Summary})
	}
	handler, err := docs.New(docs.Config{
		UI: design, PublicURL: server.URL, TestCards: cards, Dialects: []docs.Dialect{
			{Name: pancake.Name, OpenAPI: pancake.OpenAPI},
			{Name: wayl.Name, OpenAPI: wayl.OpenAPI},
			{Name: waypay.Name, OpenAPI: waypay.OpenAPI},
			{Name: diddo.Name, OpenAPI: diddo.OpenAPI},
		},
	})
	must(t, err)
	handler.Routes(mux)
	design.Routes(mux)
	mux.Handle("/v1/", pancake.New(pancake.Config{Core: s.core, Auth: s.auth, PublicURL: s.URL}))
	for _, route := range []string{"POST /Gateway/v1/Payment/initiate-checkout", "PUT /diddo/webhook/{id}", "GET /diddo/webhook"} {
		mux.HandleFunc(route, mirror)
	}
	return reference{url: server.URL, shop: s}
}

// mirror answers what a request was, as the forms of the other dialects sent it.
func mirror(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = fmt.Fprintf(w, "%s %s key %s bearer %s body %s", // a browser that left shows in its own test
		r.Method, r.RequestURI, r.Header.Get("SWICH-API-Key"), r.Header.Get("Authorization"), body)
}

// mustKey registers an API key and returns its private half in PEM.
func (r reference) mustKey(t *testing.T) string {
	t.Helper()
	pair, err := auth.NewKeyPair()
	must(t, err)
	_, err = r.shop.auth.CreateAPIKey(t.Context(), auth.NewAPIKey{
		Merchant: r.shop.merchant.Merchant, Env: pay.Test, Nickname: "docs", PublicKey: pair.Public,
	})
	must(t, err)
	return pair.Private.Reveal()
}

const (
	storePage   = "/docs/pancake/store/create-store"
	sessionPage = "/docs/pancake/checkout/create-session"
)

func TestReferenceIsAccessible(t *testing.T) {
	t.Parallel()
	r := newReference(t)
	b := newTab(t, true)
	for name, open := range map[string]func(){
		"the choice":     func() { b.open(r.url + "/docs") },
		"a guide":        func() { b.open(r.url + "/docs/waypay") },
		"the webhooks":   func() { b.open(r.url + "/docs/diddo/webhooks") },
		"parameters":     func() { b.open(r.url + "/docs/diddo/list-webhooks") },
		"a route":        func() { b.open(r.url + storePage) },
		"a long route":   func() { b.open(r.url + sessionPage); b.openEverything() },
		"a missing page": func() { b.open(r.url + "/docs/nowhere") },
		"an answer":      func() { b.open(r.url + storePage); b.press("Send"); b.wantTried("Paste the private key") },
	} {
		open()
		for shown, as := range map[string]look{
			"light": desktop, "dark": {width: 1440, height: 900, dark: true},
			"light on a phone": phone, "dark on a phone": {width: 390, height: 844, dark: true},
			"on the smallest phone": {width: 320, height: 568},
		} {
			b.run(appearing(as))
			b.wantAccessible(name + ", " + shown)
		}
	}
	b.run(appearing(phone), chromedp.Click(chromedp.CSS(".docs-menu summary")))
	b.wantAccessible("the contents on a phone")
}

// openEverything opens each part that is folded.
func (b *tab) openEverything() {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => d.open = true)`))
}

// wantTried waits until the form's answer says text.
func (b *tab) wantTried(text string) {
	b.t.Helper()
	b.run(chromedp.WaitVisible(`//*[@id="try-answer"][contains(., "` + text + `")]`))
}

func TestReferenceWithoutJavaScript(t *testing.T) {
	t.Parallel()
	r := newReference(t)
	b := newTab(t, false)
	b.open(r.url + sessionPage)
	b.wantText("Open a hosted checkout", "#!/usr/bin/env bash", "The form needs JavaScript")
	if text := b.text(); strings.Contains(text, "createSign") || strings.Contains(text, "Copy") {
		t.Errorf("without a script the page shows what needs one, or every language at once:\n%s", text)
	}
	b.run(chromedp.Click(`//label[contains(., "Python")]`))
	b.wantText("import hashlib")
}

func TestReferenceByKeyboard(t *testing.T) {
	t.Parallel()
	r := newReference(t)
	b := newTab(t, true)
	b.open(r.url + storePage)
	b.keys(kb.Tab)
	if first := b.focused("textContent"); first != "Skip to the content" {
		t.Errorf("the first stop is %q", first)
	}
	b.keys(kb.Enter)
	b.run(chromedp.Focus(chromedp.CSS("#request-shell")))
	b.keys(kb.ArrowRight, kb.ArrowRight)
	b.wantText("package main")
	b.open(r.url + sessionPage)
	b.wantText("package main") // the language holds on every page
}

func TestTryingOut(t *testing.T) {
	t.Parallel()
	t.Run("signs in the tab with the key that was pasted", func(t *testing.T) {
		t.Parallel()
		r := newReference(t)
		key := r.mustKey(t)
		b := newTab(t, true)
		b.open(r.url + storePage)
		b.fill("try-merchant", string(r.shop.merchant.Merchant))
		b.run(chromedp.SetValue(chromedp.CSS("#try-key"), key))
		b.press("Send")
		b.wantTried("200 OK")
		b.wantTried("Acme")
		b.run(chromedp.SetValue(chromedp.CSS("#try-body"), `{"name": ""}`))
		b.press("Send")
		b.wantTried("400 Bad Request")
		kept := ask(b, chromedp.Evaluate[string](`JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])`))
		if strings.Contains(kept, "PRIVATE KEY") || strings.Contains(kept, key[100:140]) {
			t.Errorf("the private key was kept: %s", kept)
		}
	})
	t.Run("calls as a visitor", func(t *testing.T) {
		t.Parallel()
		r := newReference(t)
		b := newTab(t, true)
		b.open(r.url + sessionPage)
		b.run(chromedp.Click(`//form//label[contains(., "Visitor")]`), chromedp.WaitNotVisible(chromedp.CSS("#try-key")))
		b.fill("try-slug", r.shop.store.Slug)
		b.run(chromedp.SetValue(chromedp.CSS("#try-body"), `{"productId": "`+string(r.shop.product)+`", "currency": "USD"}`))
		b.press("Send")
		b.wantTried("200 OK")
		b.wantTried("/checkout/cs_")
	})
	t.Run("says what is wrong with a key", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, true)
		b.open(newReference(t).url + storePage)
		b.run(chromedp.SetValue(chromedp.CSS("#try-key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
		b.press("Send")
		b.wantTried("The private key cannot be read.")
	})
	t.Run("signs the members of a body", func(t *testing.T) {
		t.Parallel()
		r := newReference(t)
		b := newTab(t, true)
		b.open(r.url + "/docs/waypay/initiate-checkout")
		b.press("Send")
		b.wantTried("Paste the secret key")
		b.fill("try-api-key", "pk_test_x")
		b.run(chromedp.SetValue(chromedp.CSS("#try-secret"), "mer_sk_abc123def456"))
		b.run(chromedp.SetValue(chromedp.CSS("#try-body"), `{"amount": 1000, "Description": "Product Purchase", "n": null, "orderRef": {"orderRef": "ORD1"}}`))
		b.press("Send")
		sum := md5.Sum([]byte(`amount=1000&description=Product Purchase&orderref={"orderRef":"ORD1"}mer_sk_abc123def456`))
		b.wantTried("key pk_test_x")
		b.wantTried(hex.EncodeToString(sum[:]))
	})
	t.Run("fills the path and the query", func(t *testing.T) {
		t.Parallel()
		r := newReference(t)
		b := newTab(t, true)
		b.open(r.url + "/docs/diddo/update-webhook")
		b.fill("try-api-key", "dk_test_x")
		b.run(chromedp.SetValue(chromedp.CSS("#try-path-id"), "a/b"))
		b.press("Send")
		b.wantTried("PUT /diddo/webhook/a%2Fb key")
		b.wantTried("bearer Bearer dk_test_x")
		b.open(r.url + "/docs/diddo/list-webhooks")
		b.run(chromedp.SetValue(chromedp.CSS("#try-query-active"), "true"), chromedp.SetValue(chromedp.CSS("#try-query-offset"), "7"))
		b.press("Send")
		b.wantTried("GET /diddo/webhook?limit=20&offset=7&active=true key")
	})
}
