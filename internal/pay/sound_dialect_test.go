package pay_test

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pgregory.net/rapid"

	"tillway/internal/intent"
	"tillway/internal/pay"
)

// brokenNouns are questions of which every row is a noun that tells another
// story than the core.
var brokenNouns = map[string]string{
	"a link is what its checkout is": `SELECT COUNT(*) FROM links l JOIN checkout_sessions s ON s.id = l.session_id WHERE s.status <>
		CASE WHEN l.status IN ('Complete', 'Delivered', 'Returned') THEN 'used' WHEN l.status IN ('Cancelled', 'Rejected') THEN 'ended' ELSE 'open' END`,
	"a link is processing while an attempt is open": `SELECT COUNT(*) FROM links l JOIN checkout_sessions s ON s.id = l.session_id WHERE
		(l.status = 'Processing') <> EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = s.order_id AND a.state IN ('calling', 'pending', 'requires_action', 'unknown'))`,
	"a link is returned when all of its money is": `SELECT COUNT(*) FROM links l JOIN payments p ON p.id = l.payment_id WHERE
		(l.status = 'Returned') <> (p.refunded = p.charged)`,
	"an intent is what its checkout is": `SELECT COUNT(*) FROM payment_intents i JOIN checkout_sessions s ON s.id = i.session_id WHERE s.status <>
		CASE WHEN i.status IN ('Completed', 'RefundRequested', 'RefundFailed', 'Refunded') THEN 'used'
		WHEN i.status IN ('Failed', 'Cancelled', 'Expired') THEN 'ended' ELSE 'open' END`,
	"an intent in progress has an open attempt": `SELECT COUNT(*) FROM payment_intents i JOIN checkout_sessions s ON s.id = i.session_id WHERE i.status = 'InProgress'
		AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = s.order_id AND a.state IN ('calling', 'pending', 'requires_action', 'unknown'))`,
	"an intent is refunded when all of its money is": `SELECT COUNT(*) FROM payment_intents i JOIN payments p ON p.id = i.payment_id WHERE
		(i.status = 'Refunded') <> (p.refunded = p.charged)`,
	"an intent of which all is asked back says so": `SELECT COUNT(*) FROM payment_intents i JOIN payments p ON p.id = i.payment_id
		WHERE i.status IN ('Completed', 'RefundRequested') AND (i.status = 'RefundRequested') <> (p.charged <= p.refunded + p.refunding
			+ (SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.payment_id = p.id AND r.state = 'requested'))`,
	"a checkout of a cart is what its sale is": `SELECT COUNT(*) FROM cart_checkouts c JOIN checkout_sessions s ON s.id = c.session_id WHERE s.status <>
		CASE c.status WHEN 'succeeded' THEN 'used' WHEN 'cancelled' THEN 'ended' ELSE 'open' END
		OR c.amount <> s.price OR c.failures > 3`,
	"a cart is submitted when its checkout succeeded": `SELECT COUNT(*) FROM carts c JOIN cart_checkouts k ON k.id = c.checkout_id WHERE
		(c.status = 'SUBMITTED') <> (k.status = 'succeeded') OR (k.order_id = '') <> (k.status <> 'succeeded')`,
	"an order costs what its checkout does": `SELECT COUNT(*) FROM orders o JOIN checkout_sessions s ON s.id = o.session_id
		WHERE s.dialect <> '' AND o.total <> s.price`,
}

func (m *market) check(rt *rapid.T) {
	m.world.check(rt)
	for promise, question := range brokenNouns {
		if n := m.Int(m.tb, question); n != 0 {
			rt.Errorf("%d times it is not so that %s", n, promise)
		}
	}
	m.checkTold(rt)
}

// checkTold looks at what was told of each intent: a chain without a gap whose
// end is the intent's own state.
func (m *market) checkTold(rt *rapid.T) {
	chains := map[intent.ID][]intent.Snapshot{}
	err := m.Core.View(context.Background(), func(r pay.Records) error {
		clear(chains)
		events, err := r.Events(pay.EventQuery{Store: m.Shop.Shop.ID, Env: pay.Test, Until: m.Clock.Now().Add(time.Hour), Limit: 1000})
		slices.SortStableFunc(events, func(a, b pay.StoredEvent) int { return cmp.Compare(a.Noun.Row, b.Noun.Row) })
		for _, event := range events {
			if event.Dialect != intent.Dialect {
				continue
			}
			told, err := intent.ReadSnapshot(event.Event)
			if err != nil {
				return err
			}
			if told.Changed {
				chains[told.Intent] = append(chains[told.Intent], told)
			}
		}
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	for which, chain := range chains {
		status := intent.Pending
		for _, told := range chain {
			if told.Before != status {
				rt.Errorf("intent %s: told %s → %s after %s", which, told.Before, told.Status, status)
			}
			status = told.Status
		}
		if n := m.Int(m.tb, `SELECT COUNT(*) FROM payment_intents WHERE id = $1 AND status = $2`, which, status); n != 1 {
			rt.Errorf("intent %s: told at last that it is %s, and it is not", which, status)
		}
	}
}
