package simulator

import (
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
)

// The lists that grow with the book are read by its indexes. SQLite's planner
// is asked because PostgreSQL's rightly reads a small table from end to end.
func TestBookIsReadByIndex(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, Migrations)
	for name, c := range map[string]struct {
		statement string
		args      []any
		index     string
	}{
		"settled":  {selectSettled, []any{1, 9, 1, "a", 500}, "simulator_booking_booked"},
		"refunded": {sumRefunded, []any{"a", 9}, "simulator_booking_refund"},
		"reserve":  {reserveRefund, []any{1, "a", 9}, "simulator_booking_refund"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var plan []string
			err := db.Read(t.Context(), func(q sqldb.Querier) error {
				rows, err := q.Query("EXPLAIN QUERY PLAN "+c.statement, c.args...)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var node, parent, unused int64
					var detail string
					if err := rows.Scan(&node, &parent, &unused, &detail); err != nil {
						return err
					}
					plan = append(plan, detail)
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
			steps := strings.Join(plan, "; ")
			if !strings.Contains(steps, c.index) || strings.Contains(steps, "TEMP B-TREE") || strings.Contains(steps, "SCAN simulator_booking;") {
				t.Errorf("the plan is %q, want %s and no sorting", steps, c.index)
			}
		})
	}
}
