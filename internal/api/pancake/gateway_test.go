package pancake_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/api/pancake"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

func contains(body []byte, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(string(body), part) {
			return false
		}
	}
	return true
}

func TestMountedUnderPrefix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := httptest.NewServer(http.StripPrefix("/pfx", w.kernel))
	t.Cleanup(server.Close)
	client := w.keys[pay.Test]
	client.BaseURL = server.URL + "/pfx/"
	if err := client.Call(t.Context(), createStore, object{"name": "Acme"}, nil); err != nil {
		t.Error(err)
	}
}

func TestBrowsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	preflight := func(path string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, path, nil)
		request.Header.Set("Origin", "https://shop.example.test")
		request.Header.Set("Access-Control-Request-Method", "POST")
		request.Header.Set("Access-Control-Request-Headers", "x-store-slug")
		recorder := httptest.NewRecorder()
		w.kernel.ServeHTTP(recorder, request)
		return recorder
	}
	for _, path := range []string{createSession, createOrder, cancelOrder, previewTrial} {
		answer := preflight(path)
		allowed := answer.Header().Get("Access-Control-Allow-Headers")
		if answer.Code != http.StatusNoContent || answer.Header().Get("Access-Control-Allow-Origin") != "*" ||
			!strings.Contains(allowed, "X-Store-Slug") || !strings.Contains(allowed, "Authorization") {
			t.Errorf("%s: %d %v", path, answer.Code, answer.Header())
		}
	}
	for _, path := range []string{createStore, updateStore, deleteStore, addWebhook, removeWebhook, createProduct, publishProduct, createKey, issueToken} {
		if answer := preflight(path); answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is open to browsers: %d %v", path, answer.Code, answer.Header())
		}
	}
	visitor := pancakeclient.Visitor{BaseURL: "http://tillway.test", Slug: w.Shop.Shop.Slug, Env: "test", HTTP: w.http()}
	failed, err := pancakeclient.Post(t.Context(), visitor, createSession, []byte("{}"), nil)
	if err != nil || failed.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a page could not read its error: %v %v", failed.Header, err)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *pancake.Config) { c.Limiter = api.NewBuckets(api.BucketsConfig{PerSecond: 0.5, Burst: 2}) })
	send := func(client pancakeclient.Client) pancakeclient.Response {
		answer, err := pancakeclient.Post(t.Context(), client, createStore, []byte(`{"name":"Acme"}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	mine := w.client(pay.Test)
	send(mine)
	send(mine)
	refused := send(mine)
	if refused.Status != http.StatusTooManyRequests || refused.Header.Get("Retry-After") != "2" || !contains(refused.Body, `"layer":"gateway"`) {
		t.Errorf("%d %v %s", refused.Status, refused.Header, refused.Body)
	}
	other := w.stranger.keys[pay.Test]
	other.BaseURL, other.HTTP = mine.BaseURL, mine.HTTP
	if answer := send(other); answer.Status != http.StatusOK {
		t.Errorf("another merchant was held up: %d %s", answer.Status, answer.Body)
	}
}

// stalled is a database that stops in front of one write until it is let go.
type stalled struct {
	pay.DB
	arm     chan struct{} // a value makes the next write stop
	stopped chan struct{}
	letGo   chan struct{}
}

func (s *stalled) Write(ctx context.Context, fn func(pay.Records) error) error {
	select {
	case <-s.arm:
		close(s.stopped)
		<-s.letGo
	default:
	}
	return s.DB.Write(ctx, fn)
}

func TestIdempotencyInFlight(t *testing.T) {
	t.Parallel()
	stall := &stalled{arm: make(chan struct{}, 1), stopped: make(chan struct{}), letGo: make(chan struct{})}
	w := newWorldOn(t, paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(c *pay.Config) { stall.DB, c.DB = c.DB, stall }))
	client := w.client(pay.Test)
	send := func() pancakeclient.Response {
		answer, err := pancakeclient.Post(context.Background(), client, createStore, []byte(`{"name":"Acme"}`), http.Header{"X-Idempotency-Key": {"k"}})
		if err != nil {
			t.Error(err)
		}
		return answer
	}
	stall.arm <- struct{}{}
	first := make(chan pancakeclient.Response)
	go func() { first <- send() }()
	<-stall.stopped
	if second := send(); second.Status != http.StatusConflict || !contains(second.Body, `"layer":"gateway"`) {
		t.Errorf("in flight: %d %s", second.Status, second.Body)
	}
	close(stall.letGo)
	done := <-first
	if done.Status != http.StatusOK {
		t.Errorf("first: %d %s", done.Status, done.Body)
	}
	if again := send(); string(again.Body) != string(done.Body) || again.Status != done.Status {
		t.Errorf("replay: %d %s", again.Status, again.Body)
	}
}

// broken is a database whose writes fail once it has an error to fail with.
type broken struct {
	pay.DB
	with error
}

func (b *broken) Write(ctx context.Context, fn func(pay.Records) error) error {
	if b.with != nil {
		return b.with
	}
	return b.DB.Write(ctx, fn)
}

func TestFailuresOfOurOwn(t *testing.T) {
	t.Parallel()
	fail := func(t *testing.T, w *world) (int, pancakeclient.Notice) {
		t.Helper()
		answer, err := pancakeclient.Post(t.Context(), w.client(pay.Test), createStore, []byte(`{"name":"Acme"}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		var told struct{ Errors []pancakeclient.Notice }
		if err := json.Unmarshal(answer.Body, &told); err != nil || len(told.Errors) != 1 {
			t.Fatalf("%d %s %v", answer.Status, answer.Body, err)
		}
		return answer.Status, told.Errors[0]
	}

	t.Run("a failure of ours shows nothing of itself", func(t *testing.T) {
		t.Parallel()
		db := &broken{}
		w := newWorldOn(t, paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(c *pay.Config) { db.DB, c.DB = c.DB, db }))
		db.with = errors.New("open /var/lib/tillway/tillway.db: permission denied")
		if status, told := fail(t, w); status != http.StatusInternalServerError || told.Message != "Internal server error" || told.AIHint != "" {
			t.Errorf("%d %+v", status, told)
		}
	})

	t.Run("a database that is away is told apart", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		if err := w.DB.Close(); err != nil {
			t.Fatal(err)
		}
		if status, told := fail(t, w); status != http.StatusBadGateway || strings.Contains(told.Message, "sql") || told.AIHint == "" {
			t.Errorf("%d %+v", status, told)
		}
	})
}
