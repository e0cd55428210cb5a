package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

func TestBacklogCountsWhatWaits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		if found, err := ReadBacklog(t.Context(), db, now); err != nil || found != (Backlog{}) {
			t.Errorf("empty tables have the backlog %+v (%v)", found, err)
		}
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			for n := range 3 {
				tx.Exec(setTimer, "expiry", fmt.Sprint("due", n), "1", "test", 1, sqldb.Micros(now.Add(-time.Minute)), 0)
				tx.Exec(setTimer, "expiry", fmt.Sprint("later", n), "1", "test", 1, sqldb.Micros(now.Add(time.Minute)), 0)
			}
			tx.Exec(`UPDATE timers SET lease_until = $1 WHERE subject = 'due0'`, sqldb.Micros(now.Add(time.Minute)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := ReadBacklog(t.Context(), db, now); err != nil || found.Timers != 2 {
			t.Errorf("the backlog is %+v (%v), want the two timers that are due and free", found, err)
		}
	})
}

func TestBacklogIsCountedThroughIndexes(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, migrations.FS)
	for _, c := range []struct {
		sql, index string
		args       []any
	}{
		{countDeliveries, "webhook_deliveries_waiting", []any{BacklogMost}},
		{countTimers, "timers_by_wake", []any{BacklogMost, 1}},
	} {
		if plan := mustExplain(t, db, c.sql, c.args...); !strings.Contains(plan, c.index) {
			t.Errorf("%s is counted without %s:\n%s", c.sql, c.index, plan)
		}
	}
}
