package sqldb_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

func contains(err error, text string) bool { return strings.Contains(err.Error(), text) }

var errRefused = errors.New("refused")

// endings are the ways a closure of the property ends; all but "commits" leave
// nothing behind.
var endings = map[string]func(tx sqldb.Tx) error{
	"commits":            func(sqldb.Tx) error { return nil },
	"refuses":            func(sqldb.Tx) error { return errRefused },
	"panics":             func(sqldb.Tx) error { panic("boom") },
	"breaks a key":       func(tx sqldb.Tx) error { tx.Exec(addItem, "taken", nil, nil, nil); return nil },
	"swallows an error":  func(tx sqldb.Tx) error { _, _ = tx.Count("DELETE FROM nowhere"); return nil },
	"misses a guard":     func(tx sqldb.Tx) error { tx.ExecOne("DELETE FROM item WHERE id = $1", "none"); return nil },
	"misses and refuses": func(tx sqldb.Tx) error { tx.ExecOne("DELETE FROM item"); return errRefused },
}

// rollsBack makes SQLite throw the whole batch away.
func rollsBack(tx sqldb.Tx) error {
	tx.Exec("INSERT OR ROLLBACK INTO item (id) VALUES ($1)", "taken")
	return nil
}

func TestRandomBatchesLeaveExactlyTheSurvivorsRows(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, ground, func(t *testing.T, db sqldb.DB) {
		endings := maps.Clone(endings)
		if db.Engine() == sqldb.SQLite {
			endings["rolls the batch back"] = rollsBack
		}
		names := slices.Sorted(maps.Keys(endings))
		mustWrite(t, db, func(tx sqldb.Tx) error { tx.Exec(addItem, "taken", nil, nil, nil); return nil })

		rapid.Check(t, func(r *rapid.T) {
			mustWrite(t, db, func(tx sqldb.Tx) error { tx.Exec("DELETE FROM item WHERE id <> $1", "taken"); return nil })
			batch := rapid.SliceOfN(rapid.SampledFrom(names), 1, 24).Draw(r, "batch")
			rows := rapid.SliceOfN(rapid.IntRange(0, 3), len(batch), len(batch)).Draw(r, "rows")
			flush := rapid.SliceOfN(rapid.Bool(), len(batch), len(batch)).Draw(r, "flush")

			want := map[string]bool{"taken": true}
			errs := make([]error, len(batch))
			hooks := make([]int, len(batch))
			var group sync.WaitGroup
			for i, ending := range batch {
				if ending == "commits" {
					for n := range rows[i] {
						want[fmt.Sprint(i, "/", n)] = true
					}
				}
				group.Go(func() {
					errs[i] = db.Write(t.Context(), func(tx sqldb.Tx) error {
						tx.OnCommit(func() { hooks[i]++ })
						for n := range rows[i] {
							tx.Exec(addItem, fmt.Sprint(i, "/", n), n, nil, nil)
						}
						if flush[i] {
							if err := tx.QueryRow("SELECT COUNT(*) FROM item").Scan(new(int)); err != nil {
								return err
							}
						}
						return endings[ending](tx)
					})
				})
			}
			group.Wait()
			for i, ending := range batch {
				commits := ending == "commits"
				if (errs[i] == nil) != commits || (hooks[i] == 1) != commits {
					r.Errorf("a closure that %s gives %v and ran %d hooks", ending, errs[i], hooks[i])
				}
			}
			if diff := cmp.Diff(want, ids(t, db)); diff != "" {
				r.Errorf("rows differ (-want +got):\n%s", diff)
			}
		})
	})
}

func ids(t *testing.T, db sqldb.DB) map[string]bool {
	t.Helper()
	have := make(map[string]bool)
	err := db.Read(t.Context(), func(q sqldb.Querier) error {
		rows, err := q.Query("SELECT id FROM item LIMIT 1000")
		if err != nil {
			return err
		}
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			have[id] = true
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return have
}
