package crash

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"tillway/test/harness"
)

// quiet returns when nothing is under way any more: no attempt whose outcome
// is not known, and no delivery that is still to be made. It does not wait
// beyond ctx, so that the audit can show what never came to rest.
func quiet(ctx context.Context, t testing.TB, place string) {
	t.Helper()
	db := harness.Inspect(t, place)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		attempts := number(ctx, t, db, `SELECT COUNT(*) FROM attempts WHERE state IN ('calling', 'pending', 'requires_action', 'unknown')`)
		deliveries := number(ctx, t, db, `SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'pending'`)
		if attempts == 0 && deliveries == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("it does not become quiet: %d attempts are open and %d deliveries pending", attempts, deliveries)
			return
		}
	}
}

func number(ctx context.Context, t testing.TB, db *sql.DB, query string, args ...any) (n int64) {
	t.Helper()
	if err := db.QueryRowContext(context.WithoutCancel(ctx), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// never are questions whose every row is a broken promise. They are asked of
// our tables alone, and do not go through the code that `verify` runs.
var never = []struct{ says, query string }{
	{
		"a completed order has exactly one succeeded payment", `
		SELECT o.id FROM orders o WHERE o.status = 'completed' AND
			(SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id AND p.status = 'succeeded' AND p.charged = o.total) <> 1`,
	},
	{
		"a succeeded payment is of a completed order", `
		SELECT p.id FROM payments p LEFT JOIN orders o ON o.id = p.order_id AND o.status = 'completed' AND o.payment_id = p.id
		WHERE p.status = 'succeeded' AND o.id IS NULL`,
	},
	{
		"no order has two captures", `
		SELECT order_id FROM attempts WHERE state IN ('succeeded', 'captured_late') GROUP BY order_id HAVING COUNT(*) > 1`,
	},
	{
		"a succeeded payment has exactly one charge in the ledger", `
		SELECT p.id FROM payments p WHERE p.status = 'succeeded' AND
			(SELECT COUNT(*) FROM ledger_transactions l WHERE l.fact_id = p.id AND l.kind = 'charge_captured') <> 1`,
	},
	{
		"a charge in the ledger is of a succeeded payment", `
		SELECT l.fact_id FROM ledger_transactions l LEFT JOIN payments p ON p.id = l.fact_id AND p.status = 'succeeded'
		WHERE l.kind = 'charge_captured' AND p.id IS NULL`,
	},
	{
		"a posting sums to zero", `
		SELECT fact_id FROM ledger_entries GROUP BY fact_id, kind, currency HAVING SUM(amount) <> 0`,
	},
	{
		"a completed order has exactly one event", `
		SELECT o.id FROM orders o WHERE o.status = 'completed' AND
			(SELECT COUNT(*) FROM events e WHERE e.event_key = o.payment_id) <> 1`,
	},
	{
		"an event is of a completed order", `
		SELECT e.id FROM events e LEFT JOIN orders o ON o.payment_id = e.event_key AND o.status = 'completed' WHERE o.id IS NULL`,
	},
	{
		"an event has exactly one delivery, and it was made", `
		SELECT e.id FROM events e WHERE
			(SELECT COUNT(*) FROM webhook_deliveries d WHERE d.event_id = e.id AND d.state = 'succeeded') <> 1`,
	},
	{
		"a delivery is of an event", `
		SELECT d.id FROM webhook_deliveries d LEFT JOIN events e ON e.id = d.event_id WHERE e.id IS NULL`,
	},
	{
		"a call that was repeated under its key made one session", `
		SELECT external_id FROM checkout_sessions GROUP BY external_id HAVING COUNT(*) > 1`,
	},
}

// auditTables asks everything that must never be so.
func auditTables(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, promise := range never {
		if broken := texts(t, db, promise.query); len(broken) > 0 {
			t.Errorf("%s, but not %s", promise.says, some(broken))
		}
	}
}

// auditBook compares the provider's book with our attempts and ledger, both
// ways, line by line.
func auditBook(t *testing.T, ours, book *sql.DB) {
	t.Helper()
	const booked = `SELECT reference FROM simulator_booking WHERE kind = 'capture' AND state = 'accepted' AND booked_at > 0`
	const posted = `SELECT a.id FROM attempts a
		JOIN ledger_transactions l ON l.fact_id = a.payment_id AND l.kind = 'charge_captured' WHERE a.state = 'succeeded'`
	left, right := set(texts(t, book, booked)), set(texts(t, ours, posted))
	for reference := range left {
		if !right[reference] {
			t.Errorf("the provider booked %s, for which there is no captured attempt with its posting", reference)
		}
	}
	for attempt := range right {
		if !left[attempt] {
			t.Errorf("attempt %s is captured and posted, and the provider has not booked it", attempt)
		}
	}
	if len(left) == 0 {
		t.Error("the provider's book is empty: nothing was tested")
	}
}

func texts(t *testing.T, db *sql.DB, query string) (found []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		found = append(found, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return found
}

func set(list []string) map[string]bool {
	made := make(map[string]bool, len(list))
	for _, text := range list {
		made[text] = true
	}
	return made
}

// some names the first of many.
func some(ids []string) string {
	const shown = 5
	if len(ids) <= shown {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:shown], ", "), len(ids)-shown)
}
