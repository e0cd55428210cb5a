package store

import (
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const (
	insertLedgerTransaction = `INSERT INTO ledger_transactions (kind, fact_id, store_id, env, created_at) VALUES ($1, $2, $3, $4, $5)`
	insertLedgerEntry       = `INSERT INTO ledger_entries (fact_id, kind, line, store_id, env, account, currency, amount)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// Post appends one ledger transaction. Its primary key (fact, kind) refuses a
// second posting of the same fact.
func (r records) Post(p pay.Posting) {
	r.tx.Exec(insertLedgerTransaction, p.Kind, p.FactID, p.Store, p.Env, sqldb.Micros(p.At))
	for line, entry := range p.Entries {
		r.tx.Exec(insertLedgerEntry, p.FactID, p.Kind, line+1, p.Store, p.Env, entry.Account,
			entry.Amount.Currency(), entry.Amount.Minor())
	}
}
