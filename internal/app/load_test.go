package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"testing"

	"tillway/internal/pay"
)

// rush is many buyers at once, as long as it lasts.
type rush struct {
	till    *till
	product string
	ctx     context.Context
	stop    context.CancelFunc
	buyers  sync.WaitGroup
	gone    chan struct{} // closed when the last buyer has left

	mu     sync.Mutex
	paid   map[string]bool // orders whose buyers were told that they are paid
	grown  chan struct{}   // closed and renewed with every paid order
	broken []error         // answers that were cut off or say that the server failed
}

// newRush begins with a number of buyers, each of whom buys again and again.
// An error that comes before any answer ends a buyer when the server is gone;
// while it drains, it may only have closed a connection that was kept.
func newRush(t *testing.T, s *till, buyers int) *rush {
	t.Helper()
	r := &rush{till: s, paid: map[string]bool{}, grown: make(chan struct{}), gone: make(chan struct{})}
	r.ctx, r.stop = context.WithCancel(t.Context())
	r.product = s.mustCall(t, pay.Test, "onetime-product/create-product", object{
		"storeId": s.made.StoreID, "name": "Guide", "prices": object{"USD": object{"amount": "12.00", "taxCategory": "ebook"}},
	})["product"].(object)["id"].(string)
	for range buyers {
		r.buyers.Go(func() {
			for r.ctx.Err() == nil {
				if !r.buy() && !r.served() {
					return
				}
			}
		})
	}
	go func() { r.buyers.Wait(); close(r.gone) }()
	t.Cleanup(r.end)
	return r
}

// served reports whether the server still takes connections.
func (r *rush) served() bool {
	conn, err := new(net.Dialer).DialContext(r.ctx, "tcp", r.till.server.Addr())
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// end waits until every buyer has gone.
func (r *rush) end() {
	r.stop()
	<-r.gone
}

// await waits until so many orders are paid and returns those.
func (r *rush) await(t *testing.T, orders int) []string {
	t.Helper()
	for {
		r.mu.Lock()
		grown, found := r.grown, make([]string, 0, len(r.paid))
		for id := range r.paid {
			found = append(found, id)
		}
		broken := len(r.broken)
		r.mu.Unlock()
		if len(found) >= orders {
			return found
		}
		if broken > 0 {
			t.Fatalf("the rush broke: %v", r.broken)
		}
		select {
		case <-grown:
		case <-r.gone:
			t.Fatal("every buyer has left before enough orders were paid")
		case <-t.Context().Done():
			t.Fatal("too few orders were paid")
		}
	}
}

// sold counts the orders that are paid.
func (r *rush) sold() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.paid)
}

// buy makes one purchase; false when something was not answered.
func (r *rush) buy() bool {
	var opened struct {
		CheckoutURL string `json:"checkoutUrl"`
	}
	err := r.till.keys[pay.Test].Call(context.WithoutCancel(r.ctx), "/v1/actions/checkout/create-session",
		object{"productId": r.product, "currency": "USD"}, &opened)
	if err != nil {
		return false
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return false
	}
	client := &http.Client{Jar: jar, Transport: r.till.http.Transport}
	at, ok := r.step(client, opened.CheckoutURL+"/details", object{"email": "buyer@example.com", "country": "DE"})
	if !ok {
		return false
	}
	at, ok = r.step(client, opened.CheckoutURL+"/pay", object{
		"method": "card", "number": "4576750000000110", "expiry": "12/40", "cvc": "123", "holder": "B", "turn": at["turn"],
	})
	if !ok {
		return false
	}
	if at["state"] != "paid" {
		r.broke(fmt.Errorf("a purchase ended %v", at))
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paid[at["orderId"].(string)] = true
	close(r.grown)
	r.grown = make(chan struct{})
	return true
}

// step sends one step of a checkout. Whatever is answered must be whole.
func (r *rush) step(client *http.Client, url string, in object) (out object, ok bool) {
	text, err := json.Marshal(in)
	if err != nil {
		return nil, false
	}
	request, err := http.NewRequestWithContext(context.WithoutCancel(r.ctx), http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, false // nothing was answered
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusInternalServerError {
		r.broke(fmt.Errorf("status %d, body %q: %w", response.StatusCode, body, err))
		return nil, false
	}
	if err := json.Unmarshal(body, &out); err != nil {
		r.broke(fmt.Errorf("half an answer: %q: %w", body, err))
		return nil, false
	}
	return out, true
}

func (r *rush) broke(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = append(r.broken, err)
	close(r.grown)
	r.grown = make(chan struct{})
}
