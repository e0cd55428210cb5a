package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// The log that is searched: a month of deliveries, half of them of one store.
const (
	logStores = 200
	logSpan   = 30 * 24 * time.Hour
	logAsks   = 300 // times that each question is asked
)

// measureLog fills a log and takes how long its pages take, and what deleting
// from it does to those who commit meanwhile.
func measureLog(ctx context.Context, b *bench) error {
	r, err := newRig(ctx, webhook.StandardScheme)
	if err != nil {
		return err
	}
	defer r.stop()
	l := history{rig: r, rows: b.rows, start: time.Now().Add(-logSpan), step: logSpan / time.Duration(b.rows)}
	began := time.Now()
	if err := l.fill(ctx); err != nil {
		return err
	}
	say("%d deliveries of %d stores, each with an attempt, written in %s", l.rows, logStores, time.Since(began).Round(time.Second))
	if err := l.measurePages(ctx); err != nil {
		return err
	}
	// Counting what is there already reads every row once, for minutes.
	if err := l.measureSize(ctx); err != nil {
		return err
	}
	return l.measureRetention(ctx, b.span)
}

// history is a log of numbered deliveries, evenly spread over time.
type history struct {
	*rig
	rows  int
	start time.Time
	step  time.Duration
}

func (l history) at(n int) time.Time { return l.start.Add(time.Duration(n) * l.step) }

// store is whose delivery it is: every second one the first store's.
func (l history) store(n int) int {
	if n%2 == 0 {
		return 0
	}
	return n/2%(logStores-1) + 1
}

func (l history) scope(n int) report.Scope {
	return report.Scope{Store: pay.StoreID(fmt.Sprintf("STO_%022d", l.store(n))), Env: pay.Test}
}

// endpoint is one of three of the store; the third receives one in a thousand.
func (l history) endpoint(n int) webhook.EndpointID {
	which := n / 2 % 2
	if n/2%1000 == 7 {
		which = 2
	}
	return webhook.EndpointID(fmt.Sprintf("01900000-0000-7000-8000-%06d%06d", l.store(n), which))
}

func (l history) id(n int) webhook.DeliveryID {
	ms := uint64(l.at(n).UnixMilli())
	return webhook.DeliveryID(fmt.Sprintf("%08x-%04x-7000-8000-%012x", ms>>16, ms&0xffff, n))
}

func (l history) order(n int) string { return fmt.Sprintf("ORD_%022d", n) }

// fill writes the log; two in a hundred deliveries failed.
func (l history) fill(ctx context.Context) error {
	const chunk = 500
	for from := 0; from < l.rows; from += chunk {
		var outcomes []webhook.Outcome
		err := l.db.Write(ctx, func(sql sqldb.Tx) error {
			tx := l.webhooks.Tx(sql)
			outcomes = outcomes[:0]
			for n := from; n < min(from+chunk, l.rows); n++ {
				scope := l.scope(n)
				d := webhook.Birth{
					ID: l.id(n), EventID: fmt.Sprintf("EVT_%022d", n), EventType: "order.completed", EventKey: fmt.Sprintf("PAY_%022d", n), Subject: l.order(n),
					Endpoint: webhook.Endpoint{
						ID: l.endpoint(n), Store: webhook.StoreID(scope.Store), Env: webhook.Test, Channel: webhook.HTTP, URL: "https://example.com/webhooks",
					},
					Headers: []webhook.Header{{Name: "Content-Type", Value: "application/json"}}, Body: payload, Scheme: l.scheme, Owner: "bench", Now: l.at(n),
				}.Delivery()
				if _, err := tx.InsertDelivery(d); err != nil {
					return err
				}
				outcome := webhook.Outcome{Owner: "bench", Next: webhook.Succeeded, Attempt: webhook.Attempt{
					Delivery: d.ID, Number: 1, StartedAt: l.at(n), Status: 200, URL: d.URL, Address: "192.0.2.1:443", Response: []byte(`{"received":true}`),
					Request: d.Headers, ResponseHeaders: []webhook.Header{{Name: "Date", Value: "Mon, 02 Jan 2006 15:04:05 GMT"}, {Name: "Content-Type", Value: "application/json"}},
				}}
				if n/2%50 == 3 {
					outcome.Next, outcome.Attempt.Status, outcome.Attempt.Class = webhook.Failed, 500, webhook.Status
				}
				outcomes = append(outcomes, outcome)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := l.webhooks.Record(ctx, outcomes); err != nil {
			return err
		}
	}
	return nil
}

// measureSize compares what the totals say with the pages of the file.
func (l history) measureSize(ctx context.Context) error {
	began := time.Now()
	keep := store.NewRetention(store.RetentionConfig{DB: l.db})
	if _, err := keep.Trim(ctx, store.Keep{Bytes: 1 << 50}, began.Add(time.Hour)); err != nil {
		return err
	}
	took := time.Since(began)
	var counted, pages, page int64
	err := l.db.Read(ctx, func(q sqldb.Querier) error {
		if err := q.QueryRow(`SELECT COALESCE(SUM(bytes), 0) FROM webhook_log_hours`).Scan(&counted); err != nil {
			return err
		}
		if err := q.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		return q.QueryRow(`PRAGMA page_size`).Scan(&page)
	})
	if err != nil {
		return err
	}
	say("a delivery with its attempt takes %d bytes of the file; the totals say %d, counted at %.0f /s",
		pages*page/int64(l.rows), counted/int64(l.rows), float64(l.rows)/took.Seconds())
	return nil
}

func (l history) measurePages(ctx context.Context) error {
	log := store.NewWebhookLog(l.db)
	list := func(n int, query report.DeliveryQuery) (int, error) {
		page, err := report.ListDeliveries(ctx, log, l.scope(n), query)
		return len(page.Deliveries), err
	}
	for _, question := range []struct {
		name string
		ask  func(n int) (rows int, err error)
	}{
		{"newest page", func(n int) (int, error) { return list(n, report.DeliveryQuery{}) }},
		{"a page within", func(n int) (int, error) { return list(n, report.DeliveryQuery{Until: l.at(n)}) }},
		{"of an order", func(n int) (int, error) { return list(n, report.DeliveryQuery{Subject: l.order(n)}) }},
		{"failed", func(n int) (int, error) { return list(n, report.DeliveryQuery{State: webhook.Failed}) }},
		{"by status 500", func(n int) (int, error) {
			status := 500
			return list(n, report.DeliveryQuery{Status: &status, Until: l.at(n)})
		}},
		{"of an endpoint", func(n int) (int, error) { return list(n, report.DeliveryQuery{Endpoint: l.endpoint(n)}) }},
		{"of what never occurs", func(n int) (int, error) { return list(n, report.DeliveryQuery{EventType: "unheard.of"}) }},
		{"single delivery", func(n int) (int, error) {
			exchange, err := log.Exchange(ctx, l.scope(n), l.id(n))
			return len(exchange.Tries), err
		}},
	} {
		var times latencies
		rows := 0
		for range logAsks {
			n := rand.IntN(l.rows)
			start := time.Now()
			found, err := question.ask(n)
			if err != nil {
				return fmt.Errorf("%s: %w", question.name, err)
			}
			times, rows = append(times, time.Since(start)), rows+found
		}
		say("%-22s %s  (%d rows on average)", question.name, times, rows/logAsks)
	}
	return nil
}

// measureRetention deletes the older half of the log, or as much as the span
// allows, beside commits at the fixed rate.
func (l history) measureRetention(ctx context.Context, span time.Duration) error {
	alone, err := l.commitFor(ctx, span)
	if err != nil {
		return err
	}
	say("commits at %d/s, alone:               %s", perSecond, alone)
	before, err := l.count(ctx)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	var beside latencies
	var failed error
	group.Go(func() { beside, failed = l.commitFor(ctx, span) })
	began := time.Now()
	_, err = store.NewRetention(store.RetentionConfig{DB: l.db}).Trim(ctx, store.Keep{Age: logSpan / 2}, began.Add(span))
	took := time.Since(began)
	group.Wait()
	if err != nil || failed != nil {
		return fmt.Errorf("retention: %w, commits: %w", err, failed)
	}
	after, err := l.count(ctx)
	if err != nil {
		return err
	}
	gone := before + int64(len(beside)) - after
	say("commits at %d/s, beside the deletion: %s", perSecond, beside)
	say("deleted %d deliveries with attempts and bodies: %.0f /s", gone, float64(gone)/took.Seconds())
	return nil
}

// count counts all deliveries in pages, since no read lives long enough for them
// at once.
func (l history) count(ctx context.Context) (n int64, err error) {
	after := ""
	for more := true; more; {
		err := l.db.Read(ctx, func(q sqldb.Querier) error {
			var page int64
			err := q.QueryRow(`SELECT COUNT(*), COALESCE(MAX(id), '') FROM (SELECT id FROM webhook_deliveries WHERE id > $1 ORDER BY id LIMIT 50000) page`, after).Scan(&page, &after)
			n, more = n+page, page > 0
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// commitFor inserts deliveries at the fixed rate and takes each commit's time,
// from when it was due.
func (l history) commitFor(ctx context.Context, span time.Duration) (times latencies, err error) {
	endpoint := webhook.Endpoint{ID: "bench", Store: "STO_bench", Env: webhook.Test, Channel: webhook.HTTP, URL: "https://example.com/"}
	ticker := time.NewTicker(time.Second / perSecond)
	defer ticker.Stop()
	var mu sync.Mutex
	var group sync.WaitGroup
	for end := time.Now().Add(span); time.Now().Before(end); {
		due := <-ticker.C
		d, _ := l.delivery(endpoint)
		group.Go(func() {
			failed := l.db.Write(ctx, func(sql sqldb.Tx) error {
				_, err := l.webhooks.Tx(sql).InsertDelivery(d)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			times = append(times, time.Since(due))
			if failed != nil {
				err = failed
			}
		})
	}
	group.Wait()
	return times, err
}
