package storetest

import (
	"errors"
	"testing"

	"tillway/internal/sqldb"
)

func TestNoReadTransactionLivesLongerThanTwoSeconds(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT (i + 1) % 1000 FROM n) SELECT COUNT(*) FROM n`
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			return q.QueryRow(endless).Scan(new(int64))
		})
		if !errors.Is(err, sqldb.ErrReadLimit) {
			t.Errorf("an endless read gives %v, want ErrReadLimit", err)
		}
		wantNotes(t, db) // the connection still serves, or another does
	})
}

func TestAReadIsOneSnapshotThatCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, db sqldb.DB) {
		mustAdd(t, db, "first")
		count := func(q sqldb.Querier) (n int) {
			if err := q.QueryRow("SELECT COUNT(*) FROM note").Scan(&n); err != nil {
				t.Errorf("count: %v", err)
			}
			return n
		}
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			before := count(q)
			mustAdd(t, db, "second")
			if after := count(q); after != before {
				t.Errorf("the snapshot moved from %d to %d rows", before, after)
			}
			return nil
		})
		if err != nil {
			t.Errorf("Read: %v", err)
		}
		err = db.Read(t.Context(), func(q sqldb.Querier) error {
			_, err := q.Query("DELETE FROM note RETURNING id")
			return err
		})
		if err == nil {
			t.Error("a read can delete")
		}
		wantNotes(t, db, "first", "second")
	})
}
