package manual

import (
	"context"
	"errors"

	"tillway/internal/money"
	"tillway/internal/sqldb"
)

// book is the connector's durable memory. What its methods return is durable.
type book struct{ db sqldb.DB }

// errUnknown says that the book has no such entry.
var errUnknown = errors.New("manual: unknown reference")

const entryColumns = `reference, kind, charge_reference, code, env, currency, amount, returning_amount, instructions, state,
	decided_by, note, created_at, decided_at`

const (
	insertEntry = `INSERT INTO manual_entries (` + entryColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (reference) DO NOTHING`
	selectEntry  = `SELECT ` + entryColumns + ` FROM manual_entries WHERE reference = $1`
	selectByCode = `SELECT ` + entryColumns + ` FROM manual_entries WHERE code = $1`
	sumReturned  = `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM manual_entries WHERE charge_reference = $1 AND state = $2`
	// decideEntry is guarded by the state, so that a word is given once.
	decideEntry = `UPDATE manual_entries SET state = $2, decided_by = $3, note = $4, decided_at = $5
	WHERE reference = $1 AND state = $6`
	// reserveReturn is the guard of a refund: what is asked back fits into what came.
	reserveReturn = `UPDATE manual_entries SET returning_amount = returning_amount + $1
	WHERE reference = $2 AND state = $3 AND amount - returning_amount >= $1`
	releaseReturn = `UPDATE manual_entries SET returning_amount = returning_amount - $1 WHERE reference = $2`
)

// keep inserts an entry unless its reference is taken; fresh says which.
func (b book) keep(ctx context.Context, entry Entry) (fresh bool, err error) {
	err = b.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		fresh, err = insert(tx, entry)
		return err
	})
	return fresh, err
}

// find reads one entry, or errUnknown.
func (b book) find(ctx context.Context, reference string) (entry Entry, err error) {
	err = b.db.Read(ctx, func(q sqldb.Querier) (err error) {
		entry, err = find(q, reference)
		return err
	})
	return entry, err
}

// findWithReturned also tells how much of a charge went back.
func (b book) findWithReturned(ctx context.Context, reference string) (entry Entry, returned money.Amount, err error) {
	err = b.db.Read(ctx, func(q sqldb.Querier) (err error) {
		if entry, err = find(q, reference); err != nil {
			return err
		}
		var minor int64
		err = q.QueryRow(sumReturned, reference, Confirmed).Scan(&minor)
		returned = money.New(minor, entry.Amount.Currency())
		return err
	})
	return entry, returned, err
}

func find(q sqldb.Querier, reference string) (Entry, error) {
	return scanEntry(q.QueryRow(selectEntry, reference))
}

// insert reports whether the entry is new.
func insert(tx sqldb.Tx, e Entry) (bool, error) {
	rows, err := tx.Count(insertEntry, e.Reference, e.Kind, e.ChargeReference, e.Code, e.Environment, e.Amount.Currency(),
		e.Amount.Minor(), e.Returning.Minor(), e.Instructions, e.State, e.DecidedBy, e.Note, sqldb.Micros(e.CreatedAt), sqldb.Micros(e.DecidedAt))
	return rows == 1, err
}

func scanEntry(row sqldb.Row) (e Entry, err error) {
	var currency money.Currency
	var amount, returning, created, decided int64
	err = row.Scan(&e.Reference, &e.Kind, &e.ChargeReference, &e.Code, &e.Environment, &currency, &amount, &returning,
		&e.Instructions, &e.State, &e.DecidedBy, &e.Note, &created, &decided)
	if errors.Is(err, sqldb.ErrNoRows) {
		return Entry{}, errUnknown
	}
	if err != nil {
		return Entry{}, err
	}
	e.Amount, e.Returning = money.New(amount, currency), money.New(returning, currency)
	e.CreatedAt, e.DecidedAt = sqldb.Moment(created), sqldb.Moment(decided)
	return e, nil
}
