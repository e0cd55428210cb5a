package store

import (
	"context"
	"errors"
	"fmt"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/ledger"
	"tillway/internal/report"
	"tillway/internal/sqldb"
)

// Facts implements report.Facts. Every page is one snapshot of a few bounded
// queries along primary keys, whatever the size of the data.
type Facts struct{ db sqldb.DB }

var _ report.Facts = Facts{}

// NewFacts makes the port over a migrated database.
func NewFacts(db sqldb.DB) Facts { return Facts{db: answering{db}} }

// list runs a query of many rows and scans each.
func list[T any](q sqldb.Querier, scan func(sqldb.Row) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := q.Query(sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// page reads facts and what is posted for them in one snapshot.
func page[F any](
	ctx context.Context, f Facts, scan func(sqldb.Row) (F, error), id func(F) string,
	attach func(*F, []report.Posted), sql string, args ...any,
) (facts []F, err error) {
	err = f.db.Read(ctx, func(q sqldb.Querier) error {
		if facts, err = list(q, scan, sql, args...); err != nil || len(facts) == 0 || attach == nil {
			return err
		}
		posted, err := postedBetween(q, id(facts[0]), id(facts[len(facts)-1]))
		if err != nil {
			return err
		}
		for i := range facts {
			attach(&facts[i], posted[id(facts[i])])
		}
		return nil
	})
	if errors.Is(err, sqldb.ErrReadLimit) {
		return nil, fmt.Errorf("%w: %w", report.ErrSlowPage, err)
	}
	return facts, err
}

// A transaction without entries gives one row whose account is empty, and
// entries without their transaction are found by the second query.
const (
	selectPosted = `SELECT t.fact_id, t.kind, 1, t.store_id, t.env, COALESCE(e.store_id, t.store_id), COALESCE(e.env, t.env),
	COALESCE(e.account, ''), COALESCE(e.currency, ''), COALESCE(e.amount, 0)
	FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.fact_id = t.fact_id AND e.kind = t.kind
	WHERE t.fact_id >= $1 AND t.fact_id <= $2 ORDER BY t.fact_id, t.kind, e.line`
	selectHeadless = `SELECT e.fact_id, e.kind, 0, e.store_id, e.env, e.store_id, e.env, e.account, e.currency, e.amount
	FROM ledger_entries e WHERE e.fact_id >= $1 AND e.fact_id <= $2
	AND NOT EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.fact_id = e.fact_id AND t.kind = e.kind)
	ORDER BY e.fact_id, e.kind, e.line`
)

// postedLine is one entry beside what its transaction says of itself.
type postedLine struct {
	fact     string
	kind     ledger.Kind
	headed   int64
	scope    report.Scope
	entered  report.Scope
	account  ledger.Account
	currency money.Currency
	amount   int64
}

func scanPostedLine(row sqldb.Row) (l postedLine, err error) {
	err = row.Scan(&l.fact, &l.kind, &l.headed, &l.scope.Store, &l.scope.Env, &l.entered.Store, &l.entered.Env,
		&l.account, &l.currency, &l.amount)
	return l, err
}

// postedBetween gathers the transactions of the facts from first to last.
func postedBetween(q sqldb.Querier, first, last string) (map[string][]report.Posted, error) {
	lines, err := list(q, scanPostedLine, selectPosted, first, last)
	if err != nil {
		return nil, err
	}
	headless, err := list(q, scanPostedLine, selectHeadless, first, last)
	if err != nil {
		return nil, err
	}
	posted := map[string][]report.Posted{}
	for _, line := range append(lines, headless...) {
		of := posted[line.fact]
		if len(of) == 0 || of[len(of)-1].Kind != line.kind {
			of = append(of, report.Posted{
				Transaction: ledger.Transaction{Kind: line.kind, FactID: line.fact}, Scope: line.scope, Headed: line.headed == 1,
			})
		}
		current := &of[len(of)-1]
		current.Mixed = current.Mixed || line.entered != line.scope
		if line.account != "" {
			current.Entries = append(current.Entries,
				ledger.Entry{Account: line.account, Amount: money.New(line.amount, line.currency)})
		}
		posted[line.fact] = of
	}
	return posted, nil
}

const selectLedgerFacts = `SELECT f.fact_id,
	EXISTS (SELECT 1 FROM payments p WHERE p.id = f.fact_id) OR EXISTS (SELECT 1 FROM attempts a WHERE a.id = f.fact_id)
	OR EXISTS (SELECT 1 FROM refunds r WHERE r.id = f.fact_id)
	FROM (SELECT fact_id FROM (SELECT DISTINCT fact_id FROM ledger_transactions WHERE fact_id > $1 ORDER BY fact_id LIMIT $2) t
		UNION SELECT fact_id FROM (SELECT DISTINCT fact_id FROM ledger_entries WHERE fact_id > $1 ORDER BY fact_id LIMIT $2) e) f
	ORDER BY f.fact_id LIMIT $2`

// Ledger pages through everything posted.
func (f Facts) Ledger(ctx context.Context, after string, limit int) ([]report.LedgerFact, error) {
	return page(ctx, f,
		func(row sqldb.Row) (fact report.LedgerFact, err error) {
			err = row.Scan(&fact.ID, &fact.Known)
			return fact, err
		},
		func(fact report.LedgerFact) string { return fact.ID },
		func(fact *report.LedgerFact, posted []report.Posted) { fact.Posted = posted },
		selectLedgerFacts, after, limit)
}

// one reads a single fact of a page query that is given its id.
func one[F any](
	ctx context.Context, f Facts, scan func(sqldb.Row) (F, error), id func(F) string,
	attach func(*F, []report.Posted), sql, key string,
) (fact F, found bool, err error) {
	facts, err := page(ctx, f, scan, id, attach, sql, key)
	if err != nil || len(facts) == 0 {
		return fact, false, err
	}
	return facts[0], true, nil
}

// timerKinds are named in queries, so that a change of them is seen here.
const (
	inquiryTimer = string(pay.TimerInquiry)
	expiryTimer  = string(pay.TimerExpiry)
	refundTimer  = string(pay.TimerRefund)
)
