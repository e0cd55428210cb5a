package store

import (
	"context"
	"errors"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

// Store implements pay.DB.
type Store struct {
	db   sqldb.DB
	keys *seal.Keyring
}

// New makes a Store over a migrated database.
func New(db sqldb.DB, keys *seal.Keyring) *Store { return &Store{db: answering{db}, keys: keys} }

// Write runs fn in one transaction until it commits.
func (s *Store) Write(ctx context.Context, fn func(pay.Records) error) error {
	return s.db.Write(ctx, func(tx sqldb.Tx) error { return fn(records{Querier: tx, tx: tx, keys: s.keys}) })
}

// Read runs fn on one snapshot. A writer called inside it panics: it is a
// defect of the caller.
func (s *Store) Read(ctx context.Context, fn func(pay.Records) error) error {
	return s.db.Read(ctx, func(q sqldb.Querier) error { return fn(records{Querier: q, keys: s.keys}) })
}

// records implements pay.Records on one transaction. tx is nil in a Read.
type records struct {
	sqldb.Querier
	tx   sqldb.Tx
	keys *seal.Keyring
}

// TxOf is the transaction below records that this package made. It lets other
// ports (webhook endpoints, deliveries) work in the same transaction.
func TxOf(r pay.Records) sqldb.Tx {
	own := r.(records)
	if own.tx == nil {
		return snapshot{Querier: own.Querier}
	}
	return own.tx
}

// snapshot is the transaction of a Read. It has no writers: a call of one
// panics, as it does on the records themselves.
type snapshot struct {
	sqldb.Querier
	writers
}

type writers interface {
	Exec(sql string, args ...any)
	ExecOne(sql string, args ...any)
	Count(sql string, args ...any) (int64, error)
	OnCommit(fn func())
}

// OnCommit runs fn after the commit is durable.
func (r records) OnCommit(fn func()) { r.tx.OnCommit(fn) }

// absent turns an empty row into the noun's own fault.
func absent(err error, missing *fault.Error) error {
	if errors.Is(err, sqldb.ErrNoRows) {
		return missing
	}
	return err
}
