package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"tillway/internal/backup"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/store"
)

// RestoreReport says what was restored.
type RestoreReport struct {
	backup.Manifest
	Dir string `json:"dir"`
}

// stageName is the directory inside the new data directory in which a backup
// is checked before its files get their names.
const stageName = ".restoring"

// Restore makes a data directory from a backup. The directory must be new,
// empty, or hold nothing but its master.key; the key comes from there or from
// TILLWAY_MASTER_KEY, and is tried before anything gets its name. After an
// error the directory is as it was.
// Errors: Conflict "data_dir_not_empty", Invalid "master_key_missing", State
// "database_newer", "wrong_master_key", NotEnabled "backup_postgres", and those
// of reading the backup.
func Restore(ctx context.Context, where config.Data, file string, log *slog.Logger, progress func(string)) (report RestoreReport, err error) {
	if where.Postgres() {
		return RestoreReport{}, fault.New(fault.NotEnabled, "backup_postgres", "Data in PostgreSQL is restored by PostgreSQL's own tools").
			WithHint(`Run: pg_restore --dbname="$TILLWAY_DATABASE_URL" ` + file)
	}
	if _, err := backup.Look(ctx, file); err != nil { // before a key is asked for that nothing needs
		return RestoreReport{}, err
	}
	made, err := prepareDir(where.Dir)
	if err != nil {
		return RestoreReport{}, err
	}
	release, err := store.LockDir(where.Dir)
	if err != nil {
		return RestoreReport{}, err
	}
	stage := filepath.Join(where.Dir, stageName)
	defer func() {
		err = errors.Join(err, os.RemoveAll(stage), release())
		if err != nil && made {
			err = errors.Join(err, os.RemoveAll(where.Dir))
		}
	}()
	keys, err := masterKey(where, func() (*seal.Keyring, error) { return existingKey(where.Dir) })
	if err != nil {
		return RestoreReport{}, err
	}
	if err := errors.Join(os.RemoveAll(stage), os.Mkdir(stage, 0o700)); err != nil {
		return RestoreReport{}, dirFault(where.Dir, err)
	}
	progress("reading " + file)
	var names []string
	for _, database := range databases() {
		names = append(names, database.file)
	}
	manifest, err := backup.Unpack(ctx, file, stage, names, nil)
	if err != nil {
		return RestoreReport{}, err
	}
	progress("trying the master key")
	if err := checkRestored(ctx, stage, keys, log); err != nil {
		return RestoreReport{}, err
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(stage, name), filepath.Join(where.Dir, name)); err != nil {
			return RestoreReport{}, dirFault(where.Dir, err)
		}
	}
	return RestoreReport{Manifest: manifest, Dir: where.Dir}, backup.SyncDir(where.Dir)
}

// prepareDir makes the directory, or checks that nothing is in it that a
// restore could mix with. It reports whether it was made.
func prepareDir(dir string) (made bool, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return false, dirFault(dir, err)
		}
		return true, nil
	}
	if err != nil {
		return false, dirFault(dir, err)
	}
	for _, entry := range entries {
		switch entry.Name() {
		case seal.FileName, store.LockName, stageName: // the key, and what an interrupted restore leaves
		default:
			return false, fault.New(fault.Conflict, "data_dir_not_empty", "The directory "+dir+" is not empty: it holds "+entry.Name()).
				WithHint("Restore into a new directory, start the server on it, and remove the old one when you are sure")
		}
	}
	return false, nil
}

// existingKey reads the key that is in the directory. A new one would
// open nothing.
func existingKey(dir string) (*seal.Keyring, error) {
	if _, err := os.Stat(filepath.Join(dir, seal.FileName)); err != nil {
		return nil, fault.New(fault.Invalid, "master_key_missing", "There is no master key in "+dir).
			WithHint("Put the master.key of this data into " + dir + " (mode 600), or set TILLWAY_MASTER_KEY; a backup does not hold it").WithCause(err)
	}
	return seal.LoadOrCreate(dir)
}

// checkRestored refuses data that this program cannot read.
func checkRestored(ctx context.Context, stage string, keys *seal.Keyring, log *slog.Logger) (err error) {
	for i, database := range databases() {
		db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: filepath.Join(stage, database.file), Log: log})
		if err != nil {
			return fault.New(fault.Invalid, "backup_damaged", "The database "+database.file+" of the backup cannot be opened").
				WithHint("Use another backup").WithCause(err)
		}
		current, newest, err := sqldb.Version(ctx, db, database.migrations)
		switch {
		case err != nil:
		case current > newest:
			err = newerData(current, newest)
		case i == 0:
			err = store.CheckMaster(ctx, db, keys)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	return nil
}

func dirFault(dir string, cause error) error {
	return fault.New(fault.Unavailable, "data_dir", "The directory "+dir+" cannot be used").
		WithHint("Make it writable for this user, or name another with --data").WithCause(cause)
}
