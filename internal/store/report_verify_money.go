package store

import (
	"context"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/sqldb"
)

// A payment is late when its money came by a late capture that was honoured:
// none of its attempts succeeded in time.
const selectPaymentFacts = `SELECT p.id, p.store_id, p.env, p.status, p.connector, p.currency, p.amount, p.tax, p.charged,
	p.refunded, p.refunding, p.refund_tax, p.fee, p.fee_words,
	(SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
		WHERE r.payment_id = p.id AND r.origin = 'sale' AND r.state = 'succeeded'),
	(SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
		WHERE r.payment_id = p.id AND r.origin = 'sale' AND r.state IN ('approved', 'pending', 'unknown')),
	(SELECT CAST(COALESCE(SUM(r.tax), 0) AS BIGINT) FROM refunds r
		WHERE r.payment_id = p.id AND r.origin = 'sale' AND r.state IN ('approved', 'pending', 'unknown', 'succeeded')),
	NOT EXISTS (SELECT 1 FROM attempts a WHERE a.payment_id = p.id AND a.state = 'succeeded')
	AND EXISTS (SELECT 1 FROM attempts a WHERE a.payment_id = p.id AND a.state = 'captured_late')
	FROM payments p WHERE p.id > $1 ORDER BY p.id LIMIT $2`

// Payments pages through payments.
func (f Facts) Payments(ctx context.Context, after string, limit int) ([]report.PaymentFact, error) {
	return page(ctx, f,
		func(row sqldb.Row) (fact report.PaymentFact, err error) {
			var currency money.Currency
			var asked, tax, charged, refunded, refunding, refundTax, fee int64
			err = row.Scan(&fact.ID, &fact.Store, &fact.Env, &fact.Status, &fact.Connector, &currency,
				&asked, &tax, &charged, &refunded, &refunding, &refundTax, &fee, &fact.FeeWords,
				&fact.SumRefunded, &fact.SumRefunding, &fact.SumRefundTax, &fact.Late)
			fact.Amount, fact.Tax = money.New(asked, currency), money.New(tax, currency)
			fact.Charged, fact.RefundTax, fact.Fee = money.New(charged, currency), money.New(refundTax, currency), money.New(fee, currency)
			fact.Refunded, fact.Refunding = money.New(refunded, currency), money.New(refunding, currency)
			return fact, err
		},
		func(fact report.PaymentFact) string { return string(fact.ID) },
		func(fact *report.PaymentFact, posted []report.Posted) { fact.Posted = posted },
		selectPaymentFacts, after, limit)
}

// What belongs to a late capture is summed up only for late captures: they are
// few, and no other attempt may have it.
const attemptFacts = `SELECT a.id, a.store_id, a.env, a.payment_id, a.connector, a.provider_id, a.state, a.captured, a.captured_in,
	a.called_at, a.watch_until,
	EXISTS (SELECT 1 FROM timers t WHERE t.kind = '` + inquiryTimer + `' AND t.subject = a.id),
	EXISTS (SELECT 1 FROM payments p WHERE p.id = a.payment_id AND p.status = 'succeeded')
		AND NOT EXISTS (SELECT 1 FROM attempts o WHERE o.payment_id = a.payment_id AND o.state = 'succeeded'),
	CASE WHEN a.state = 'captured_late' THEN
		(SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
			WHERE r.payment_id = a.payment_id AND r.attempt_id = a.id AND r.origin = 'late_capture') ELSE 0 END,
	CASE WHEN a.state = 'captured_late' THEN
		(SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r
			WHERE r.payment_id = a.payment_id AND r.attempt_id = a.id AND r.origin = 'late_capture'
			AND r.state = 'failed') ELSE 0 END,
	CASE WHEN a.state = 'captured_late' THEN
		(SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e
			WHERE e.account = 'suspense' AND e.currency = a.captured_in AND (e.fact_id = a.id
				OR (e.fact_id = a.payment_id AND e.kind = 'late_capture_honoured')
				OR e.fact_id IN (SELECT r.id FROM refunds r WHERE r.payment_id = a.payment_id AND r.attempt_id = a.id)))
		ELSE 0 END
	FROM attempts a `

const (
	selectAttemptFacts = attemptFacts + `WHERE a.id > $1 ORDER BY a.id LIMIT $2`
	selectAttemptFact  = attemptFacts + `WHERE a.id = $1`
)

// Attempts pages through attempts.
func (f Facts) Attempts(ctx context.Context, after string, limit int) ([]report.AttemptFact, error) {
	return page(ctx, f, scanAttemptFact, attemptFactID, attachAttempt, selectAttemptFacts, after, limit)
}

// Attempt reads one attempt.
func (f Facts) Attempt(ctx context.Context, id pay.AttemptID) (report.AttemptFact, bool, error) {
	return one(ctx, f, scanAttemptFact, attemptFactID, attachAttempt, selectAttemptFact, string(id))
}

func scanAttemptFact(row sqldb.Row) (fact report.AttemptFact, err error) {
	var currency money.Currency
	var captured, called, watch int64
	err = row.Scan(&fact.ID, &fact.Store, &fact.Env, &fact.Payment, &fact.Connector, &fact.ProviderID, &fact.State,
		&captured, &currency, &called, &watch, &fact.Timer, &fact.Honoured, &fact.Asked, &fact.Failed, &fact.InSuspense)
	fact.Captured = money.New(captured, currency)
	fact.CalledAt, fact.WatchUntil = sqldb.Moment(called), sqldb.Moment(watch)
	return fact, err
}

func attemptFactID(fact report.AttemptFact) string { return string(fact.ID) }

func attachAttempt(fact *report.AttemptFact, posted []report.Posted) { fact.Posted = posted }

const refundFacts = `SELECT r.id, r.store_id, r.env, r.payment_id, r.attempt_id, r.origin, r.state, r.connector, r.currency, r.amount,
	r.tax, r.created_at, r.decided_at,
	EXISTS (SELECT 1 FROM timers t WHERE t.kind = '` + refundTimer + `' AND t.subject = r.id),
	(SELECT COUNT(*) FROM events e WHERE e.store_id = r.store_id AND e.env = r.env
		AND e.type IN ('refund.succeeded', 'refund.failed') AND e.event_key = r.id),
	(SELECT COUNT(*) FROM events e WHERE e.store_id = r.store_id AND e.env = r.env AND e.event_key = r.id
		AND e.type = CASE r.state WHEN 'succeeded' THEN 'refund.succeeded' WHEN 'failed' THEN 'refund.failed' ELSE '' END)
	FROM refunds r `

const (
	selectRefundFacts = refundFacts + `WHERE r.id > $1 ORDER BY r.id LIMIT $2`
	selectRefundFact  = refundFacts + `WHERE r.id = $1`
)

// Refunds pages through refunds.
func (f Facts) Refunds(ctx context.Context, after string, limit int) ([]report.RefundFact, error) {
	return page(ctx, f, scanRefundFact, refundFactID, attachRefund, selectRefundFacts, after, limit)
}

// Refund reads one refund.
func (f Facts) Refund(ctx context.Context, id pay.RefundID) (report.RefundFact, bool, error) {
	return one(ctx, f, scanRefundFact, refundFactID, attachRefund, selectRefundFact, string(id))
}

func scanRefundFact(row sqldb.Row) (fact report.RefundFact, err error) {
	var currency money.Currency
	var amount, tax, created, decided int64
	err = row.Scan(&fact.ID, &fact.Store, &fact.Env, &fact.Payment, &fact.Attempt, &fact.Origin, &fact.State, &fact.Connector,
		&currency, &amount, &tax, &created, &decided, &fact.Timer, &fact.Events, &fact.Told)
	fact.Amount, fact.Tax = money.New(amount, currency), money.New(tax, currency)
	fact.CreatedAt, fact.DecidedAt = sqldb.Moment(created), sqldb.Moment(decided)
	return fact, err
}

func refundFactID(fact report.RefundFact) string { return string(fact.ID) }

func attachRefund(fact *report.RefundFact, posted []report.Posted) { fact.Posted = posted }
