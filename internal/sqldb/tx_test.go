package sqldb_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func TestErrNoRowsDoesNotPoison(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			if err := tx.QueryRow("SELECT id FROM item").Scan(new(string)); !errors.Is(err, sqldb.ErrNoRows) {
				t.Errorf("Scan of nothing gives %v, want ErrNoRows", err)
			}
			tx.Exec(addItem, "a", nil, nil, nil)
			return nil
		})
	})
}

func TestRowsMayBeReadWhileOtherStatementsRun(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			for _, id := range []string{"a", "b", "c"} {
				tx.Exec(addItem, id, 1, nil, nil)
			}
			rows, err := tx.Query("SELECT id FROM item ORDER BY id")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id string
				var n int64
				if err := rows.Scan(&id); err != nil {
					return err
				}
				tx.ExecOne("UPDATE item SET n = n + 1 WHERE id = $1", id)
				if err := tx.QueryRow("SELECT n FROM item WHERE id = $1", id).Scan(&n); err != nil {
					return err
				}
				if n != 2 {
					t.Errorf("n of %q is %d, want 2", id, n)
				}
			}
			return rows.Err()
		})
	})
}

func TestRowsAreReadByNextThenScan(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		mustWrite(t, db, func(tx sqldb.Tx) error {
			tx.Exec(addItem, "a", 1, nil, nil)
			rows, err := tx.Query("SELECT id FROM item")
			if err != nil {
				return err
			}
			if err := rows.Scan(new(string)); err == nil {
				t.Error("Scan before Next gives no error")
			}
			rows.Close()
			rows.Close()
			if rows.Next() {
				t.Error("Next moves after Close")
			}
			return nil
		})
	})
}

func TestATransactionIsOverWhenItsClosureReturned(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		var kept sqldb.Tx
		mustWrite(t, db, func(tx sqldb.Tx) error {
			kept = tx
			tx.Exec(addItem, "a", 1, nil, nil)
			return nil
		})
		if _, err := kept.Count("DELETE FROM item"); err == nil {
			t.Error("a kept Tx can still delete")
		}
		var keptReader sqldb.Querier
		if err := db.Read(t.Context(), func(q sqldb.Querier) error { keptReader = q; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := keptReader.Query("SELECT 1"); err == nil {
			t.Error("a kept Querier can still read")
		}
	})
}

func TestClosuresCannotEndTheirTransaction(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		for _, sql := range []string{"COMMIT", " rollback;", "BEGIN IMMEDIATE", "\nSAVEPOINT a", "END\n", "RELEASE closure"} {
			if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec(sql); return nil }); err == nil {
				t.Errorf("%q is run", sql)
			}
		}
	})
}

func TestAMistakeInTheSQLNamesTheStatementAndNoArgument(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		const secret = "hunter2"
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec("INSERT INTO nowhere (id) VALUES ($1)", secret)
			return nil
		})
		if err == nil {
			t.Fatal("a table that does not exist gives no error")
		}
		if !contains(err, "INSERT INTO nowhere") || contains(err, secret) {
			t.Errorf("the error is %q, want the statement and not its argument", err)
		}
	})
}

func TestCloseWaitsForAdmittedClosures(t *testing.T) {
	t.Parallel()
	open := map[string]func(t *testing.T) sqldb.DB{
		"sqlite":   func(t *testing.T) sqldb.DB { return sqldbtest.OpenSQLite(t, ground) },
		"postgres": func(t *testing.T) sqldb.DB { return sqldbtest.OpenPostgres(t, ground) },
	}
	for engine, open := range open {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			running, release := make(chan struct{}), make(chan struct{})
			var group sync.WaitGroup
			group.Go(func() {
				err := db.Write(context.Background(), func(tx sqldb.Tx) error {
					close(running)
					<-release
					tx.Exec(addItem, "a", 1, nil, nil)
					return nil
				})
				if err != nil {
					t.Errorf("an admitted Write gives %v", err)
				}
			})
			<-running
			closed := make(chan error)
			go func() { closed <- db.Close() }()
			refusedSoon(t, db)
			select {
			case err := <-closed:
				t.Errorf("Close returned (%v) before the closure did", err)
			default:
			}
			close(release)
			if err := <-closed; err != nil {
				t.Errorf("Close: %v", err)
			}
			group.Wait()
			if err := db.Close(); err != nil {
				t.Errorf("a second Close gives %v", err)
			}
			if err := db.Read(t.Context(), func(sqldb.Querier) error { return nil }); !errors.Is(err, sqldb.ErrClosed) {
				t.Errorf("Read of a closed database gives %v, want ErrClosed", err)
			}
		})
	}
}

// refusedSoon returns when Close, called on another goroutine, has begun.
func refusedSoon(t *testing.T, db sqldb.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cancelled, stop := context.WithCancel(ctx)
	stop()
	for !errors.Is(db.Write(cancelled, nil), sqldb.ErrClosed) {
		if ctx.Err() != nil {
			t.Fatal("Close did not begin")
		}
	}
}
