package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tillway/internal/webhook"
)

// checkoutBuyers is how many visitors buy at once.
const checkoutBuyers = 24

// measureCheckout buys over HTTP as visitors do: a session by the store's slug,
// the consumer step, the payment step with a card of the simulator. Each
// purchase commits order, payment, ledger, event and delivery, books at the
// simulator, and is delivered.
func measureCheckout(ctx context.Context, b *bench) error {
	for _, scheme := range []webhook.Scheme{webhook.StandardScheme, webhook.PancakeScheme} {
		if err := measurePurchases(ctx, b, scheme); err != nil {
			return err
		}
	}
	return nil
}

func measurePurchases(ctx context.Context, b *bench, scheme webhook.Scheme) error {
	shop, end, err := startShop(ctx, scheme, b.sink.url)
	if err != nil {
		return err
	}
	defer end()
	before, err := b.sink.count()
	if err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: checkoutBuyers, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var next atomic.Int64
	var mu sync.Mutex
	var times latencies
	perSecond, err := rate(b.span, checkoutBuyers, func() error {
		start := time.Now()
		if err := buy(ctx, client, shop.URL, shop.Offers[next.Add(1)%int64(len(shop.Offers))]); err != nil {
			return err
		}
		mu.Lock()
		times = append(times, time.Since(start))
		mu.Unlock()
		return nil
	})
	if err != nil {
		return err
	}
	say("full checkouts over HTTP, %d stores, webhooks by %-8s: %6.0f /s  %s", benchStores, scheme, perSecond, times)
	var got int64
	for range 100 { // what was sold last is still on its way
		after, err := b.sink.count()
		if err != nil {
			return err
		}
		if got = after - before; got >= int64(len(times)) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	say("  %d paid, %d webhooks received (bar: 1,000/s, p99 50 ms)", len(times), got)
	return nil
}

// buy makes one purchase: three requests.
func buy(ctx context.Context, client *http.Client, shop string, o offer) error {
	var session struct{ Data struct{ CheckoutURL string } }
	err := send(ctx, client, shop+"/v1/actions/checkout/create-session", http.Header{"X-Store-Slug": {o.Slug}, "X-Environment": {"test"}},
		map[string]any{"productId": o.Product, "currency": "USD"}, &session)
	if err != nil {
		return err
	}
	page := session.Data.CheckoutURL
	// A visitor's cookie is made by the client: what the server would set on
	// the first page.
	headers := http.Header{"Accept": {"application/json"}}
	var look struct {
		State string
		Turn  int64
	}
	if err := send(ctx, client, page+"/details", headers, map[string]any{"email": "b@example.com", "country": "DE"}, &look); err != nil {
		return err
	}
	err = send(ctx, client, page+"/pay", headers, map[string]any{
		"method": "card", "number": "4576750000000110", "expiry": "12/40", "cvc": "123", "holder": "B", "turn": look.Turn,
	}, &look)
	if err == nil && look.State != "paid" {
		err = fmt.Errorf("after paying the checkout is %q", look.State)
	}
	return err
}

func send(ctx context.Context, client *http.Client, url string, headers http.Header, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = headers.Clone()
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", url, response.Status, answer)
	}
	return json.Unmarshal(answer, out)
}

// startShop runs the shop in a process of its own.
func startShop(ctx context.Context, scheme webhook.Scheme, sinkURL string) (ready shopReady, end func(), err error) {
	line, end, err := startChild(ctx, "shop", string(scheme), sinkURL)
	if err != nil {
		return ready, nil, err
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		end()
		return ready, nil, fmt.Errorf("the shop says %q: %w", line, err)
	}
	return ready, end, nil
}
