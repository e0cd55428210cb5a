package sqldbtest

import (
	"context"

	"tillway/internal/sqldb"
)

// Losing is a database whose connection is lost right behind a commit, when Next
// asks for it.
type Losing struct {
	sqldb.DB
	Next bool // lose the next one; false again once that was done
}

// Write is DB's.
func (l *Losing) Write(ctx context.Context, fn func(sqldb.Tx) error) error {
	err := l.DB.Write(ctx, fn)
	if l.Next && err == nil {
		l.Next, err = false, sqldb.ErrUnknownCommit
	}
	return err
}
