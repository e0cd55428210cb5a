package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"

	"tillway/internal/fault"
)

// Migrate brings the database to the newest of the migrations, each in a
// transaction of its own, and returns the versions before and after. On
// PostgreSQL nodes that start together take turns by a lock in a table; SQLite
// data is backed up next to its file before anything changes it.
//
// A database of a newer version is refused with a fault of kind State and code
// "database_newer" and is not touched.
func Migrate(ctx context.Context, db DB, migrations fs.FS, log *slog.Logger) (from, to int64, err error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	target, err := targetOf(db)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, target.db.Close()) }()
	unlock, err := target.lock(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("sqldb: lock for migration: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()

	provider, err := target.provider(migrations)
	if err != nil {
		return 0, 0, err
	}
	from, to, err = provider.GetVersions(ctx)
	switch {
	case err != nil:
		return 0, 0, fmt.Errorf("sqldb: read database version: %w", err)
	case from > to:
		return from, from, newerVersion(from, to)
	case from == to:
		return from, to, nil
	}
	if from > 0 {
		if err := target.backup(ctx, from, to, log); err != nil {
			return from, from, err
		}
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return from, from, fmt.Errorf("sqldb: migrate from version %d to %d: %w", from, to, err)
	}
	for _, result := range results {
		log.Info("database migrated", "version", result.Source.Version, "took_ms", result.Duration.Milliseconds())
	}
	return from, to, target.check(ctx)
}

// Version is the version of the database and the newest one that migrations
// know. A new database is of version 0.
func Version(ctx context.Context, db DB, migrations fs.FS) (current, newest int64, err error) {
	target, err := targetOf(db)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, target.db.Close()) }()
	provider, err := target.provider(migrations)
	if err != nil {
		return 0, 0, err
	}
	current, newest, err = provider.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("sqldb: read database version: %w", err)
	}
	return current, newest, nil
}

func newerVersion(have, know int64) error {
	return fault.New(fault.State, "database_newer",
		fmt.Sprintf("The database is of version %d, and this program knows versions up to %d only.", have, know)).
		WithHint("Start the newer Tillway that has written this database, or restore the backup made before its upgrade.")
}

// target is what a migration needs from an engine: a handle of database/sql
// beside the pool, and the engine's ways to be safe.
type target struct {
	dialect goose.Dialect
	db      *sql.DB
	lock    func(ctx context.Context) (unlock func() error, err error)
	backup  func(ctx context.Context, from, to int64, log *slog.Logger) error
	check   func(ctx context.Context) error
}

func targetOf(db DB) (*target, error) {
	switch db := db.(type) {
	case *sqliteDB:
		return db.target()
	case *postgresDB:
		return db.target()
	}
	return nil, fmt.Errorf("sqldb: a %T cannot be migrated", db)
}

func (t *target) provider(migrations fs.FS) (*goose.Provider, error) {
	provider, err := goose.NewProvider(t.dialect, t.db, migrations,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("sqldb: read migrations: %w", err)
	}
	return provider, nil
}
