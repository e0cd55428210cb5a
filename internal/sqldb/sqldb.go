// Package sqldb runs portable SQL on two engines behind one Read and one
// Write: SQLite with group commit, and PostgreSQL through pgx. The write
// contract is DESIGN §2a; storetest proves each of its sentences on both.
//
// The package knows no table and no noun of Tillway.
package sqldb

import (
	"context"
	"errors"
)

// Engine names the database below.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database.
type DB interface {
	Engine() Engine
	// Read runs fn on one consistent snapshot that cannot write. It lives at
	// most two seconds; long readers page.
	Read(ctx context.Context, fn func(q Querier) error) error
	// Write runs fn in a transaction and returns when its commit is durable.
	// ctx is looked at only before admission: an admitted closure runs to its
	// end. fn may run several times, so it is free of side effects, mints
	// nothing and does no I/O of its own; what must follow a durable commit is
	// registered with Tx.OnCommit. A closure that calls Write waits for itself
	// on SQLite, for ever.
	//
	// A conflict (ErrConflict) runs fn again: up to sixteen times in all
	// on PostgreSQL, twice on SQLite, where nobody else writes in between.
	Write(ctx context.Context, fn func(tx Tx) error) error
	// Close waits for admitted closures and releases everything. A second call
	// is legal and does nothing.
	Close() error
}

// Querier reads. Statements use $1, $2 … in the PostgreSQL dialect; numbers may
// come out of order and repeat. A result is held in memory, so queries are
// bounded by LIMIT.
//
// Arguments are strings, integers, booleans, byte slices, types made of these,
// and pointers to them, of which nil is NULL. Times go in as BIGINT
// microseconds. Destinations of Scan are pointers to the same; a column that
// may be NULL is scanned into a pointer to a pointer.
type Querier interface {
	Query(sql string, args ...any) (Rows, error)
	QueryRow(sql string, args ...any) Row
}

// Tx is one closure's view of its transaction. The first failed statement
// poisons it: every later call returns the same error and nothing is
// committed. It must not be used after the closure returned.
type Tx interface {
	Querier
	// Exec buffers a write; it goes out with the next read, Count or the
	// commit, and its error surfaces there.
	Exec(sql string, args ...any)
	// ExecOne buffers a guarded write that must affect exactly one row. A miss
	// surfaces as ErrConflict at the flush and runs the closure again.
	ExecOne(sql string, args ...any)
	// Count flushes, runs a write at once and returns how many rows it
	// affected: for ON CONFLICT DO NOTHING and the like.
	Count(sql string, args ...any) (int64, error)
	// OnCommit registers fn to run once, after the commit is durable, on the
	// goroutine that called Write and before Write returns. A run that is
	// discarded discards its registrations.
	OnCommit(fn func())
}

// Rows iterates a result. Close is idempotent; Err tells why Next ended.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Row is a result of at most one row; Scan returns ErrNoRows when it is empty.
type Row interface {
	Scan(dest ...any) error
}

// Errors of the contract.
var (
	// ErrNoRows is returned by Row.Scan when there is no row. It does not
	// poison the transaction.
	ErrNoRows = errors.New("sqldb: no rows")
	// ErrConflict is a guard that missed (or 40001/40P01): the closure is run
	// again, and the error is returned only when it keeps missing.
	ErrConflict = errors.New("sqldb: conflict")
	// ErrUnavailable is a server that cannot be reached, or that was lost before
	// COMMIT was sent: nothing was committed, and it may be there again soon.
	ErrUnavailable = errors.New("sqldb: the database does not answer")
	// ErrUnknownCommit is a connection lost after COMMIT was sent: look the
	// command's own row up first, run again only if it is absent.
	ErrUnknownCommit = errors.New("sqldb: commit outcome unknown")
	// ErrReadLimit ends a Read that lived longer than two seconds.
	ErrReadLimit = errors.New("sqldb: read transaction over its two seconds: page it")
	// ErrClosed is returned by a database that is closing or closed.
	ErrClosed = errors.New("sqldb: closed")
)
