package app

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"tillway/internal/config"
	"tillway/internal/sqldb"
)

func TestTheLogIsTrimmedAsConfigured(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "tillway-retention-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	a, err := New(t.Context(), Config{
		Config: config.Config{Data: config.Data{Dir: dir}, Listen: "127.0.0.1:0", WebhookLogAge: time.Hour}, Log: slog.New(slog.DiscardHandler),
	})
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
		for id, age := range map[string]time.Duration{"old": 2 * time.Hour, "young": time.Minute} {
			tx.Exec(`INSERT INTO webhook_deliveries (id, queue_id, endpoint_id, store_id, env, channel, event_id, event_type, event_key, scheme, key_name, schedule,
				state, attempts, wake_at, lease_owner, last_at, last_status, last_class, created_at, url, headers, body)
				VALUES ($1, 'E', 'E', 'STO_1', 'test', 'http', 'EVT', 't', 'k', 's', '', 's', 'succeeded', 1, 0, '', 1, 200, '', $2, 'u', '[]', $3)`,
				id, now.Add(-age).UnixMicro(), []byte("{}"))
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
	const wake = `SELECT CAST(wake_at AS TEXT) FROM timers WHERE kind = 'webhook_log'`
	planned := one(wake) // a server that never plans a run has no such row
	if err := a.trimLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := one(`SELECT MIN(id) || '/' || MAX(id) FROM webhook_deliveries`); left != "young/young" {
		t.Errorf("left are %s", left)
	}
	if next := one(wake); next <= planned {
		t.Errorf("the next run is at %s, and was at %s before", next, planned)
	}
}
