package store

import (
	"context"
	"errors"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// errAway is the answer to a caller whose work needs a database that is away.
var errAway = fault.New(fault.Unavailable, "database_unavailable", "The database does not answer; nothing was done").
	WithHint("Try again in a few seconds")

// answering is a database whose silence is told as a fault of kind Unavailable:
// it is no mistake of the caller, none of ours, and passes.
type answering struct{ sqldb.DB }

func (a answering) Read(ctx context.Context, fn func(sqldb.Querier) error) error {
	return silence(a.DB.Read(ctx, fn))
}

func (a answering) Write(ctx context.Context, fn func(sqldb.Tx) error) error {
	return silence(a.DB.Write(ctx, fn))
}

func silence(err error) error {
	switch {
	case errors.Is(err, sqldb.ErrUnknownCommit):
		return pay.ErrUnknownCommit.WithCause(err)
	case errors.Is(err, sqldb.ErrUnavailable), errors.Is(err, sqldb.ErrClosed):
		return errAway.WithCause(err)
	}
	return err
}
