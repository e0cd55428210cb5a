package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// keeper is a Retention on a test's clock, which a pause moves.
type keeper struct {
	Retention
	t      *testing.T
	db     sqldb.DB
	now    time.Time
	pauses int
}

func newKeeper(t *testing.T, db sqldb.DB) *keeper {
	k := &keeper{t: t, db: db, now: logStart}
	k.Retention = NewRetention(RetentionConfig{
		DB: db, Now: func() time.Time { return k.now },
		Pause: func(_ context.Context, span time.Duration) error {
			k.pauses++
			k.now = k.now.Add(span)
			return nil
		},
	})
	return k
}

func (k *keeper) mustTrim(keep Keep, span time.Duration) (done bool) {
	k.t.Helper()
	done, err := k.Trim(k.t.Context(), keep, k.now.Add(span))
	if err != nil {
		k.t.Fatal(err)
	}
	return done
}

func (k *keeper) count(query string, args ...any) (n int64) {
	k.t.Helper()
	err := k.db.Read(k.t.Context(), func(q sqldb.Querier) error { return q.QueryRow(query, args...).Scan(&n) })
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

// mustDeliver writes deliveries of different ages, one attempt each.
func (k *keeper) mustDeliver(n int, change func(i int, d *report.LoggedDelivery)) {
	k.t.Helper()
	all := make([]report.LoggedDelivery, n)
	for i := range all {
		all[i] = report.LoggedDelivery{
			Scope: report.Scope{Store: pay.StoreID(fmt.Sprint("STO_", i%3)), Env: pay.Test}, ID: webhook.DeliveryID(fmt.Sprintf("d-%05d", i)),
			Endpoint: "E", Origin: webhook.FromEvent, EventID: fmt.Sprint("EVT_", i), State: webhook.Succeeded, CreatedAt: k.now, LastAt: k.now,
		}
		change(i, &all[i])
	}
	mustWriteLog(k.t, k.db, all...)
	err := k.db.Write(k.t.Context(), func(tx sqldb.Tx) error {
		for _, d := range all {
			tx.Exec(insertAttemptLog, d.ID, sqldb.Micros(d.LastAt), 1, 200, "", "", "", "", 1, 1, 1, 1, []byte("0123456789"), 1, "[]", "[]")
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

const (
	countKept     = `SELECT COUNT(*) FROM webhook_deliveries`
	countAttempts = `SELECT COUNT(*) FROM webhook_attempts`
)

func TestRetentionByAge(t *testing.T) {
	t.Parallel()
	const age = 30 * 24 * time.Hour
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		// More than several batches of what is to go, most of it of one moment, as
		// deliveries of one transaction are; and the two sides of the border.
		const many = 5 * RetentionBatch
		k.mustDeliver(many+2, func(i int, d *report.LoggedDelivery) {
			d.CreatedAt = k.now.Add(-age - time.Hour)
			if i%4 == 0 {
				d.CreatedAt = k.now.Add(-age - time.Duration(i+1)*time.Microsecond)
			}
			switch i {
			case many:
				d.CreatedAt = k.now.Add(-age - time.Microsecond)
			case many + 1:
				d.CreatedAt = k.now.Add(-age)
			}
			if i%10 == 0 {
				d.State, d.NextTry = webhook.Pending, k.now.Add(time.Hour)
			}
			if i%10 == 1 {
				d.State, d.LastClass = webhook.Failed, webhook.Timeout
			}
		})
		const waiting, young = many/10 + 1, 1 // what is pending, the border's own row among it
		if k.mustTrim(Keep{}, time.Minute); k.count(countKept) != many+2 {
			t.Fatal("a log without bounds was trimmed")
		}
		if !k.mustTrim(Keep{Age: age}, time.Minute) {
			t.Error("the run left something although it had time")
		}
		if kept := k.count(countKept); kept != waiting+young {
			t.Errorf("%d deliveries are left, want the %d that are pending and %d young one", kept, waiting, young)
		}
		if over := k.count(countKept + ` WHERE state <> 'pending'`); over != 1 {
			t.Errorf("%d that are over are left, want the young one", over)
		}
		if kept, all := k.count(countAttempts), k.count(countKept); kept != all {
			t.Errorf("%d attempts are left of %d deliveries", kept, all)
		}
		if k.pauses < 4 {
			t.Errorf("it paused %d times between batches", k.pauses)
		}
		// What was pending goes once it is over.
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(`UPDATE webhook_deliveries SET state = 'failed', wake_at = 0 WHERE state = 'pending'`)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		k.now = logStart
		if k.mustTrim(Keep{Age: age}, time.Minute); k.count(countKept) != 1 {
			t.Errorf("%d deliveries are left once all are over, want the young one", k.count(countKept))
		}
	})
}

// What was told to a callback goes with the rest of the log; the callback itself
// belongs to what its request made, of which more may happen, and stays.
func TestRetentionKeepsCallbacks(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		k.mustDeliver(50, func(i int, d *report.LoggedDelivery) {
			d.Endpoint, d.CreatedAt = "", k.now.Add(-48*time.Hour)
			if i == 0 {
				d.State, d.NextTry = webhook.Pending, k.now.Add(time.Hour)
			}
		})
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			return NewWebhooks(db, nil).Tx(tx).InsertCallback(webhook.Callback{ID: "C", Store: "STO_0", Env: webhook.Test, CreatedAt: k.now.Add(-72 * time.Hour)})
		})
		if err != nil {
			t.Fatal(err)
		}
		k.mustTrim(Keep{Age: time.Hour, Bytes: 1}, time.Minute)
		if kept, attempts, callbacks := k.count(countKept), k.count(countAttempts), k.count(`SELECT COUNT(*) FROM webhook_callbacks`); kept != 1 || attempts != 1 || callbacks != 1 {
			t.Errorf("%d deliveries, %d attempts and %d callbacks are left, want the one that is pending, its attempt and the callback", kept, attempts, callbacks)
		}
	})
}

func TestRetentionLeavesTheRestToTheNextRun(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		k.mustDeliver(1000, func(i int, d *report.LoggedDelivery) {
			d.CreatedAt = k.now.Add(-48*time.Hour - time.Duration(i)*time.Second)
		})
		runs := 1
		for ; !k.mustTrim(Keep{Age: time.Hour}, time.Millisecond); runs++ {
			if runs > 1000 {
				t.Fatal("the runs never end")
			}
		}
		if k.count(countKept) != 0 || runs < 3 {
			t.Errorf("after %d short runs %d deliveries are left", runs, k.count(countKept))
		}
		stop := errors.New("stop")
		k.mustDeliver(1, func(_ int, d *report.LoggedDelivery) { d.CreatedAt = k.now.Add(-48 * time.Hour) })
		stopping := NewRetention(RetentionConfig{DB: db, Now: func() time.Time { return k.now }, Pause: func(context.Context, time.Duration) error { return stop }})
		if _, err := stopping.Trim(t.Context(), Keep{Age: time.Hour}, k.now.Add(time.Minute)); !errors.Is(err, stop) {
			t.Errorf("a run that is stopped ends with %v", err)
		}
	})
}

func TestRetentionBySize(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		const hours, each = 12, 60
		k.mustDeliver(hours*each, func(i int, d *report.LoggedDelivery) {
			d.CreatedAt = k.now.Add(-time.Duration(i/each+1) * time.Hour)
			d.LastAt = d.CreatedAt
		})
		const one = 650 + 2 + 2 + 250 + 10 + 2 + 2 // a row with its body and header list, and its attempt's
		total := func() int64 { return k.count(`SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM webhook_log_hours`) }
		if !k.mustTrim(Keep{Bytes: 1 << 40}, time.Minute) || total() != hours*each*one {
			t.Fatalf("%d bytes are counted, want %d", total(), hours*each*one)
		}
		if k.mustTrim(Keep{Bytes: 1 << 40}, time.Minute); total() != hours*each*one {
			t.Error("what was counted is counted again")
		}
		if k.count(countKept) != hours*each {
			t.Error("a log that fits was trimmed")
		}
		// Room for three hours and a half keeps three.
		k.mustTrim(Keep{Bytes: one * each * 7 / 2}, time.Minute)
		if kept := k.count(countKept); kept != 3*each {
			t.Errorf("%d deliveries are left, want %d", kept, 3*each)
		}
		if oldest := k.count(`SELECT MIN(created_at) FROM webhook_deliveries`); oldest != sqldb.Micros(logStart.Add(-3*time.Hour)) {
			t.Errorf("the oldest left is of %v", sqldb.Moment(oldest))
		}
		if total() != 3*each*one {
			t.Errorf("%d bytes are counted of what is left, want %d", total(), 3*each*one)
		}
		// However small the room, the last hour stays.
		k.now = logStart
		k.mustDeliver(1, func(_ int, d *report.LoggedDelivery) {
			d.ID, d.CreatedAt = "young", k.now.Add(-30*time.Minute)
		})
		k.mustTrim(Keep{Bytes: 1}, time.Minute)
		if kept := k.count(countKept); kept != 1+each { // and what was made an hour ago to the moment
			t.Errorf("%d deliveries are left, want those of the last hour", kept)
		}
	})
}

func TestLateAttemptsAreCountedOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		made := k.now.Add(-time.Hour)
		k.mustDeliver(1, func(_ int, d *report.LoggedDelivery) { d.CreatedAt, d.LastAt = made, made })
		total := func() int64 {
			k.mustTrim(Keep{Bytes: 1 << 40}, time.Minute)
			return k.count(`SELECT CAST(SUM(bytes) AS BIGINT) FROM webhook_log_hours`)
		}
		before := total()
		late := made.Add(2 * time.Hour)
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(insertAttemptLog, "d-00000", sqldb.Micros(late), 2, 200, "", "", "", "", 1, 1, 1, 1, make([]byte, 1000), 1, "[]", "[]")
			tx.Exec(`UPDATE webhook_deliveries SET last_at = $1`, sqldb.Micros(late))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if now := total(); now != before {
			t.Errorf("%d bytes are counted while the schedule may go on, and were %d before", now, before)
		}
		k.now = made.Add(5 * 24 * time.Hour)
		for range 2 {
			if now := total(); now != before+250+1000+2+2 {
				t.Errorf("%d bytes are counted at last, want %d more than %d", now, 250+1000+2+2, before)
			}
		}
	})
}

// Verify looks at the log as far as it is kept.
func TestEventsOfATrimmedLogAreSound(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		const age = 24 * time.Hour
		err := New(db, nil).Write(t.Context(), func(r pay.Records) error {
			for i, at := range []time.Time{k.now.Add(-age - time.Hour), k.now.Add(-age + time.Hour)} {
				id := pay.EventID(fmt.Sprint("EVT_", i))
				if _, err := r.InsertEvent(pay.Event{ID: id, Store: "STO_0", Env: pay.Test, Type: "other", Key: fmt.Sprint(i), At: at}); err != nil {
					return err
				}
				r.AddDeliveries(id, 1)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		k.mustDeliver(2, func(i int, d *report.LoggedDelivery) {
			d.CreatedAt = k.now.Add(-age + time.Duration(2*i-1)*time.Hour)
		})
		broken := func() []report.Finding {
			t.Helper()
			verdict, err := report.Verify(t.Context(), report.VerifyConfig{Facts: NewFacts(db), Now: func() time.Time { return k.now }})
			if err != nil {
				t.Fatal(err)
			}
			return verdict.Findings
		}
		k.mustTrim(Keep{Age: age}, time.Minute)
		if left := k.count(countKept); left != 1 || k.count(`SELECT COUNT(*) FROM events`) != 2 {
			t.Fatalf("%d deliveries are left, want 1, and both events", left)
		}
		if findings := broken(); len(findings) != 0 {
			t.Errorf("a trimmed log is found broken: %v", findings)
		}
		err = db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec(`DELETE FROM webhook_deliveries`); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if findings := broken(); len(findings) != 1 || findings[0].Subject != "EVT_1" {
			t.Errorf("a delivery that was lost is found as %v", findings)
		}
		// Relaxed bounds do not make what is gone look lost.
		if k.mustTrim(Keep{Age: 100 * age}, time.Minute); len(broken()) != 1 {
			t.Errorf("after the bounds were relaxed there are findings %v", broken())
		}
	})
}

// slowDisk ends every read of more than a few rows as a busy disk does.
type slowDisk struct {
	sqldb.DB
	most int // rows that can be read in time
}

func (d slowDisk) Read(ctx context.Context, fn func(sqldb.Querier) error) error {
	return d.DB.Read(ctx, func(q sqldb.Querier) error {
		reader := &slowReader{Querier: q, most: d.most}
		if err := fn(reader); err != nil || !reader.late {
			return err
		}
		return sqldb.ErrReadLimit
	})
}

// slowReader notes a query whose limit, its last argument, is too high.
type slowReader struct {
	sqldb.Querier
	most int
	late bool
}

func (r *slowReader) Query(sql string, args ...any) (sqldb.Rows, error) {
	if limit, is := args[len(args)-1].(int); is && limit > r.most && strings.Contains(sql, "webhook_attempts") {
		r.late = true
	}
	return r.Querier.Query(sql, args...)
}

func TestSizesAreCountedOnABusyDisk(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		k := newKeeper(t, db)
		k.mustDeliver(700, func(_ int, d *report.LoggedDelivery) {
			d.CreatedAt = k.now.Add(-5 * 24 * time.Hour)
			d.LastAt = d.CreatedAt
		})
		k.config.DB = slowDisk{DB: db, most: 60}
		if done := k.mustTrim(Keep{Bytes: 1 << 40}, time.Hour); !done {
			t.Error("the log was not counted to its end")
		}
		if n := k.count(`SELECT CAST(SUM(deliveries) AS BIGINT) FROM webhook_log_hours`); n != 700 {
			t.Errorf("%d deliveries were counted, want 700", n)
		}
	})
}
