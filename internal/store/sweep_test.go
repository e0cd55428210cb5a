package store_test

import (
	"fmt"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/job"
	"tillway/internal/lease"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

func TestSweeper(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		rows, tokens, sweeper := store.New(db, paytest.MustKeyring(t)), store.NewAuth(db, paytest.MustKeyring(t)), store.NewSweeper(db)
		claim := func(value string, taken time.Time) (fresh bool) {
			t.Helper()
			err := rows.Write(t.Context(), func(r pay.Records) error {
				c := pay.Claim{Key: pay.Key{Scope: "s", Value: value, Keep: 24 * time.Hour}, At: taken}
				stored, err := r.ClaimKey(c)
				if fresh = stored == nil; err != nil || !fresh {
					return err
				}
				return r.SaveAnswer(c, pay.Answer{Status: 200, Body: []byte("{}")})
			})
			if err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		token := func(n int, ends time.Time) auth.SessionToken {
			return auth.SessionToken{
				ID: auth.TokenID(fmt.Sprintf("TKN_%022d", n)), Hash: "h", Store: "STO_1", Env: pay.Test, Role: auth.Customer,
				Buyer: "u", CreatedAt: ends.Add(-5 * time.Minute), ExpiresAt: ends,
			}
		}
		// More than two batches of what is to go, and one of each that stays.
		const many = 2*store.SweepBatch + 7
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			for n := range many {
				tx.Exec(`INSERT INTO idempotency_keys (scope, key_value, status, created_at, expires_at) VALUES ('old', $1, 200, 1, $2)`,
					fmt.Sprint(n), now.UnixMicro()-int64(n))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		claim("stays", now.Add(-24*time.Hour+time.Microsecond))
		for n, ends := range []time.Time{now.Add(-time.Minute), now, now.Add(time.Microsecond)} {
			if err := tokens.InsertSessionToken(t.Context(), token(n, ends)); err != nil {
				t.Fatal(err)
			}
		}

		err = db.Write(t.Context(), func(tx sqldb.Tx) error {
			for n, ends := range []int64{now.UnixMicro(), now.UnixMicro() + 1} {
				tx.Exec(`INSERT INTO store_tokens (id, store_id, dialect, env, nickname, hash, created_at, expires_at, used_at)
					VALUES ($1, 'STO_1', 'diddo', '', '', $1, 1, $2, 0)`, fmt.Sprint(n), ends)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}

		webhooks := store.NewWebhooks(db, paytest.MustKeyring(t))
		err = db.Write(t.Context(), func(tx sqldb.Tx) error {
			for name, channel := range map[webhook.EndpointID]webhook.Channel{"idle": webhook.Listener, "used": webhook.Listener, "hook": webhook.HTTP} {
				e := webhook.Endpoint{ID: name, Channel: channel, UsedAt: now.Add(-webhook.ListenerLife)}
				if name == "used" {
					e.UsedAt = e.UsedAt.Add(time.Microsecond)
				}
				if err := webhooks.Tx(tx).InsertEndpoint(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}

		if err := sweeper.Plan(t.Context(), now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := sweeper.Plan(t.Context(), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		timers := store.NewTimers(db)
		due := func(at time.Time) lease.Batch[job.Timer] {
			t.Helper()
			batch, err := timers.ClaimTimers(t.Context(), job.Claim{
				Lease: lease.Lease{Owner: "a", Until: at.Add(time.Minute)}, Now: at, Limit: 8,
			})
			if err != nil {
				t.Fatal(err)
			}
			return batch
		}
		planned := due(now.Add(time.Minute))
		if len(planned.Rows) != 1 || planned.Rows[0].Kind != store.SweepTimer {
			t.Fatalf("due after the first plan: %+v", planned.Rows)
		}

		if err := sweeper.Sweep(t.Context(), store.SweepTimes{Expired: now, Unused: now.Add(-webhook.ListenerLife), Next: now.Add(10 * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		count := func(table string) (n int) {
			t.Helper()
			err := db.Read(t.Context(), func(q sqldb.Querier) error { return q.QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&n) })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got := count("idempotency_keys"); got != 1 {
			t.Errorf("%d idempotency keys are left, want the living one", got)
		}
		if claim("stays", now) {
			t.Error("a key that is still to be replayed was swept")
		}
		if got := count("session_tokens"); got != 1 {
			t.Errorf("%d session tokens are left, want the living one", got)
		}
		if got := count("store_tokens"); got != 1 {
			t.Errorf("%d temporary tokens are left, want the living one", got)
		}
		if got := count("webhook_endpoints WHERE id = 'idle'"); got != 0 {
			t.Error("a listener that nobody connected for a day is left")
		}
		if got := count("webhook_endpoints"); got != 2 {
			t.Errorf("%d endpoints are left, want the other listener and the webhook", got)
		}
		if next := due(now.Add(9 * time.Minute)); len(next.Rows) != 0 || !next.Next.Equal(now.Add(10*time.Minute)) {
			t.Errorf("the next sweep is at %v, due now %v", next.Next, next.Rows)
		}
	})
}
