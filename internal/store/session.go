package store

import (
	"strings"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const sessionColumns = `id, store_id, env, product_id, version_id, status, currency, price, tax_category, buyer_email, identity,
	billing, success_url, language, dark_mode, metadata, external_id, methods, order_id, version, created_at, expires_at, completed_at,
	dialect, item, form, buyer, cancel_url`

const selectSession = `SELECT ` + sessionColumns + ` FROM checkout_sessions WHERE id = $1`

// Session reads one checkout session.
func (r records) Session(id pay.SessionID) (pay.Session, error) {
	return scanSession(r.QueryRow(selectSession, id))
}

func scanSession(row sqldb.Row) (s pay.Session, err error) {
	var price, created, expires, completed int64
	var currency money.Currency
	var billing, methods, item, buyer string
	err = row.Scan(&s.ID, &s.Store, &s.Env, &s.Product, &s.Version, &s.Status, &currency, &price,
		&s.Price.TaxCategory, &s.BuyerEmail, &s.Identity, &billing, &s.SuccessURL, &s.Language, &s.DarkMode, &s.Metadata,
		&s.ExternalID, &methods, &s.Order, &s.Row, &created, &expires, &completed,
		&s.Dialect, &item, &s.Form, &buyer, &s.CancelURL)
	if err != nil {
		return s, absent(err, pay.ErrSessionNotFound)
	}
	s.Price.Amount = money.New(price, currency)
	s.CreatedAt, s.ExpiresAt, s.CompletedAt = sqldb.Moment(created), sqldb.Moment(expires), sqldb.Moment(completed)
	for _, m := range strings.Fields(methods) {
		s.Methods = append(s.Methods, connector.Method(m))
	}
	if err := fromJSON(billing, &s.Billing); err != nil {
		return s, err
	}
	if err := fromJSON(item, &s.Item); err != nil {
		return s, err
	}
	return s, fromJSON(buyer, &s.Buyer)
}

const insertSession = `INSERT INTO checkout_sessions (` + sessionColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
		$24, $25, $26, $27, $28)`

// InsertSession writes a new session.
func (r records) InsertSession(s pay.Session) {
	methods := make([]string, len(s.Methods))
	for i, m := range s.Methods {
		methods[i] = string(m)
	}
	r.tx.Exec(insertSession, s.ID, s.Store, s.Env, s.Product, s.Version, s.Status, s.Price.Amount.Currency(), s.Price.Amount.Minor(),
		s.Price.TaxCategory, s.BuyerEmail, s.Identity, encodeBilling(s.Billing), s.SuccessURL, s.Language, s.DarkMode, s.Metadata,
		s.ExternalID, strings.Join(methods, " "), s.Order, s.Row, sqldb.Micros(s.CreatedAt), sqldb.Micros(s.ExpiresAt), sqldb.Micros(s.CompletedAt),
		s.Dialect, encodeKnown(s.Item), s.Form, encodeKnown(s.Buyer), s.CancelURL)
}

const updateSession = `UPDATE checkout_sessions SET status = $3, identity = $4, order_id = $5, completed_at = $6,
	version = version + 1 WHERE id = $1 AND version = $2`

// UpdateSession writes what may change of a session if nobody else has since
// it was read.
func (r records) UpdateSession(s pay.Session) {
	r.tx.ExecOne(updateSession, s.ID, s.Row, s.Status, s.Identity, s.Order, sqldb.Micros(s.CompletedAt))
}

// encodeKnown keeps "nothing is known" as "".
func encodeKnown[T comparable](value T) string {
	var nothing T
	if value == nothing {
		return ""
	}
	return toJSON(value)
}

const repriceSession = `UPDATE checkout_sessions SET price = $3, version = version + 1 WHERE id = $1 AND version = $2`

// RepriceSession writes a sale's price if nobody else wrote the session since it
// was read.
func (r records) RepriceSession(s pay.Session) {
	r.tx.ExecOne(repriceSession, s.ID, s.Row, s.Price.Amount.Minor())
}

// encodeBilling keeps "not given" as "".
func encodeBilling(b pay.Billing) string {
	if !b.IsSet() {
		return ""
	}
	return toJSON(b)
}
