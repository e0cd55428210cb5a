package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/job"
	"tillway/internal/lease"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

func TestTimers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	timer := func(subject string, wake time.Duration) pay.Timer {
		return pay.Timer{
			Kind: pay.TimerInquiry, Subject: subject, Store: "STO_1", Env: pay.Test,
			At: now.Add(wake), WakeAt: now.Add(wake), Tries: 2,
		}
	}
	claim := func(owner lease.Owner, at time.Time, limit int) job.Claim {
		return job.Claim{Lease: lease.Lease{Owner: owner, Until: at.Add(time.Minute)}, Now: at, Limit: limit}
	}
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		timers, rows := store.NewTimers(db), store.New(db, nil)
		set := func(list ...pay.Timer) {
			t.Helper()
			if err := rows.Write(t.Context(), func(r pay.Records) error {
				for _, timer := range list {
					r.SetTimer(timer)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		mustClaim := func(c job.Claim) lease.Batch[job.Timer] {
			t.Helper()
			batch, err := timers.ClaimTimers(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return batch
		}

		// The steps build on each other: one table, one story.
		if batch := mustClaim(claim("a", now, 8)); len(batch.Rows) != 0 || !batch.Next.IsZero() {
			t.Fatalf("an empty table gives %+v", batch)
		}
		set(timer("ATT_due", -time.Second), timer("ATT_longer", -time.Minute), timer("ATT_later", time.Hour))

		first := mustClaim(claim("a", now, 1))
		want := []job.Timer{{
			Kind: "inquiry", Subject: "ATT_longer", Store: "STO_1", Env: "test",
			At: now.Add(-time.Minute), WakeAt: now.Add(-time.Minute), Tries: 2,
		}}
		if diff := cmp.Diff(want, first.Rows); diff != "" {
			t.Fatalf("the longest due timer is not claimed first (-want +got):\n%s", diff)
		}
		if !first.Next.Equal(now.Add(-time.Second)) {
			t.Errorf("Next = %v, want the other due timer's", first.Next)
		}
		second := mustClaim(claim("b", now, 8))
		if len(second.Rows) != 1 || second.Rows[0].Subject != "ATT_due" || !second.Next.Equal(now.Add(time.Hour)) {
			t.Fatalf("b got %+v, want the one that nobody holds, and the later one's time", second)
		}

		// A postponement counts under the owner's lease alone.
		for _, postponed := range []struct {
			by    lease.Owner
			moved bool
		}{{"b", false}, {"a", true}} {
			if err := timers.PostponeTimer(t.Context(), job.Postponement{
				Timer: first.Rows[0], Owner: postponed.by, WakeAt: now.Add(10 * time.Second),
			}); err != nil {
				t.Fatal(err)
			}
			if batch := mustClaim(claim("c", now, 0)); batch.Next.Equal(now.Add(10*time.Second)) != postponed.moved {
				t.Errorf("after %s postponed, Next = %v", postponed.by, batch.Next)
			}
		}

		// Setting a timer anew ends the lease; a lease that lapsed is claimed.
		set(timer("ATT_due", -time.Second))
		if batch := mustClaim(claim("c", now, 8)); len(batch.Rows) != 1 || batch.Rows[0].Subject != "ATT_due" {
			t.Fatalf("a timer set anew is not free: %+v", batch)
		}
		if batch := mustClaim(claim("d", now.Add(time.Minute), 8)); len(batch.Rows) != 2 {
			t.Fatalf("after the lease d got %+v, want both", batch)
		}

		// Whoever is alone frees what a dead predecessor held.
		if err := timers.FreeTimers(t.Context(), "e"); err != nil {
			t.Fatal(err)
		}
		if batch := mustClaim(claim("e", now.Add(time.Minute), 8)); len(batch.Rows) != 2 {
			t.Fatalf("after freeing e got %+v, want both", batch)
		}
	})
}

func claimAll(now time.Time) job.Claim {
	const plenty = 100
	return job.Claim{Lease: lease.Lease{Owner: "test", Until: now.Add(time.Second)}, Now: now, Limit: plenty}
}

func TestWakeCalling(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := openShop(t, db)
		s.buy(t, pendingCard)
		s.buy(t, pendingCard)
		// The process died between the call and the commit of its answer.
		mustExec(t, db, `UPDATE attempts SET state = 'calling' WHERE id = (SELECT MIN(id) FROM attempts)`)
		timers := store.NewTimers(db)
		if batch, err := timers.ClaimTimers(t.Context(), claimAll(s.now)); err != nil || len(batch.Rows) != 0 {
			t.Fatalf("due before: %+v, %v", batch, err)
		}
		if err := timers.WakeCalling(t.Context(), s.now); err != nil {
			t.Fatal(err)
		}
		batch, err := timers.ClaimTimers(t.Context(), claimAll(s.now))
		if err != nil || len(batch.Rows) != 1 || batch.Rows[0].Kind != job.Kind(pay.TimerInquiry) {
			t.Errorf("due after: %+v, %v; want the inquiry of the attempt that was being called", batch, err)
		}
	})
}
