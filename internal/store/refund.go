package store

import (
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const refundColumns = `id, store_id, env, payment_id, attempt_id, origin, state, connector, provider_id, currency, amount, reason,
	version, created_at, updated_at, done_at`

var errRefundNotFound = fault.New(fault.NotFound, "refund_not_found", "Refund not found")

const selectRefund = `SELECT ` + refundColumns + ` FROM refunds WHERE id = $1`

// Refund reads one refund.
func (r records) Refund(id pay.RefundID) (f pay.Refund, err error) {
	var currency money.Currency
	var asked, created, updated, done int64
	err = r.QueryRow(selectRefund, id).Scan(&f.ID, &f.Store, &f.Env, &f.Payment, &f.Attempt, &f.Origin, &f.State, &f.Connector,
		&f.ProviderID, &currency, &asked, &f.Reason, &f.Row, &created, &updated, &done)
	f.Amount = money.New(asked, currency)
	f.CreatedAt, f.UpdatedAt, f.DoneAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(done)
	return f, absent(err, errRefundNotFound)
}

const insertRefund = `INSERT INTO refunds (` + refundColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// InsertRefund writes a new refund.
func (r records) InsertRefund(f pay.Refund) {
	r.tx.Exec(insertRefund, f.ID, f.Store, f.Env, f.Payment, f.Attempt, f.Origin, f.State, f.Connector, f.ProviderID,
		f.Amount.Currency(), f.Amount.Minor(), f.Reason, f.Row, sqldb.Micros(f.CreatedAt), sqldb.Micros(f.UpdatedAt), sqldb.Micros(f.DoneAt))
}

const updateRefund = `UPDATE refunds SET state = $3, provider_id = $4, reason = $5, updated_at = $6, done_at = $7,
	version = version + 1 WHERE id = $1 AND version = $2`

// UpdateRefund writes what may change of a refund if nobody else has since it
// was read.
func (r records) UpdateRefund(f pay.Refund) {
	r.tx.ExecOne(updateRefund, f.ID, f.Row, f.State, f.ProviderID, f.Reason, sqldb.Micros(f.UpdatedAt), sqldb.Micros(f.DoneAt))
}
