package store

import (
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const refundColumns = `id, store_id, env, payment_id, attempt_id, origin, state, connector, provider_id, currency, amount, tax, reason,
	external_id, asked_by, asker, decided_by, note, failure, version, created_at, updated_at, decided_at, done_at`

const selectRefund = `SELECT ` + refundColumns + ` FROM refunds WHERE id = $1`

// Refund reads one refund.
func (r records) Refund(id pay.RefundID) (pay.Refund, error) {
	f, err := scanRefund(r.QueryRow(selectRefund, id))
	return f, absent(err, pay.ErrRefundNotFound)
}

func scanRefund(row sqldb.Row) (f pay.Refund, err error) {
	var currency money.Currency
	var amount, tax, created, updated, decided, done int64
	err = row.Scan(&f.ID, &f.Store, &f.Env, &f.Payment, &f.Attempt, &f.Origin, &f.State, &f.Connector, &f.ProviderID, &currency,
		&amount, &tax, &f.Reason, &f.ExternalID, &f.AskedBy, &f.Asker, &f.DecidedBy, &f.Note, &f.Failure, &f.Row,
		&created, &updated, &decided, &done)
	f.Amount, f.Tax = money.New(amount, currency), money.New(tax, currency)
	f.CreatedAt, f.UpdatedAt = sqldb.Moment(created), sqldb.Moment(updated)
	f.DecidedAt, f.DoneAt = sqldb.Moment(decided), sqldb.Moment(done)
	return f, err
}

const (
	selectRefunds          = `SELECT ` + refundColumns + ` FROM refunds ORDER BY created_at DESC, id DESC LIMIT $1`
	selectRefundsInState   = `SELECT ` + refundColumns + ` FROM refunds WHERE state = $2 ORDER BY created_at DESC, id DESC LIMIT $1`
	selectRefundsOfPayment = `SELECT ` + refundColumns + ` FROM refunds
	WHERE payment_id = $2 AND ($3 = '' OR state = $3) ORDER BY created_at DESC, id DESC LIMIT $1`
	selectRefundsOfStore = `SELECT ` + refundColumns + ` FROM refunds
	WHERE store_id = $2 AND ($3 = '' OR state = $3) ORDER BY created_at DESC, id DESC LIMIT $1`
)

// Refunds lists the newest refunds of a payment, a store or all, in one state or
// in any.
func (r records) Refunds(query pay.RefundQuery) ([]pay.Refund, error) {
	switch {
	case query.Payment != "":
		return list(r.Querier, scanRefund, selectRefundsOfPayment, query.Limit, query.Payment, query.State)
	case query.Store != "":
		return list(r.Querier, scanRefund, selectRefundsOfStore, query.Limit, query.Store, query.State)
	case query.State != "":
		return list(r.Querier, scanRefund, selectRefundsInState, query.Limit, query.State)
	}
	return list(r.Querier, scanRefund, selectRefunds, query.Limit)
}

const sumRefundsRequested = `SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refunds WHERE payment_id = $1 AND state = 'requested'`

// RefundsRequested sums up what is asked of a payment and not decided.
func (r records) RefundsRequested(id pay.PaymentID) (minor int64, err error) {
	err = r.QueryRow(sumRefundsRequested, id).Scan(&minor)
	return minor, err
}

const insertRefund = `INSERT INTO refunds (` + refundColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`

// InsertRefund writes a new refund.
func (r records) InsertRefund(f pay.Refund) {
	r.tx.Exec(insertRefund, f.ID, f.Store, f.Env, f.Payment, f.Attempt, f.Origin, f.State, f.Connector, f.ProviderID,
		f.Amount.Currency(), f.Amount.Minor(), f.Tax.Minor(), f.Reason, f.ExternalID, f.AskedBy, f.Asker, f.DecidedBy, f.Note, f.Failure,
		f.Row, sqldb.Micros(f.CreatedAt), sqldb.Micros(f.UpdatedAt), sqldb.Micros(f.DecidedAt), sqldb.Micros(f.DoneAt))
}

const updateRefund = `UPDATE refunds SET state = $3, provider_id = $4, tax = $5, decided_by = $6, note = $7, failure = $8,
	updated_at = $9, decided_at = $10, done_at = $11, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateRefund writes what may change of a refund if nobody else has since it
// was read.
func (r records) UpdateRefund(f pay.Refund) {
	r.tx.ExecOne(updateRefund, f.ID, f.Row, f.State, f.ProviderID, f.Tax.Minor(), f.DecidedBy, f.Note, f.Failure,
		sqldb.Micros(f.UpdatedAt), sqldb.Micros(f.DecidedAt), sqldb.Micros(f.DoneAt))
}
