package store

import (
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// Links implements link.Records on the transaction below pay's records.
func Links(r pay.Records) link.Records { return linkRecords{TxOf(r)} }

// linkRecords implements link.Records.
type linkRecords struct{ sqldb.Tx }

var _ link.Records = linkRecords{}

const linkColumns = `id, code, store_id, env, reference, currency, total, lines, parameter, webhook_url, callback_id, redirection, expires_in,
	status, session_id, order_id, payment_id, method, processor, version, created_at, updated_at, expires_at, completed_at`

func scanLink(row sqldb.Row) (l link.Link, err error) {
	var currency money.Currency
	var total, created, updated, expires, completed int64
	var lines string
	err = row.Scan(&l.ID, &l.Code, &l.Store, &l.Env, &l.Reference, &currency, &total, &lines, &l.Parameter, &l.WebhookURL, &l.Callback,
		&l.Redirection, &l.ExpiresIn, &l.Status, &l.Session, &l.Order, &l.Payment, &l.Method, &l.Processor, &l.Row,
		&created, &updated, &expires, &completed)
	if err != nil {
		return link.Link{}, absent(err, link.ErrNotFound)
	}
	l.Total = money.New(total, currency)
	l.CreatedAt, l.UpdatedAt = sqldb.Moment(created), sqldb.Moment(updated)
	l.ExpiresAt, l.CompletedAt = sqldb.Moment(expires), sqldb.Moment(completed)
	return l, fromJSON(lines, &l.Lines)
}

const selectLink = `SELECT ` + linkColumns + ` FROM links WHERE id = $1`

// Link reads one link.
func (r linkRecords) Link(id link.ID) (link.Link, error) { return scanLink(r.QueryRow(selectLink, id)) }

const selectLinkByReference = `SELECT ` + linkColumns + ` FROM links WHERE store_id = $1 AND reference = $2`

// LinkByReference finds a store's link by the merchant's name for it.
func (r linkRecords) LinkByReference(store pay.StoreID, reference string) (link.Link, error) {
	return scanLink(r.QueryRow(selectLinkByReference, store, reference))
}

const selectLinkByCode = `SELECT ` + linkColumns + ` FROM links WHERE code = $1`

// LinkByCode finds a link by its short code.
func (r linkRecords) LinkByCode(code string) (link.Link, error) {
	return scanLink(r.QueryRow(selectLinkByCode, code))
}

const selectLinkOfSession = `SELECT ` + linkColumns + ` FROM links WHERE session_id = $1`

// LinkOfSession finds the link that a checkout session stands for.
func (r linkRecords) LinkOfSession(session pay.SessionID) (link.Link, error) {
	return scanLink(r.QueryRow(selectLinkOfSession, session))
}

const insertLink = `INSERT INTO links (` + linkColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
	ON CONFLICT (store_id, reference) DO NOTHING`

// InsertLink writes a new link unless the store has one of that reference.
func (r linkRecords) InsertLink(l link.Link) (fresh bool, err error) {
	lines := ""
	if len(l.Lines) > 0 {
		lines = toJSON(l.Lines)
	}
	n, err := r.Count(insertLink, l.ID, l.Code, l.Store, l.Env, l.Reference, l.Total.Currency(), l.Total.Minor(), lines, l.Parameter,
		l.WebhookURL, l.Callback, l.Redirection, l.ExpiresIn, l.Status, l.Session, l.Order, l.Payment, l.Method, l.Processor,
		l.Row, sqldb.Micros(l.CreatedAt), sqldb.Micros(l.UpdatedAt), sqldb.Micros(l.ExpiresAt), sqldb.Micros(l.CompletedAt))
	return n == 1, err
}

const updateLink = `UPDATE links SET status = $3, order_id = $4, payment_id = $5, method = $6, processor = $7,
	updated_at = $8, completed_at = $9, version = version + 1 WHERE id = $1 AND version = $2`

// UpdateLink writes what may change of a link if nobody else has since it was
// read.
func (r linkRecords) UpdateLink(l link.Link) {
	r.ExecOne(updateLink, l.ID, l.Row, l.Status, l.Order, l.Payment, l.Method, l.Processor,
		sqldb.Micros(l.UpdatedAt), sqldb.Micros(l.CompletedAt))
}
