package app

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/sqldb"
)

func TestSweep(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "tillway-sweep-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	a, err := New(t.Context(), Config{Config: config.Config{Data: config.Data{Dir: dir}, Listen: "127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	err = a.data.main.Write(t.Context(), func(tx sqldb.Tx) error {
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
