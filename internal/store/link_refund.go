package store

import (
	"slices"

	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// linkRefundColumns are of both tables: what Wayl knows, and the core's row.
const linkRefundColumns = `l.id, l.store_id, l.link_id, l.reference, l.method, l.account, l.created_at, r.currency, r.amount, r.reason, r.asked_by, r.state
	FROM link_refunds l JOIN refunds r ON r.id = l.id`

func scanLinkRefund(row sqldb.Row) (f link.Refund, err error) {
	var currency money.Currency
	var amount, created int64
	err = row.Scan(&f.ID, &f.Store, &f.Link, &f.Reference, &f.Method, &f.Account, &created, &currency, &amount, &f.Reason, &f.AskedBy, &f.State)
	f.Amount, f.CreatedAt = money.New(amount, currency), sqldb.Moment(created)
	return f, absent(err, link.ErrRefundNotFound)
}

const selectLinkRefund = `SELECT ` + linkRefundColumns + ` WHERE l.id = $1`

// Refund reads one refund.
func (r linkRecords) Refund(id pay.RefundID) (link.Refund, error) {
	return scanLinkRefund(r.QueryRow(selectLinkRefund, id))
}

const (
	selectLinkRefunds = `SELECT ` + linkRefundColumns + ` WHERE l.store_id = $1
	AND r.state IN ($4, $5, $6, $7, $8, $9, $10, $11) ORDER BY l.created_at DESC, l.id DESC LIMIT $2 OFFSET $3`
	selectLinkRefundsOfOne = `SELECT ` + linkRefundColumns + ` WHERE l.store_id = $1 AND l.reference = $12
	AND r.state IN ($4, $5, $6, $7, $8, $9, $10, $11) ORDER BY l.created_at DESC, l.id DESC LIMIT $2 OFFSET $3`
)

// Refunds lists a store's refunds, newest first. The list of states is filled up
// with states that no refund has.
func (r linkRecords) Refunds(query link.RefundQuery) ([]link.Refund, error) {
	wanted := query.Statuses
	if len(wanted) == 0 {
		wanted = link.RefundStatuses()
	}
	var states []pay.RefundState
	for _, status := range wanted {
		states = append(states, status.States()...)
	}
	args := []any{query.Store, query.Take, query.Skip}
	for _, state := range pay.RefundStates() {
		if !slices.Contains(states, state) {
			state = ""
		}
		args = append(args, state)
	}
	if query.Reference == "" {
		return list(r.Tx, scanLinkRefund, selectLinkRefunds, args...)
	}
	return list(r.Tx, scanLinkRefund, selectLinkRefundsOfOne, append(args, query.Reference)...)
}

const insertLinkRefund = `INSERT INTO link_refunds (id, store_id, link_id, reference, method, account, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`

// InsertRefund writes what the core does not keep, unless it is written.
func (r linkRecords) InsertRefund(f link.Refund) {
	r.Exec(insertLinkRefund, f.ID, f.Store, f.Link, f.Reference, f.Method, f.Account, sqldb.Micros(f.CreatedAt))
}
