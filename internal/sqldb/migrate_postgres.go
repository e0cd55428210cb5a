package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

const (
	// A node looks this often, and so many times, whether another has finished
	// migrating: five minutes in all.
	lockInterval = 250 * time.Millisecond
	lockTries    = 1200
	// lockRaces is how often making the lock's own table may lose against
	// another node that makes it at the same moment.
	lockRaces = 5
)

func (db *postgresDB) target() (*target, error) {
	config := db.pool.Config().ConnConfig.Copy()
	// The handle lives for a few statements; prepared ones are not worth it.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	handle := stdlib.OpenDB(*config)
	return &target{
		dialect: goose.DialectPostgres,
		db:      handle,
		lock:    func(ctx context.Context) (func() error, error) { return lockPostgres(ctx, handle) },
		backup:  func(context.Context, int64, int64, *slog.Logger) error { return nil },
		check:   func(context.Context) error { return nil },
	}, nil
}

// lockPostgres takes the migration lock, a row with a lease in a table: it
// works through a connection pooler and lapses when its holder dies, unlike an
// advisory lock.
func lockPostgres(ctx context.Context, db *sql.DB) (unlock func() error, err error) {
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableLockTimeout(lockInterval, lockTries),
		lock.WithTableLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		return nil, err
	}
	for race := 1; ; race++ {
		err = locker.Lock(ctx, db)
		if err == nil {
			return func() error { return locker.Unlock(ctx, db) }, nil
		}
		if race == lockRaces || !madeTwice(err) {
			return nil, err
		}
	}
}

// madeTwice reports the errors with which CREATE TABLE IF NOT EXISTS fails
// while another session makes the same table.
func madeTwice(err error) bool {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return false
	}
	switch server.Code {
	case "23505", "42P07", "42710": // unique violation in the catalog, duplicate table, duplicate object
		return true
	}
	return false
}
