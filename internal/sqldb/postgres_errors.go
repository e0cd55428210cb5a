package sqldb

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	// errConnectionLost is a connection lost before COMMIT was sent: nothing
	// was committed and the closure can run again on another connection.
	errConnectionLost = fmt.Errorf("%w: connection lost", ErrUnavailable)
	// errStaleStatement is a prepared statement that the server no longer
	// takes, because a table has changed under it or a proxy has dropped it.
	errStaleStatement = errors.New("sqldb: prepared statement out of date")
)

// SQLSTATE codes that decide what happens next.
const (
	stateSerializationFailure = "40001"
	stateDeadlockDetected     = "40P01"
	stateUniqueViolation      = "23505"
	stateFeatureNotSupported  = "0A000" // "cached plan must not change result type"
	stateNoSuchStatement      = "26000"
	stateUnknownTransaction   = "08007"
	stateUnknownCompletion    = "40003"
)

// classify gives an error of the server or of the connection its meaning.
// committing is true when COMMIT had been sent.
func classify(err error, committing bool) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return lost(err, committing)
	}
	switch server.Code {
	case stateSerializationFailure, stateDeadlockDetected, stateUniqueViolation:
		// A key that is there was often not there when the closure looked.
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case stateFeatureNotSupported, stateNoSuchStatement:
		return fmt.Errorf("%w: %w", errStaleStatement, err)
	case stateUnknownTransaction, stateUnknownCompletion:
		return lost(err, committing)
	}
	// A session that the server ends says so with a message instead of just
	// closing; whether it did so before or after the commit, it does not say.
	if server.SeverityUnlocalized == "FATAL" || server.SeverityUnlocalized == "PANIC" {
		return lost(err, committing)
	}
	return err
}

func lost(err error, committing bool) error {
	if committing && !pgconn.SafeToRetry(err) {
		return fmt.Errorf("%w: %w", ErrUnknownCommit, err)
	}
	return fmt.Errorf("%w: %w", errConnectionLost, err)
}
