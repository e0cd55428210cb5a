package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

func (db *sqliteDB) target() (*target, error) {
	dsn, err := sqliteDSN(db.cfg.Path)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn + "&_busy_timeout=5000&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("sqldb: open %s: %w", db.cfg.Path, err)
	}
	handle := sql.OpenDB(connector)
	handle.SetMaxOpenConns(1)
	return &target{
		dialect: goose.DialectSQLite3,
		db:      handle,
		lock:    noLock,
		backup: func(ctx context.Context, from, to int64, log *slog.Logger) error {
			return backupSQLite(ctx, handle, db.cfg.Path, from, to, log)
		},
		check: func(ctx context.Context) error { return checkForeignKeys(ctx, handle) },
	}, nil
}

// noLock: who opens a SQLite database to change it holds its data directory.
func noLock(context.Context) (func() error, error) {
	return func() error { return nil }, nil
}

// backupSQLite writes a copy named with both versions next to the database. The
// name appears only when the copy is whole, so a leftover of an interrupted
// backup is never taken for one.
func backupSQLite(ctx context.Context, db *sql.DB, path string, from, to int64, log *slog.Logger) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("sqldb: back up before migration: %w", err)
		}
	}()
	copied := fmt.Sprintf("%s.v%d-before-v%d.backup", path, from, to)
	partial := copied + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(partial, nil, 0o600); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", partial); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := os.Rename(partial, copied); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	log.Info("database backed up before migration", "file", copied)
	return nil
}

// syncFile opens for writing, without which Windows does not sync.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// syncDir makes names durable. Windows does that by itself and refuses to be
// asked.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// checkForeignKeys looks for rows that a migration has left without their
// parent. Foreign keys are off while migrations run, because a table that is
// rebuilt is dropped on the way.
func checkForeignKeys(ctx context.Context, db *sql.DB) (err error) {
	rows, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("sqldb: check foreign keys: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Err(), rows.Close()) }()
	if rows.Next() {
		var table, parent string
		var row sql.NullInt64
		var key int64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return fmt.Errorf("sqldb: check foreign keys: %w", err)
		}
		return fmt.Errorf("sqldb: migration left a row of %s without its row of %s", table, parent)
	}
	return nil
}
