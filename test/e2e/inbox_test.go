package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// letter is one webhook as it came.
type letter struct {
	header http.Header
	body   []byte
}

// inbox is a merchant's own server: it takes webhooks at /hook, and has pages
// that buyers are led to at /thanks and /sorry.
type inbox struct {
	*httptest.Server
	t       *testing.T
	letters chan letter
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	// As many as a test makes, and more: no webhook ever waits for the test.
	in := &inbox{t: t, letters: make(chan letter, 64)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		in.letters <- letter{header: r.Header.Clone(), body: body}
	})
	for path, heading := range map[string]string{"/thanks": "Back in the shop", "/sorry": "Nothing was bought"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, `<!doctype html><html lang="en"><title>Shop</title><main><h1>`+heading+`</h1></main></html>`)
		})
	}
	in.Server = httptest.NewServer(mux)
	t.Cleanup(in.Close)
	return in
}

// next waits for the next webhook and reads its body into out.
func (in *inbox) next(out any) letter {
	in.t.Helper()
	select {
	case got := <-in.letters:
		if err := json.Unmarshal(got.body, out); err != nil {
			in.t.Fatalf("a webhook is no JSON: %v\n%s", err, got.body)
		}
		return got
	case <-time.After(pageLimit):
		in.t.Fatal("no webhook comes")
		return letter{}
	}
}

// wantSigned fails unless a header holds the HMAC-SHA256, in lower-case hex, of
// what is written before the body and the body.
func (in *inbox) wantSigned(got letter, header, signature, secret, before string) {
	in.t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(before))
	mac.Write(got.body)
	if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
		in.t.Errorf("%s is %q, want %q for %s%s", header, signature, want, before, got.body)
	}
}

// wantAt fails unless a tab was led to a page of the inbox, and returns the
// query that it was led there with.
func (in *inbox) wantAt(b *tab, page, heading string) url.Values {
	in.t.Helper()
	b.see(heading)
	at, err := url.Parse(ask(b, chromedp.Location()))
	must(in.t, err)
	if !strings.HasPrefix(at.String(), in.URL+page+"?") {
		in.t.Errorf("led to %s, want %s", at, in.URL+page)
	}
	return at.Query()
}
