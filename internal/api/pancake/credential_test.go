package pancake_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
)

// send posts a body with headers as they are.
func (w *world) send(t *testing.T, path, body string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	request.Header = header
	recorder := httptest.NewRecorder()
	w.kernel.ServeHTTP(recorder, request)
	return recorder
}

// wantNotice checks a failure's status and the one notice in it.
func wantNotice(t *testing.T, answer *httptest.ResponseRecorder, status int, layer, message string, hints ...string) {
	t.Helper()
	checkFailure(t, answer.Code, answer.Body.Bytes())
	var told struct{ Errors []pancakeclient.Notice }
	if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil || len(told.Errors) != 1 {
		t.Fatalf("%d %s %v", answer.Code, answer.Body, err)
	}
	got := told.Errors[0]
	if answer.Code != status || got.Layer != layer || got.Message != message {
		t.Errorf("got %d %+v, want %d %s %q", answer.Code, got, status, layer, message)
	}
	for _, hint := range hints {
		if !strings.Contains(got.AIHint, hint) {
			t.Errorf("the hint %q does not say %q", got.AIHint, hint)
		}
	}
}

// The checks of spec/pancake.md §3.1 as they come over the wire.
func TestSignedRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = `{"name":"Acme"}`
	signedAt := func(t *testing.T, client pancakeclient.Client, timestamp string) http.Header {
		t.Helper()
		signature, err := pancakeclient.Sign(client.Key, createStore, timestamp, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return http.Header{"X-Merchant-Id": {client.MerchantID}, "X-Timestamp": {timestamp}, "X-Signature": {signature}}
	}
	seconds := func(shift time.Duration) string { return strconv.FormatInt(w.Clock.Now().Add(shift).Unix(), 10) }
	milliseconds := func(shift time.Duration) string { return strconv.FormatInt(w.Clock.Now().Add(shift).UnixMilli(), 10) }
	mine, theirs := w.keys[pay.Test], w.stranger.keys[pay.Test]

	for name, timestamp := range map[string]string{
		"now": seconds(0), "five minutes old": seconds(-5 * time.Minute), "a minute ahead": seconds(time.Minute), "in milliseconds": milliseconds(0),
	} {
		t.Run("a request is accepted "+name, func(t *testing.T) {
			t.Parallel()
			header := signedAt(t, mine, timestamp)
			header.Set("X-Environment", "nonsense") // which a key has no use for (spec/pancake.md §13 row 27)
			if answer := w.send(t, createStore, body, header); answer.Code != http.StatusOK {
				t.Errorf("%d %s", answer.Code, answer.Body)
			}
		})
	}

	changed := func(change func(http.Header)) func(t *testing.T) http.Header {
		return func(t *testing.T) http.Header {
			header := signedAt(t, mine, seconds(0))
			change(header)
			return header
		}
	}
	at := func(timestamp string) func(t *testing.T) http.Header {
		return func(t *testing.T) http.Header { return signedAt(t, mine, timestamp) }
	}
	for name, c := range map[string]struct {
		header  func(t *testing.T) http.Header
		message string
		hint    string
	}{
		"no credential":       {changed(func(h http.Header) { clear(h) }), "Missing authentication", "X-Store-Slug"},
		"no merchant":         {changed(func(h http.Header) { h.Del("X-Merchant-Id") }), "Missing authentication", "X-Merchant-Id"},
		"no timestamp":        {changed(func(h http.Header) { h.Del("X-Timestamp") }), "Missing authentication", "X-Timestamp"},
		"no signature":        {changed(func(h http.Header) { h.Del("X-Signature") }), "Missing authentication", "X-Signature"},
		"malformed merchant":  {changed(func(h http.Header) { h.Set("X-Merchant-Id", "MER_1") }), "Invalid API key", "MER_xxx"},
		"another kind of id":  {changed(func(h http.Header) { h.Set("X-Merchant-Id", noStore) }), "Invalid API key", "MER_xxx"},
		"unknown merchant":    {changed(func(h http.Header) { h.Set("X-Merchant-Id", "MER_0000000000000000000001") }), "Authentication failed", "none of the 0 active API keys"},
		"another's signature": {changed(func(h http.Header) { h.Set("X-Merchant-Id", theirs.MerchantID) }), "Authentication failed", "the string to sign"},
		"words as time":       {at("yesterday"), "Authentication failed", "timestamp"},
		"too old":             {at(seconds(-5*time.Minute - time.Second)), "Authentication failed", "5m1s old"},
		"61 seconds ahead":    {at(seconds(time.Minute + time.Second)), "Authentication failed", "1m1s in the future"},
		"old milliseconds":    {at(milliseconds(-time.Hour)), "Authentication failed", "1h0m0s old"},
		"another time": {
			changed(func(h http.Header) { h.Set("X-Timestamp", seconds(time.Second)) }), "Authentication failed",
			`POST\n/v1/actions/store/create-store\n` + seconds(time.Second) + `\nLlJJJ5LC+Uf9xa4OhOrx+cMOScsMzNnZJG8v2B5suqM=`,
		},
		"two credentials": {changed(func(h http.Header) { h.Set("X-Store-Slug", w.Shop.Shop.Slug) }), "Authentication failed", "exactly one"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			wantNotice(t, w.send(t, createStore, body, c.header(t)), http.StatusUnauthorized, "gateway", c.message, c.hint)
		})
	}
	t.Run("a changed body is refused", func(t *testing.T) {
		t.Parallel()
		answer := w.send(t, createStore, body+" ", signedAt(t, mine, seconds(0)))
		wantNotice(t, answer, http.StatusUnauthorized, "gateway", "Authentication failed", "none of the 2 active API keys")
	})
	t.Run("a signature over another path is refused", func(t *testing.T) {
		t.Parallel()
		wantNotice(t, w.send(t, updateStore, body, signedAt(t, mine, seconds(0))), http.StatusUnauthorized, "gateway", "Authentication failed")
	})
}

// What spec/pancake.md §3.2 and §3.3 say of tokens and visitors.
func TestTokensAndVisitorsOnTheWire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := `{"checkoutSessionId":"` + string(w.MustOpen(t).ID) + `"}`
	token, live := w.mustToken(t, pay.Test, "u-9"), w.mustToken(t, pay.Prod, "u-9")
	old := w.mustToken(t, pay.Test, "u-8")
	bearer := func(token string, env ...string) http.Header {
		return http.Header{"Authorization": {"Bearer " + token}, "X-Environment": env}
	}
	visitor := func(slug string, env ...string) http.Header {
		return http.Header{"X-Store-Slug": {slug}, "X-Environment": env}
	}
	slug := w.Shop.Shop.Slug
	const (
		refused = "Authentication failed"
		noEnv   = "Missing or invalid header: x-environment"
	)
	for name, c := range map[string]struct {
		header  http.Header
		status  int
		layer   string
		message string
	}{
		"a token without an environment":      {bearer(token), 400, "gateway", noEnv},
		"a token with an unknown environment": {bearer(token, "staging"), 400, "gateway", noEnv},
		"a token with two environments":       {bearer(token, "test", "test"), 400, "gateway", noEnv},
		"a token of the other environment":    {bearer(token, "prod"), 401, "gateway", refused},
		"a live token in test":                {bearer(live, "test"), 401, "gateway", refused},
		"a token that is none":                {bearer("eyJhbGciOiJub25lIn0.e30.", "test"), 401, "gateway", refused},
		"no token":                            {bearer("", "test"), 401, "gateway", refused},
		"a visitor without an environment":    {visitor(slug), 400, "gateway", noEnv},
		"a visitor with an odd environment":   {visitor(slug, "TEST"), 400, "gateway", noEnv},
		"a visitor of no store":               {visitor("nobody-00000000", "test"), 404, "store", "Store not found"},
		"a token and a slug": {
			http.Header{"Authorization": {"Bearer " + token}, "X-Store-Slug": {slug}, "X-Environment": {"test"}}, 401, "gateway", refused,
		},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			wantNotice(t, w.send(t, previewTrial, body, c.header), c.status, c.layer, c.message)
		})
	}
	for name, header := range map[string]http.Header{"a token": bearer(token, "test"), "a visitor": visitor(slug, "test")} {
		t.Run(name+" may look at a checkout and not at the merchant's side", func(t *testing.T) {
			if answer := w.send(t, previewTrial, body, header); answer.Code != http.StatusOK {
				t.Errorf("%d %s", answer.Code, answer.Body)
			}
			wantNotice(t, w.send(t, createStore, `{"name":"Acme"}`, header), http.StatusForbidden, "gateway",
				"Access denied: this action does not accept this kind of credential")
		})
	}
	t.Run("a token that ran out is refused", func(t *testing.T) {
		w.Clock.Advance(5 * time.Minute)
		wantNotice(t, w.send(t, previewTrial, body, bearer(old, "test")), http.StatusUnauthorized, "gateway", refused, "ran out")
	})
}

// What spec/pancake.md §3.5 says of keys that cannot be.
func TestBadIdempotencyKeysOnTheWire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, keys := range map[string][]string{
		"257 characters": {strings.Repeat("k", 257)}, "a space": {"a b"}, "nothing": {""}, "a dot": {"a.b"}, "two": {"a", "b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"X-Idempotency-Key": keys}
			if err := w.client(pay.Test).Authorize(header, createStore, []byte(`{"name":"Acme"}`)); err != nil {
				t.Fatal(err)
			}
			wantNotice(t, w.send(t, createStore, `{"name":"Acme"}`, header), http.StatusBadRequest, "gateway",
				"Invalid X-Idempotency-Key: use 1 to 256 characters of A-Z a-z 0-9 _ -")
		})
	}
	t.Run("256 characters are good", func(t *testing.T) {
		t.Parallel()
		if err := w.client(pay.Test).CallOnce(t.Context(), strings.Repeat("k", 256), createStore, object{"name": "Acme"}, nil); err != nil {
			t.Error(err)
		}
	})
}

// The faults of a request that no route has looked at yet (spec/pancake.md §4).
func TestFaultsOfTheGateway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	client := w.client(pay.Test)
	post := func(path, body string) *httptest.ResponseRecorder {
		header := http.Header{}
		if err := client.Authorize(header, path, []byte(body)); err != nil {
			t.Fatal(err)
		}
		return w.send(t, path, body, header)
	}
	wantNotice(t, post("/v1/actions/store/burn-store", "{}"), 404, "gateway", "There is nothing at this address", "path")
	wantNotice(t, post("/v1/actions//store/create-store", "{}"), 404, "gateway", "There is nothing at this address")
	wantNotice(t, post(createStore, `{"name":`), 400, "gateway", "Malformed JSON: the text ends too early")
	wantNotice(t, post(createStore, `["name"]`), 400, "gateway", "Malformed JSON: the body must be a JSON object, got an array")
	wantNotice(t, post(createStore, `{"name":"a","name":"b"}`), 400, "gateway", "Repeated field: name")
	wantNotice(t, post(createStore, `{"name":7}`), 400, "store", "Invalid type for field name: expected a string, got a number")
	wantNotice(t, post(createStore, `{"name":"`+strings.Repeat("x", 1<<20)+`"}`), 413, "gateway", "The request body must not exceed 1048576 bytes")
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		request := httptest.NewRequestWithContext(t.Context(), method, createStore, nil)
		recorder := httptest.NewRecorder()
		w.kernel.ServeHTTP(recorder, request)
		wantNotice(t, recorder, 405, "gateway", "Method not allowed: use POST")
	}
}
