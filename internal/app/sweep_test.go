package app

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// mustServe runs a server on a new directory.
func mustServe(t *testing.T) *App {
	t.Helper()
	dir, err := os.MkdirTemp("", "tillway-sweep-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	a, err := New(t.Context(), Config{Config: config.Config{Data: config.Data{Dir: dir}, Listen: "127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSweep(t *testing.T) {
	t.Parallel()
	a := mustServe(t)
	now := time.Now()
	err := a.data.main.Write(t.Context(), func(tx sqldb.Tx) error {
		for name, expired := range map[string]time.Duration{"long ago": 2 * time.Hour, "just now": time.Minute} {
			tx.Exec(`INSERT INTO idempotency_keys (scope, key_value, status, created_at, expires_at) VALUES ('s', $1, 200, 1, $2)`,
				name, now.Add(-expired).UnixMicro())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	one := func(query string) (got string) {
		t.Helper()
		if err := a.data.main.Read(t.Context(), func(q sqldb.Querier) error { return q.QueryRow(query).Scan(&got) }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	const wake = `SELECT CAST(wake_at AS TEXT) FROM timers WHERE kind = 'sweep'`
	planned := one(wake) // a server that never plans a sweep has no such row
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := one(`SELECT MIN(key_value) || '/' || MAX(key_value) FROM idempotency_keys`); left != "just now/just now" {
		t.Errorf("left are %s", left)
	}
	if next := one(wake); next <= planned {
		t.Errorf("the next sweep is at %s, and was at %s before", next, planned)
	}
}

// A listener goes when it was not connected for a day, and not an hour later.
func TestAListenerGoesAfterADay(t *testing.T) {
	t.Parallel()
	a := mustServe(t)
	now := time.Now()
	webhooks := store.NewWebhooks(a.data.main, a.data.keys)
	used := map[string]time.Time{"a day ago": now.Add(-webhook.ListenerLife), "less": now.Add(-webhook.ListenerLife + time.Minute)}
	found := func() (names []string) {
		t.Helper()
		err := a.data.main.Write(t.Context(), func(tx sqldb.Tx) error {
			list, err := webhooks.Tx(tx).Endpoints("STO_1", webhook.Test)
			names = nil
			for _, listener := range list {
				names = append(names, listener.Description)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	err := a.data.main.Write(t.Context(), func(tx sqldb.Tx) error {
		for name, at := range used {
			_, err := webhook.Listen(t.Context(), webhooks.Tx(tx), webhook.ListenIn{
				Store: "STO_1", Env: webhook.Test, Dialect: "pancake", Name: name, Forward: "http://localhost:3000/",
				Events: []webhook.EventType{"order.completed"}, Now: at,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.SweepAt(t.Context(), now.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if names := found(); len(names) != 2 {
		t.Errorf("before a day is over, left are %q", names)
	}
	if err := a.SweepAt(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if names := found(); len(names) != 1 || names[0] != "less" {
		t.Errorf("left are %q", names)
	}
}
