package pay

import (
	"time"

	"tillway/internal/pay/ledger"
)

// Posting is a ledger transaction in its place and time.
type Posting struct {
	Store StoreID
	Env   Env
	At    time.Time
	ledger.Transaction
}

type ledgerRecords interface {
	// Post writes a posting; (kind, fact) is unique, and a second one is a
	// broken invariant that poisons the transaction.
	Post(Posting)
}

// post checks that a transaction is sound before it is written.
func post(tx Tx, store StoreID, env Env, at time.Time, t ledger.Transaction, err error) error {
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return err
	}
	tx.Post(Posting{Store: store, Env: env, At: at, Transaction: t})
	return nil
}
