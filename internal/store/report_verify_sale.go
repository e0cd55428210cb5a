package store

import (
	"context"

	"tillway/internal/report"
	"tillway/internal/sqldb"
)

const selectOrderFacts = `SELECT o.id, o.store_id, o.env, o.status, o.payment_id,
	(SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id AND p.status = 'succeeded'),
	(SELECT COUNT(*) FROM ledger_transactions t WHERE t.kind IN ('charge_captured', 'late_capture_honoured')
		AND t.fact_id IN (SELECT p.id FROM payments p WHERE p.order_id = o.id)),
	(SELECT COUNT(*) FROM events e WHERE e.store_id = o.store_id AND e.env = o.env AND e.type = 'order.completed'
		AND e.event_key = o.payment_id),
	COALESCE((SELECT s.status FROM checkout_sessions s WHERE s.id = o.session_id), ''),
	EXISTS (SELECT 1 FROM timers t WHERE t.kind = '` + expiryTimer + `' AND t.subject = o.session_id),
	(SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id AND (p.store_id <> o.store_id OR p.env <> o.env))
		+ (SELECT COUNT(*) FROM attempts a WHERE a.order_id = o.id AND (a.store_id <> o.store_id OR a.env <> o.env))
		+ (SELECT COUNT(*) FROM payments p JOIN refunds r ON r.payment_id = p.id
			WHERE p.order_id = o.id AND (r.store_id <> o.store_id OR r.env <> o.env))
	FROM orders o WHERE o.id > $1 ORDER BY o.id LIMIT $2`

// Orders pages through orders.
func (f Facts) Orders(ctx context.Context, after string, limit int) ([]report.OrderFact, error) {
	return page(ctx, f,
		func(row sqldb.Row) (fact report.OrderFact, err error) {
			err = row.Scan(&fact.ID, &fact.Store, &fact.Env, &fact.Status, &fact.Payment,
				&fact.Succeeded, &fact.Charged, &fact.Events, &fact.Session, &fact.Expires, &fact.Foreign)
			return fact, err
		},
		func(fact report.OrderFact) string { return string(fact.ID) }, nil,
		selectOrderFacts, after, limit)
}

// sessionOfNoun is the state of a session that goes with the state of its
// dialect's noun: "missing" without the noun, "" where a dialect has none.
const sessionOfNoun = `CASE s.dialect
	WHEN 'wayl' THEN COALESCE((SELECT CASE WHEN l.status IN ('Complete', 'Delivered', 'Returned') THEN 'used'
		WHEN l.status IN ('Cancelled', 'Rejected') THEN 'ended' ELSE 'open' END FROM links l WHERE l.session_id = s.id), 'missing')
	WHEN 'waypay' THEN COALESCE((SELECT CASE WHEN i.status IN ('Completed', 'RefundRequested', 'RefundFailed', 'Refunded') THEN 'used'
		WHEN i.status IN ('Failed', 'Cancelled', 'Expired') THEN 'ended' ELSE 'open' END FROM payment_intents i WHERE i.session_id = s.id), 'missing')
	WHEN 'diddo' THEN COALESCE((SELECT CASE c.status WHEN 'succeeded' THEN 'used'
		WHEN 'cancelled' THEN 'ended' ELSE 'open' END FROM cart_checkouts c WHERE c.session_id = s.id), 'missing')
	ELSE '' END`

const selectSessionFacts = `SELECT s.id, s.status, s.order_id,
	COALESCE((SELECT o.status FROM orders o WHERE o.id = s.order_id), ''), ` + sessionOfNoun + `
	FROM checkout_sessions s WHERE s.id > $1 ORDER BY s.id LIMIT $2`

// Sessions pages through checkout sessions.
func (f Facts) Sessions(ctx context.Context, after string, limit int) ([]report.SessionFact, error) {
	return page(ctx, f,
		func(row sqldb.Row) (fact report.SessionFact, err error) {
			err = row.Scan(&fact.ID, &fact.Status, &fact.Order, &fact.State, &fact.Noun)
			return fact, err
		},
		func(fact report.SessionFact) string { return string(fact.ID) }, nil,
		selectSessionFacts, after, limit)
}

const selectEventFacts = `SELECT e.id, e.type, e.created_at, e.deliveries,
	(SELECT COUNT(*) FROM webhook_deliveries d WHERE d.event_id = e.id),
	EXISTS (SELECT 1 FROM webhook_log l WHERE l.horizon > e.created_at),
	EXISTS (SELECT 1 FROM payments p WHERE p.id = e.event_key AND p.status = 'succeeded'),
	EXISTS (SELECT 1 FROM refunds r WHERE r.id = e.event_key)
	FROM events e WHERE e.id > $1 ORDER BY e.id LIMIT $2`

// Events pages through events.
func (f Facts) Events(ctx context.Context, after string, limit int) ([]report.EventFact, error) {
	return page(ctx, f,
		func(row sqldb.Row) (fact report.EventFact, err error) {
			var created int64
			err = row.Scan(&fact.ID, &fact.Type, &created, &fact.Born, &fact.Kept, &fact.Old, &fact.Paid, &fact.Refund)
			fact.At = sqldb.Moment(created)
			return fact, err
		},
		func(fact report.EventFact) string { return string(fact.ID) }, nil,
		selectEventFacts, after, limit)
}
