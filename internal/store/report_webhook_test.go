package store

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

var logStart = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var logScope = report.Scope{Store: "STO_1", Env: pay.Test}

// mustWriteLog inserts deliveries as they are, with what their last attempt
// came to.
func mustWriteLog(t testing.TB, db sqldb.DB, deliveries ...report.LoggedDelivery) {
	t.Helper()
	webhooks := NewWebhooks(db, nil)
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		for _, d := range deliveries {
			_, err := webhooks.Tx(tx).InsertDelivery(webhook.Delivery{
				ID: d.ID, Queue: webhook.QueueID(d.Endpoint), Endpoint: d.Endpoint, Store: webhook.StoreID(d.Store), Env: webhook.Env(d.Env),
				Channel: webhook.HTTP, Origin: d.Origin, EventID: d.EventID, EventType: d.EventType, Subject: d.Subject, State: d.State,
				Attempts: d.Attempts, WakeAt: d.NextTry, CreatedAt: d.CreatedAt, URL: d.URL, Body: []byte("{}"), Headers: []webhook.Header{},
			})
			if err != nil {
				return err
			}
			tx.Exec(`UPDATE webhook_deliveries SET last_at = $2, last_status = $3, last_class = $4 WHERE id = $1`,
				d.ID, sqldb.Micros(d.LastAt), d.LastStatus, d.LastClass)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// variety makes n deliveries of all sorts, some at the same moment.
func variety(n int) []report.LoggedDelivery {
	all := make([]report.LoggedDelivery, n)
	for i := range all {
		d := report.LoggedDelivery{
			Scope: logScope, ID: webhook.DeliveryID(fmt.Sprintf("d-%04d", (i*37)%n)), Endpoint: webhook.EndpointID(fmt.Sprint("E", i%3)),
			Channel: webhook.HTTP, Origin: webhook.FromEvent, EventID: fmt.Sprint("EVT_", i), EventType: "order.completed", Subject: fmt.Sprint("ORD_", i%10),
			URL: "https://example.com/", State: webhook.Succeeded, Attempts: 1, LastStatus: 200, BodySize: 2,
			CreatedAt: logStart.Add(time.Duration(i/2) * time.Second),
		}
		d.LastAt = d.CreatedAt
		switch {
		case i%5 == 0:
			d.State, d.LastStatus, d.LastClass = webhook.Failed, 500, webhook.Status
		case i%7 == 0:
			d.State, d.LastStatus, d.LastClass, d.NextTry = webhook.Pending, 0, webhook.Timeout, d.CreatedAt.Add(time.Hour)
		case i%11 == 0:
			d.State, d.Attempts, d.LastStatus, d.LastAt, d.NextTry = webhook.Pending, 0, 0, time.Time{}, d.CreatedAt
		}
		if i%13 == 0 {
			d.EventType = "refund.failed"
		}
		if i%17 == 0 {
			d.Origin = webhook.FromTest
		}
		if i%19 == 0 {
			d.Env = pay.Prod
		}
		if i%23 == 0 {
			d.Store = "STO_2"
		}
		all[i] = d
	}
	return all
}

// wanted is what a query should list, by the words of its members.
func wanted(all []report.LoggedDelivery, scope report.Scope, q report.DeliveryQuery) []report.LoggedDelivery {
	var list []report.LoggedDelivery
	for _, d := range all {
		if d.Scope != scope || q.Endpoint != "" && d.Endpoint != q.Endpoint || q.EventType != "" && d.EventType != q.EventType ||
			q.State != "" && d.State != q.State || q.Status != nil && (d.LastStatus != *q.Status || d.LastAt.IsZero()) ||
			q.Class != "" && d.LastClass != q.Class || q.Subject != "" && d.Subject != q.Subject || q.Origin != "" && d.Origin != q.Origin ||
			d.CreatedAt.Before(q.Since) || !q.Until.IsZero() && !d.CreatedAt.Before(q.Until) {
			continue
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b report.LoggedDelivery) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return list
}

func TestDeliveriesAreListedByEveryFilter(t *testing.T) {
	t.Parallel()
	all := variety(400)
	status := func(code int) *int { return &code }
	queries := map[string]report.DeliveryQuery{
		"nothing":            {},
		"endpoint":           {Endpoint: "E1"},
		"event type":         {EventType: "refund.failed"},
		"pending":            {State: webhook.Pending},
		"succeeded":          {State: webhook.Succeeded},
		"failed":             {State: webhook.Failed},
		"status 500":         {Status: status(500)},
		"status 200":         {Status: status(200)},
		"no answer":          {Status: status(0)},
		"class":              {Class: webhook.Timeout},
		"order":              {Subject: "ORD_3"},
		"tests":              {Origin: webhook.FromTest},
		"time":               {Since: logStart.Add(20 * time.Second), Until: logStart.Add(100 * time.Second)},
		"failed of endpoint": {State: webhook.Failed, Endpoint: "E2", Since: logStart.Add(20 * time.Second)},
		"order and state":    {Subject: "ORD_5", State: webhook.Failed, EventType: "order.completed"},
		"class of endpoint":  {Class: webhook.Status, Endpoint: "E0", Origin: webhook.FromEvent},
		"none at all":        {Class: webhook.Locked},
		"another's endpoint": {Endpoint: "E9"},
	}
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustWriteLog(t, db, all...)
		for name, query := range queries {
			want := wanted(all, logScope, query)
			// Pages of all sizes: few rows looked at, and many.
			for _, scan := range []int{3, 50, logScan} {
				log := WebhookLog{db: db, scan: scan}
				var got []report.LoggedDelivery
				for pages := 0; ; pages++ {
					query.Limit = 7
					page, err := report.ListDeliveries(t.Context(), log, logScope, query)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, page.Deliveries...)
					if len(page.Deliveries) > query.Limit || page.Incomplete && scan == logScan || pages > len(all) {
						t.Fatalf("%s: page %d holds %d rows, incomplete %t", name, pages, len(page.Deliveries), page.Incomplete)
					}
					if query.After, err = report.ParseCursor(page.Next.String()); err != nil {
						t.Fatal(err)
					}
					if query.After.IsZero() {
						break
					}
				}
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %d rows looked at for a page: -want +got:\n%s", name, scan, diff)
				}
			}
		}
	})
}

func TestAPageLooksAtABoundedNumberOfRows(t *testing.T) {
	t.Parallel()
	all := variety(400)
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustWriteLog(t, db, all...)
		log := WebhookLog{db: db, scan: 100}
		page, err := report.ListDeliveries(t.Context(), log, logScope, report.DeliveryQuery{EventType: "unheard.of"})
		if err != nil || len(page.Deliveries) != 0 || !page.Incomplete || page.Next.IsZero() {
			t.Fatalf("the page is %+v (%v), want an incomplete one without rows", page, err)
		}
		inScope := wanted(all, logScope, report.DeliveryQuery{})
		if want := inScope[100].CreatedAt; !page.Next.At.Equal(want) {
			t.Errorf("it goes on at %v, want at the 101st row, %v", page.Next.At, want)
		}
	})
}

func TestAnExchangeIsShownToItsOwnScope(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		d := variety(2)[1]
		mustWriteLog(t, db, d)
		tried := webhook.Attempt{
			Delivery: d.ID, Number: 1, StartedAt: logStart, URL: d.URL, Address: "192.0.2.1:443", Status: 200, Response: []byte("ok"),
			Timings:         webhook.Timings{Resolved: time.Millisecond, Connected: 2 * time.Millisecond, Total: 3 * time.Millisecond},
			Request:         []webhook.Header{{Name: "X-Key", Value: "[redacted]"}},
			ResponseHeaders: []webhook.Header{{Name: "Server", Value: "x"}},
		}
		if _, err := NewWebhooks(db, nil).Record(t.Context(), []webhook.Outcome{{Attempt: tried, Next: webhook.Succeeded}}); err != nil {
			t.Fatal(err)
		}
		log := NewWebhookLog(db)
		scope, err := log.ScopeOf(t.Context(), d.ID)
		if err != nil || scope != d.Scope {
			t.Fatalf("the delivery belongs to %v (%v), want %v", scope, err, d.Scope)
		}
		got, err := log.Exchange(t.Context(), scope, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := report.Exchange{LoggedDelivery: d, Headers: []webhook.Header{}, Body: []byte("{}"), Tries: []webhook.Attempt{tried}, Tried: 1}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		for _, other := range []report.Scope{{Store: "STO_2", Env: pay.Test}, {Store: "STO_1", Env: pay.Prod}} {
			if _, err := log.Exchange(t.Context(), other, d.ID); !errors.Is(err, errDeliveryNotFound) {
				t.Errorf("%v sees it: %v", other, err)
			}
		}
		if _, err := log.ScopeOf(t.Context(), "none"); fault.CodeOf(err) != "delivery_not_found" {
			t.Errorf("the scope of no delivery: %v", err)
		}
	})
}

func TestAnExchangeTellsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		webhooks := NewWebhooks(db, nil)
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			for n := range 2 {
				if _, err := webhooks.Tx(tx).InsertDelivery(webhook.Delivery{
					ID: webhook.DeliveryID(fmt.Sprint("d-", n)), Queue: "E1", Endpoint: "E1", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP,
					Origin: webhook.FromEvent, Ordered: true, Subject: "ORD_1", SubjectVersion: int64(n), State: webhook.Pending,
					WakeAt: logStart, CreatedAt: logStart, Body: []byte("{}"), Headers: []webhook.Header{},
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[webhook.DeliveryID]webhook.DeliveryID{"d-0": "", "d-1": "d-0"} {
			if got, err := NewWebhookLog(db).Exchange(t.Context(), logScope, id); err != nil || got.Behind != want {
				t.Errorf("%s waits for %q (%v), want %q", id, got.Behind, err, want)
			}
		}
	})
}

func TestAnExchangeHasTheLatestTries(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		d := variety(2)[1]
		mustWriteLog(t, db, d)
		const more = 3
		var outcomes []webhook.Outcome
		for n := range attemptLogLimit + more {
			outcomes = append(outcomes, webhook.Outcome{
				Attempt: webhook.Attempt{Delivery: d.ID, Number: n + 1, StartedAt: logStart.Add(time.Duration(n) * time.Second), Status: 200}, Next: webhook.Succeeded,
			})
		}
		webhooks := NewWebhooks(db, nil)
		if _, err := webhooks.Record(t.Context(), outcomes); err != nil {
			t.Fatal(err)
		}
		exchange, err := NewWebhookLog(db).Exchange(t.Context(), d.Scope, d.ID)
		if err != nil || exchange.Tried != attemptLogLimit+more {
			t.Fatalf("%d tries (%v), want all counted", exchange.Tried, err)
		}
		attempts, err := webhooks.Attempts(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string][]webhook.Attempt{"the exchange": exchange.Tries, "the log": attempts} {
			if len(got) != attemptLogLimit || got[0].Number != more+1 || got[len(got)-1].Number != attemptLogLimit+more {
				t.Errorf("%s has %d tries from %d to %d", name, len(got), got[0].Number, got[len(got)-1].Number)
			}
		}
	})
}

func TestEndpointsTellHowTheyDo(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		endpoint := func(id webhook.EndpointID, env webhook.Env, at time.Time) webhook.Endpoint {
			return webhook.Endpoint{
				ID: id, Store: "STO_1", Env: env, Dialect: "pancake", Channel: webhook.HTTP, URL: "https://example.com/", Description: "mine",
				Events: []webhook.EventType{"order.completed"}, State: webhook.Active, CreatedAt: at, UpdatedAt: at,
			}
		}
		ill := endpoint("E1", webhook.Test, logStart.Add(time.Second))
		ill.State, ill.DisabledFor, ill.DisabledAt, ill.FailingSince = webhook.Disabled, webhook.IsFailing, logStart.Add(time.Hour), logStart.Add(time.Minute)
		webhooks := NewWebhooks(db, nil)
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			return errors.Join(webhooks.Tx(tx).InsertEndpoint(endpoint("E2", webhook.Test, logStart.Add(2*time.Second))), webhooks.Tx(tx).InsertEndpoint(ill),
				webhooks.Tx(tx).InsertEndpoint(endpoint("E3", webhook.Prod, logStart)))
		})
		if err != nil {
			t.Fatal(err)
		}
		all := variety(60)
		for i := range all { // all of one endpoint; the newest was tried last
			all[i].Endpoint, all[i].Scope = "E1", logScope
			if !all[i].LastAt.IsZero() {
				all[i].LastAt = logStart.Add(time.Duration(i) * time.Minute)
			}
		}
		all[59].LastStatus, all[59].LastClass = 502, webhook.Status
		mustWriteLog(t, db, all...)

		got, err := NewWebhookLog(db).Endpoints(t.Context(), logScope)
		if err != nil || len(got) != 2 {
			t.Fatalf("%d endpoints (%v), want those of the environment", len(got), err)
		}
		want := report.EndpointHealth{
			Scope: logScope, ID: "E1", Dialect: "pancake", Channel: webhook.HTTP, URL: "https://example.com/", Description: "mine",
			Events: []webhook.EventType{"order.completed"}, State: webhook.Disabled, DisabledFor: webhook.IsFailing, DisabledAt: ill.DisabledAt,
			FailingSince: ill.FailingSince, Waiting: len(wanted(all, logScope, report.DeliveryQuery{State: webhook.Pending})),
			LastAt: logStart.Add(59 * time.Minute), LastStatus: 502, LastClass: webhook.Status, CreatedAt: ill.CreatedAt,
		}
		if diff := gocmp.Diff(want, got[0]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if got[1].ID != "E2" || got[1].Waiting != 0 || !got[1].LastAt.IsZero() {
			t.Errorf("the endpoint without deliveries is %+v", got[1])
		}
	})
}

func TestEverythingThatWaitsIsCounted(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		webhooks := NewWebhooks(db, nil)
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tables := webhooks.Tx(tx)
			for n := range webhook.MaxEndpoints + webhook.MaxListeners {
				e := webhook.Endpoint{
					ID: webhook.EndpointID(fmt.Sprintf("E%02d", n)), Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Ordered: true,
					State: webhook.Active, CreatedAt: logStart.Add(time.Duration(n)), UpdatedAt: logStart,
				}
				if n >= webhook.MaxEndpoints {
					e.Channel, e.Ordered = webhook.Listener, false
				}
				if err := tables.InsertEndpoint(e); err != nil {
					return err
				}
				for version := range int64(3) {
					birth := webhook.Birth{
						ID: webhook.DeliveryID(fmt.Sprint(e.ID, version)), Endpoint: e, Subject: "ORD_1", SubjectVersion: version, Body: []byte("{}"),
						Headers: []webhook.Header{}, Now: logStart,
					}
					if _, err := tables.InsertDelivery(birth.Delivery()); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := NewWebhookLog(db).Endpoints(t.Context(), logScope)
		if err != nil || len(got) != webhook.MaxEndpoints+webhook.MaxListeners {
			t.Fatalf("%d endpoints (%v), want all of them", len(got), err)
		}
		for _, e := range got {
			if e.Waiting != 3 {
				t.Errorf("%d deliveries wait for %s %s, want 3", e.Waiting, e.Channel, e.ID)
			}
		}
	})
}

func TestUnmatchedEventsAreListedWithTheReason(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		err := New(db, nil).Write(t.Context(), func(r pay.Records) error {
			for n := range 30 {
				e := pay.Event{
					ID: pay.EventID(fmt.Sprintf("EVT_%02d", n)), Store: "STO_1", Env: pay.Test, Type: pay.OrderDone, Key: fmt.Sprint("PAY_", n),
					At: logStart.Add(time.Duration(n) * time.Second),
				}
				if _, err := r.InsertEvent(e); err != nil {
					return err
				}
				switch {
				case n == 7:
					r.AddReplayed(e.ID, 1)
				case n%3 == 0:
					r.AddDeliveries(e.ID, 1)
				case n%5 == 0:
					r.WithholdEvent(e.ID)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, scan := range []int{4, logScan} {
			var seen []string
			query := report.EventQuery{Limit: 3}
			for {
				page, err := report.ListUnmatched(t.Context(), WebhookLog{db: db, scan: scan}, logScope, query)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Events {
					note := ""
					if e.Reason == report.NotApproved {
						note = "!"
					}
					if e.SentSince {
						note += "+"
					}
					seen = append(seen, strings.TrimPrefix(string(e.ID), "EVT_")+note)
				}
				if query.After = page.Next; query.After.IsZero() {
					break
				}
			}
			want := "29 28 26 25! 23 22 20! 19 17 16 14 13 11 10! 08 07+ 05! 04 02 01"
			if got := strings.Join(seen, " "); got != want {
				t.Errorf("%d rows looked at for a page: %s\nwant %s", scan, got, want)
			}
		}
		page, err := report.ListUnmatched(t.Context(), NewWebhookLog(db), report.Scope{Store: "STO_1", Env: pay.Prod}, report.EventQuery{})
		if err != nil || len(page.Events) != 0 {
			t.Errorf("the other environment lists %v (%v)", page.Events, err)
		}
	})
}

var logIndexes = regexp.MustCompile(`webhook_deliveries_(by_\w+|waiting|sleeping|failed|troubled|ended)`)

// Each way through the log stays on its own index, both to look ahead and to
// read.
func TestLogStatementsUseTheirIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustBusyLog(t, db)
		query := func(endpoint, subject, class, state string) []any {
			return []any{"STO_7", "test", int64(3000), "x", int64(1000), 51, "order.completed", state, int64(-1), class, endpoint, subject, "event"}
		}
		for name, statement := range map[string]struct {
			sql   string
			args  []any
			index string
		}{
			"by store":             {loggedByStore, query("", "", "", "pending"), "webhook_deliveries_by_store"},
			"by store, ahead":      {boundByStore, []any{"STO_7", "test", 3000, 1000, 100}, "webhook_deliveries_by_store"},
			"failed":               {loggedFailed, query("E7", "", "timeout", "failed"), "webhook_deliveries_failed"},
			"failed, ahead":        {boundFailed, []any{"STO_7", "test", 3000, 1000, 100}, "webhook_deliveries_failed"},
			"troubled":             {loggedTroubled, query("E7", "", "timeout", ""), "webhook_deliveries_troubled"},
			"troubled, ahead":      {boundTroubled, []any{"STO_7", "test", 3000, 1000, 100}, "webhook_deliveries_troubled"},
			"by endpoint":          {loggedByEndpoint, query("E7", "", "", "pending"), "webhook_deliveries_by_endpoint"},
			"by endpoint, ahead":   {boundByEndpoint, []any{"E7", 3000, 1000, 100}, "webhook_deliveries_by_endpoint"},
			"by subject":           {loggedBySubject, query("E7", "ORD_7", "", ""), "webhook_deliveries_by_subject"},
			"by subject, ahead":    {boundBySubject, []any{"ORD_7", 3000, 1000, 100}, "webhook_deliveries_by_subject"},
			"one":                  {selectLogged, []any{"d-7", "STO_7", "test"}, ""},
			"one, whole":           {selectExchanged, []any{"d-7", "STO_7", "test"}, ""},
			"waiting":              {countWaiting, []any{"E7", 10}, "webhook_deliveries_waiting"},
			"sleeping":             {countSleeping, []any{"E7", 10}, "webhook_deliveries_sleeping"},
			"latest try":           {selectLatestTry, []any{"E7", 100}, "webhook_deliveries_by_endpoint"},
			"unmatched":            {selectUnmatched, []any{"STO_7", "test", 3000, "x", 1000, 51}, "events_by_store"},
			"unmatched, ahead":     {boundEvents, []any{"STO_7", "test", 3000, 1000, 100}, "events_by_store"},
			"next scope":           {nextScope, []any{"STO_7", "test"}, "webhook_deliveries_by_store"},
			"end of a batch":       {endOfBatch, []any{"STO_7", "test", 1000, 3000, 100}, "webhook_deliveries_by_store"},
			"deletion":             {trimDeliveries, []any{"STO_7", "test", 1000, 3000, 10}, "webhook_deliveries_by_store"},
			"deletion of attempts": {trimAttempts, []any{"d-7"}, ""},
			"early sizes":          {earlySizes, []any{"STO_7", "test", 1000, "x", 3000, 100}, "webhook_deliveries_by_store"},
			"late sizes":           {lateSizes, []any{"STO_7", "test", 1000, "x", 3000, 100}, "webhook_deliveries_by_store"},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			others := slices.DeleteFunc(logIndexes.FindAllString(plan, -1), func(index string) bool {
				return index == statement.index
			})
			if fullScan.MatchString(plan) || strings.Contains(plan, "SCAN e") || !strings.Contains(plan, statement.index) || len(others) > 0 {
				t.Errorf("%s does not use its index %s:\n%s", name, statement.index, plan)
			}
		}
		// SQLite begins at what equals the pair and walks over all of it.
		if plan := mustExplain(t, db, nextScope, "STO_7", "test"); strings.Contains(plan, "SEARCH") && !strings.Contains(plan, "(store_id,env,created_at)>") {
			t.Errorf("the next scope is looked for among the rows of the one before:\n%s", plan)
		}
	})
}

// mustBusyLog fills the log with many stores, of which one has most of the
// deliveries.
func mustBusyLog(t *testing.T, db sqldb.DB) {
	t.Helper()
	const rows = 6000
	all := make([]report.LoggedDelivery, rows)
	for n := range all {
		d := report.LoggedDelivery{
			Scope: report.Scope{Store: "STO_7", Env: pay.Test}, ID: webhook.DeliveryID(fmt.Sprintf("d-%d", n)), Endpoint: webhook.EndpointID(fmt.Sprint("E", n%10)),
			Origin: webhook.FromEvent, EventID: fmt.Sprint(n), Subject: fmt.Sprint("ORD_", n/2), State: webhook.Succeeded,
			LastStatus: 200, CreatedAt: sqldb.Moment(int64(n + 1)), LastAt: sqldb.Moment(int64(n + 1)),
		}
		if n%2 == 0 {
			d.Store, d.Endpoint = pay.StoreID(fmt.Sprint("STO_", n%50)), webhook.EndpointID(fmt.Sprint("F", n%50))
		}
		switch n % 40 {
		case 5:
			d.State, d.LastClass = webhook.Failed, webhook.Status
		case 7:
			d.State, d.LastClass, d.NextTry = webhook.Pending, webhook.Timeout, sqldb.Moment(int64(n+1))
		}
		all[n] = d
	}
	mustWriteLog(t, db, all...)
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		for n := range rows {
			tx.Exec(insertAttemptLog, fmt.Sprintf("d-%d", n), n, 1, 200, "", "", "", "", 1, 1, 1, 1, []byte{}, 1, "[]", "[]")
			tx.Exec(insertEvent, fmt.Sprint(n), fmt.Sprint("STO_", n%40), "test", "", fmt.Sprint(n), "", n+1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
		t.Fatal(err)
	}
}
