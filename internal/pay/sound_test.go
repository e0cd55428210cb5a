package pay_test

import (
	"context"
	"fmt"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/pay/paytest"
	"tillway/internal/report"
	"tillway/internal/store"
)

// broken are questions of which every row is a broken promise.
var broken = map[string]string{
	"an order is charged at most once": `SELECT COUNT(*) FROM orders o WHERE
		(SELECT COUNT(*) FROM attempts a WHERE a.order_id = o.id AND a.state = 'succeeded') > 1`,
	"a completed order has one succeeded payment of its total": `SELECT COUNT(*) FROM orders o WHERE
		(o.status = 'completed') <> (EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'succeeded'))
		OR (SELECT COUNT(*) FROM payments p WHERE p.order_id = o.id AND p.status = 'succeeded') > 1
		OR EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'succeeded'
			AND (p.charged <> o.total OR p.id <> o.payment_id))`,
	"a completed order has exactly one event": `SELECT COUNT(*) FROM orders o WHERE
		(SELECT COUNT(*) FROM events e WHERE e.event_key IN (SELECT p.id FROM payments p WHERE p.order_id = o.id))
		<> (CASE WHEN o.status = 'completed' THEN 1 ELSE 0 END)`,
	"a session is used when its order is completed, and only then": `SELECT COUNT(*) FROM checkout_sessions s WHERE
		(s.status = 'used') <> (EXISTS (SELECT 1 FROM orders o WHERE o.id = s.order_id AND o.status = 'completed'))`,
	"what was taken for an order and does not go back is its total once it is completed, and nothing before": `SELECT COUNT(*) FROM orders o
		WHERE (SELECT COALESCE(SUM(a.captured), 0) FROM attempts a WHERE a.order_id = o.id)
		- (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.order_id = o.id
			AND r.origin = 'late_capture')
		<> (CASE WHEN o.status = 'completed' THEN o.total ELSE 0 END)`,
	"an ended session has a canceled order": `SELECT COUNT(*) FROM checkout_sessions s JOIN orders o ON o.id = s.order_id
		WHERE (s.status = 'ended') <> (o.status = 'canceled')`,
	"an order has one open attempt at most": `SELECT COUNT(*) FROM orders o WHERE (SELECT COUNT(*) FROM attempts a
		WHERE a.order_id = o.id AND a.state IN ('calling', 'pending', 'requires_action', 'unknown')) > 1`,
	"an open attempt holds its pending order": `SELECT COUNT(*) FROM attempts a JOIN orders o ON o.id = a.order_id
		WHERE a.state IN ('calling', 'pending', 'requires_action', 'unknown') AND (o.status <> 'pending' OR o.payment_id <> a.payment_id)`,
	"an open attempt has its timer": `SELECT COUNT(*) FROM attempts a WHERE a.state IN ('calling', 'pending', 'requires_action', 'unknown')
		AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.kind = 'inquiry' AND t.subject = a.id)`,
	"an open refund has its timer": `SELECT COUNT(*) FROM refunds r WHERE r.state IN ('approved', 'pending', 'unknown')
		AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.kind = 'refund' AND t.subject = r.id)`,
	"a pending order has its expiry": `SELECT COUNT(*) FROM orders o WHERE o.status = 'pending'
		AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.kind = 'expiry' AND t.subject = o.session_id)`,
	"a posting sums to zero in each currency": `SELECT COUNT(*) FROM (SELECT 1 FROM ledger_entries
		GROUP BY fact_id, kind, currency HAVING SUM(amount) <> 0) unbalanced`,
	"what is in transit is what open refunds are of": `SELECT COUNT(*) FROM stores WHERE
		(SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e WHERE e.account = 'refunds/in_transit')
		<> -(SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.state IN ('approved', 'pending', 'unknown'))`,
	"what is refunded and being refunded fits into the charge, and is what the refunds say": `SELECT COUNT(*) FROM payments p WHERE
		p.refunded + p.refunding > p.charged OR p.refund_tax > p.tax OR p.refunded < 0 OR p.refunding < 0 OR p.refund_tax < 0
		OR p.refunded <> (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r
			WHERE r.payment_id = p.id AND r.origin = 'sale' AND r.state = 'succeeded')
		OR p.refunding <> (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r
			WHERE r.payment_id = p.id AND r.origin = 'sale' AND r.state IN ('approved', 'pending', 'unknown'))`,
	"what was refunded whole has given all its tax back": `SELECT COUNT(*) FROM payments p WHERE p.charged > 0 AND p.refunded = p.charged
		AND p.refund_tax <> p.tax`,
	"what is asked for fits into the charge": `SELECT COUNT(*) FROM payments p WHERE p.refunded = 0 AND p.refunding = 0
		AND (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state = 'requested') > p.charged`,
	"a refund of a sale that ended at the provider has one event, and no other refund has": `SELECT COUNT(*) FROM refunds r WHERE
		(SELECT COUNT(*) FROM events e WHERE e.event_key = r.id AND e.type IN ('refund.succeeded', 'refund.failed'))
		<> (CASE WHEN r.origin = 'sale' AND r.state IN ('succeeded', 'failed') THEN 1 ELSE 0 END)`,
	"a refund that is not approved has no posting": `SELECT COUNT(*) FROM refunds r WHERE r.state IN ('requested', 'rejected', 'withdrawn')
		AND EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.fact_id = r.id)`,
	"suspense holds what could not be returned, and nothing else": `SELECT COUNT(*) FROM stores WHERE
		(SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e WHERE e.account = 'suspense')
		<> -(SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.state = 'failed' AND r.origin = 'late_capture')`,
}

// unsound names what is not as it must be at every moment, whatever has
// happened. It asks the tables alone, and does not go through the code of
// report.Verify.
func unsound(t testing.TB, s *paytest.Shop) (problems []string) {
	t.Helper()
	for promise, question := range broken {
		if n := s.Int(t, question); n != 0 {
			problems = append(problems, fmt.Sprintf("%d times it is not so that %s", n, promise))
		}
	}
	return problems
}

// unsettled names what is not as it must be once everything has come to rest:
// nothing is open, and the ledger's provider account is the provider's book.
func unsettled(t testing.TB, s *paytest.Shop) (problems []string) {
	t.Helper()
	for what, question := range map[string]string{
		"open attempts": `SELECT COUNT(*) FROM attempts WHERE state IN ('calling', 'pending', 'requires_action', 'unknown')`,
		"open refunds":  `SELECT COUNT(*) FROM refunds WHERE state IN ('approved', 'pending', 'unknown')`,
		"open orders":   `SELECT COUNT(*) FROM orders WHERE status = 'pending'`,
		"timers":        `SELECT COUNT(*) FROM timers`,
	} {
		if n := s.Int(t, question); n != 0 {
			problems = append(problems, fmt.Sprintf("%d %s are left", n, what))
		}
	}
	totals, err := s.Simulator.Totals(context.Background())
	if err != nil {
		t.Fatalf("the provider's book: %v", err)
	}
	verdict, err := report.Verify(context.Background(), report.VerifyConfig{
		Facts: store.NewFacts(s.DB), Connectors: []connector.Connector{s.Simulator}, Now: s.Clock.Now,
	})
	if err != nil || !verdict.Clean() {
		problems = append(problems, fmt.Sprintf("verify: %v %+v", err, verdict.Findings))
	}
	traded := int64(0)
	for currency, total := range totals {
		traded++
		ours := s.Int(t, `SELECT COALESCE(SUM(amount), 0) FROM ledger_entries WHERE account = 'provider/simulator' AND currency = $1`, currency)
		if book := total.Captured.Minor() - total.Refunded.Minor(); ours != book {
			problems = append(problems, fmt.Sprintf("the ledger says that the provider holds %d %s, and its book says %d", ours, currency, book))
		}
	}
	if n := s.Int(t, `SELECT COUNT(DISTINCT currency) FROM ledger_entries WHERE account = 'provider/simulator'`); n != traded {
		problems = append(problems, fmt.Sprintf("the provider traded in %d currencies, and the ledger in %d", traded, n))
	}
	return problems
}

func wantSound(t *testing.T, s *paytest.Shop) {
	t.Helper()
	for _, problem := range unsound(t, s) {
		t.Error(problem)
	}
}

func wantAtRest(t *testing.T, s *paytest.Shop) {
	t.Helper()
	wantSound(t, s)
	for _, problem := range unsettled(t, s) {
		t.Error(problem)
	}
}
