package ui_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"tillway/internal/web/ui"
)

func mustUI(t *testing.T) *ui.UI {
	t.Helper()
	made, err := ui.New()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// page is a set of one page with this content.
func page(content string) fstest.MapFS {
	return fstest.MapFS{"page/one.html": {Data: []byte(`{{define "content"}}` + content + `{{end}}`)}}
}

type view struct {
	ui.Frame
	Field ui.Field
}

// draw renders the page, or returns the error.
func draw(t *testing.T, content string, v view) (*httptest.ResponseRecorder, error) {
	t.Helper()
	u := mustUI(t)
	pages, err := u.Pages(page(content))
	if err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	return w, pages.Write(w, http.StatusTeapot, u.Catalog().Match("en"), "one", v)
}

func TestLayout(t *testing.T) {
	t.Parallel()
	w, err := draw(t, `<main id="main">Hello</main>`, view{Frame: ui.Frame{
		Title: "A & B", Scheme: ui.Dark, Refresh: 4, Styles: []string{"checkout.css"}, Scripts: []string{"checkout.js"},
	}})
	if err != nil || w.Code != http.StatusTeapot {
		t.Fatalf("status %d, error %v", w.Code, err)
	}
	for _, want := range []string{
		`<html lang="en" dir="ltr" data-scheme="dark">`, "<title>A &amp; B</title>", `content="dark"`, "Hello",
		`<noscript><meta http-equiv="refresh" content="4"></noscript>`, `<a class="skip" href="#main">`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, w.Body)
		}
	}
}

func TestBrokenPages(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"an unclosed action":    `{{if`,
		"an unknown function":   `{{shout "x"}}`,
		"an unknown key":        `{{t "no.such.key"}}`,
		"an unknown asset":      `{{asset "none.css"}}`,
		"an unknown icon":       `{{icon "none"}}`,
		"an unknown member":     `{{.Nothing}}`,
		"an unknown component":  `{{template "none"}}`,
		"a script with a value": `<script>x = {{.Title}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if w, err := draw(t, content, view{}); err == nil {
				t.Errorf("the page was drawn: %s", w.Body)
			} else if w != nil && w.Body.Len() > 0 {
				t.Errorf("half a page was sent: %s", w.Body)
			}
		})
	}
	t.Run("no pages at all", func(t *testing.T) {
		t.Parallel()
		if _, err := mustUI(t).Pages(fstest.MapFS{}); err == nil {
			t.Error("an empty set was taken")
		}
	})
}

func TestField(t *testing.T) {
	t.Parallel()
	w, err := draw(t, `{{template "field" .Field}}`, view{Field: ui.Field{
		Name: "email", Label: "E-mail", Value: `"><b>`, Type: "email", Hint: "Where to?", Error: "Enter it",
		Autocomplete: "email", InputMode: "email", MaxLength: 9, Required: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<label for="email">E-mail</label>`, `<input id="email" name="email" type="email" value="&#34;&gt;&lt;b&gt;"`,
		`aria-describedby="email-hint email-error"`, `aria-invalid="true"`, `id="email-error"`, `maxlength="9"`, ` required`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the field lacks %s:\n%s", want, w.Body)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mustUI(t).Routes(mux)
	w, err := draw(t, `{{asset "checkout.js"}} {{asset "tillway.css"}} {{asset "tillway.svg"}}`, view{})
	if err != nil {
		t.Fatal(err)
	}
	get := func(address string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, address, nil))
		return answer
	}
	types := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	}
	addresses := regexp.MustCompile(`/assets/\w+\.[0-9a-f]{16}(\.\w+)`).FindAllStringSubmatch(w.Body.String(), -1)
	if len(addresses) < 3 {
		t.Fatalf("addresses are %q in %s", addresses, w.Body)
	}
	for _, address := range addresses {
		got := get(address[0])
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != types[address[1]] || got.Body.Len() == 0 {
			t.Errorf("%s answered %d, %s, %d bytes", address[0], got.Code, got.Header().Get("Content-Type"), got.Body.Len())
		}
		if cache := got.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s may be cached as %q", address[0], cache)
		}
	}
	for _, address := range []string{"/assets/checkout.js", "/assets/checkout.0000000000000000.js", "/assets/..%2fui.go"} {
		if got := get(address); got.Code != http.StatusNotFound || got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s answered %d, cached as %q", address, got.Code, got.Header().Get("Cache-Control"))
		}
	}
}

func TestSecure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pictures []string
		images   string
	}{
		"no picture":                {nil, "'self'"},
		"one":                       {[]string{"https://cdn.example/a.png?x=1;y#z"}, "'self' https://cdn.example"},
		"two of one host":           {[]string{"https://cdn.example/a", "https://cdn.example/b"}, "'self' https://cdn.example"},
		"an address with a port":    {[]string{"http://127.0.0.1:8080/a"}, "'self' http://127.0.0.1:8080"},
		"an IPv6 address":           {[]string{"http://[::1]:8080/a"}, "'self' http://[::1]:8080"},
		"a host that ends the rule": {[]string{"https://a;script-src/x", "https://a,b/x"}, "'self'"},
		"a wildcard":                {[]string{"https://*/x"}, "'self'"},
		"another scheme":            {[]string{"data:image/png;base64,AA", "javascript:x", "//cdn.example/a", "", "https://u@cdn.example/"}, "'self'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			ui.Secure(header, c.pictures...)
			if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "; img-src "+c.images+"; ") {
				t.Errorf("the policy is %q, want images from %s", policy, c.images)
			}
		})
	}
}
