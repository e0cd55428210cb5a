package crash

import (
	"bytes"
	"database/sql"
	"testing"

	"tillway/test/harness"
)

// auditAnswers holds the server to what it answered before it was killed: a
// session that was made is there, and a buyer who was told "paid" has paid.
func auditAnswers(t *testing.T, db *sql.DB, purchases []*purchase) {
	t.Helper()
	sessions := set(texts(t, db, `SELECT id FROM checkout_sessions`))
	completed := completedOrders(t, db)
	for _, p := range purchases {
		if p.session != "" && !sessions[p.session] {
			t.Errorf("purchase %s: session %s was answered and is lost", p.number, p.session)
		}
		if p.end == paid && (p.order == "" || completed[p.order] != p.payment) {
			t.Errorf("purchase %s: order %s was answered as paid by %s, and is paid by %q", p.number, p.order, p.payment, completed[p.order])
		}
	}
}

// completedOrders maps the completed orders to their payments.
func completedOrders(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT id, payment_id FROM orders WHERE status = 'completed'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var order, payment string
		if err := rows.Scan(&order, &payment); err != nil {
			t.Fatal(err)
		}
		found[order] = payment
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// auditWebhooks compares what arrived with what was completed, and returns how
// many arrived more than once.
func auditWebhooks(t *testing.T, db *sql.DB, receiver *harness.Receiver) (duplicates int) {
	t.Helper()
	completed := completedOrders(t, db)
	first := map[string]harness.Webhook{} // by order
	for _, got := range receiver.Webhooks() {
		data := got.Event.Data
		switch before, seen := first[data.OrderID]; {
		case got.Err != nil:
			t.Errorf("a webhook cannot be believed: %v\n%s", got.Err, got.Body)
		case completed[data.OrderID] == "" || completed[data.OrderID] != data.PaymentID:
			t.Errorf("a webhook tells of order %s paid by %s, which is not so", data.OrderID, data.PaymentID)
		case !seen:
			first[data.OrderID] = got
		case before.Event.ID != got.Event.ID:
			t.Errorf("order %s was told under two ids, %s and %s", data.OrderID, before.Event.ID, got.Event.ID)
		case !bytes.Equal(before.Body, got.Body):
			t.Errorf("delivery %s came with two bodies:\n%s\n%s", got.Event.ID, before.Body, got.Body)
		default:
			duplicates++
		}
	}
	for order := range completed {
		if _, arrived := first[order]; !arrived {
			t.Errorf("order %s is completed, and its webhook never arrived", order)
		}
	}
	return duplicates
}
