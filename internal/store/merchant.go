package store

import (
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const merchantColumns = `id, email, name, created_at`

var errMerchantNotFound = fault.New(fault.NotFound, "merchant_not_found", "Merchant not found")

func scanMerchant(row sqldb.Row) (m pay.Merchant, err error) {
	var created int64
	err = row.Scan(&m.ID, &m.Email, &m.Name, &created)
	m.CreatedAt = sqldb.Moment(created)
	return m, absent(err, errMerchantNotFound)
}

const selectMerchant = `SELECT ` + merchantColumns + ` FROM merchants WHERE id = $1`

// Merchant reads one merchant.
func (r records) Merchant(id pay.MerchantID) (pay.Merchant, error) {
	return scanMerchant(r.QueryRow(selectMerchant, id))
}

const selectMerchantByEmail = `SELECT ` + merchantColumns + ` FROM merchants WHERE email = $1`

// MerchantByEmail finds a merchant by its lower-case address.
func (r records) MerchantByEmail(email string) (pay.Merchant, error) {
	return scanMerchant(r.QueryRow(selectMerchantByEmail, email))
}

const insertMerchant = `INSERT INTO merchants (` + merchantColumns + `) VALUES ($1, $2, $3, $4)`

// InsertMerchant writes a new merchant.
func (r records) InsertMerchant(m pay.Merchant) {
	r.tx.Exec(insertMerchant, m.ID, m.Email, m.Name, sqldb.Micros(m.CreatedAt))
}

// LockMerchant changes nothing and holds the row.
func (r records) LockMerchant(id pay.MerchantID) { r.tx.Exec(lockMerchant, id) }
