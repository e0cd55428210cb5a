package harness

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// Webhook is one request that a Receiver got.
type Webhook struct {
	At     time.Time
	Header http.Header
	Body   []byte // as received
	Event  Event  // read from Body
	Err    error  // why it must not be believed; nil for a good signature
}

// Event is the envelope of a webhook, as far as tests tell events apart
// (spec/pancake.md §10.3).
type Event struct {
	ID        string `json:"id"` // of the delivery
	EventType string `json:"eventType"`
	EventID   string `json:"eventId"`
	StoreID   string `json:"storeId"`
	Mode      string `json:"mode"`
	Data      struct {
		OrderID   string `json:"orderId"`
		PaymentID string `json:"paymentId"`
	} `json:"data"`
}

// Receiver is a merchant's back end outside the server: it keeps every webhook
// and verifies each by itself. It answers 200 unless told otherwise.
type Receiver struct {
	URL string // where to send

	key    *rsa.PublicKey
	answer func(Webhook) int
	mu     sync.Mutex
	got    []Webhook
	news   chan struct{} // closed and replaced at each arrival
}

// NewReceiver starts a receiver that believes the holder of a public key in
// PEM. answer decides the status of an answer; nil is always 200.
func NewReceiver(t testing.TB, publicKey string, answer func(Webhook) int) *Receiver {
	t.Helper()
	key, err := ParsePublicKey(publicKey)
	if err != nil {
		t.Fatalf("harness: %v", err)
	}
	r := &Receiver{key: key, answer: answer, news: make(chan struct{})}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.URL = server.URL + "/webhooks"
	return r
}

// ServeHTTP keeps one webhook.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		// The sender died while it wrote; it has no answer and will send again.
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	got := Webhook{At: time.Now(), Header: request.Header.Clone(), Body: body}
	if got.Err = VerifyWebhook(r.key, request.Header.Get("X-Waffo-Signature"), body, got.At); got.Err == nil {
		got.Err = json.Unmarshal(body, &got.Event)
	}
	if named := request.Header.Get("X-Waffo-Event"); got.Err == nil && named != got.Event.EventType {
		got.Err = fmt.Errorf("X-Waffo-Event is %q and the body says %q", named, got.Event.EventType)
	}
	status := http.StatusOK
	if r.answer != nil {
		status = r.answer(got)
	}
	r.mu.Lock()
	r.got = append(r.got, got)
	close(r.news)
	r.news = make(chan struct{})
	r.mu.Unlock()
	w.WriteHeader(status)
}

// Webhooks is everything received so far, in the order of arrival.
func (r *Receiver) Webhooks() []Webhook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// Await returns when enough is true of what was received, or with ctx's error.
func (r *Receiver) Await(ctx context.Context, enough func([]Webhook) bool) error {
	for {
		r.mu.Lock()
		got, news := r.got, r.news
		r.mu.Unlock()
		if enough(slices.Clone(got)) {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return fmt.Errorf("harness: after %d webhooks: %w", len(got), context.Cause(ctx))
		}
	}
}
