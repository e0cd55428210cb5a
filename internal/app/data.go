package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// bookSchema holds the simulator's book on PostgreSQL. It is the provider's
// side of the wire, so it shares neither tables nor transactions with ours.
const bookSchema = "simulator"

// Codes of the faults of opening data to read it.
const (
	codeNoData    = "no_data"
	codeDataOlder = "database_older"
)

// data is everything that is kept: open, migrated, and readable with the
// right master key.
type data struct {
	dir  *dataDir // nil on PostgreSQL
	main sqldb.DB
	book sqldb.DB // the simulator's own
	keys *seal.Keyring

	migrated Migrated
	// existing refuses data that is not there, instead of making it.
	existing bool
	// committed is told of the commits of the main database; see sqldb.
	committed func(closures int, took time.Duration)
}

// openExisting is openData for work on data that has to be there.
// Errors: NotFound "no_data", and those of openData.
func openExisting(ctx context.Context, where config.Data, log *slog.Logger) (*data, error) {
	return (&data{existing: true}).open(ctx, where, log)
}

// openData opens what where names, and makes it the first time. On SQLite the
// directory belongs to this process until close.
// Errors: State "data_dir_locked", "database_newer", "wrong_master_key"; Invalid
// "master_key_missing"; Unavailable "data_dir", "database_unreachable".
func openData(ctx context.Context, where config.Data, log *slog.Logger) (*data, error) {
	return (&data{}).open(ctx, where, log)
}

func (d *data) open(ctx context.Context, where config.Data, log *slog.Logger) (opened *data, err error) {
	opened = d
	defer func() {
		if err != nil {
			opened, err = nil, errors.Join(err, d.close())
		}
	}()
	if where.Postgres() {
		err = d.openPostgres(ctx, where, log)
	} else {
		err = d.openSQLite(ctx, where, log)
	}
	if err != nil {
		return d, err
	}
	if err := d.migrate(ctx, log); err != nil {
		return d, err
	}
	return d, store.CheckMaster(ctx, d.main, d.keys)
}

func (d *data) openSQLite(ctx context.Context, where config.Data, log *slog.Logger) (err error) {
	if d.existing {
		if _, err := os.Stat(filepath.Join(where.Dir, mainFile)); errors.Is(err, fs.ErrNotExist) {
			return noData(where.Dir, err)
		}
	}
	// The lock comes first: nothing is read that another process may change.
	if d.dir, err = openDataDir(where.Dir); err != nil {
		return err
	}
	if d.keys, err = masterKey(where, func() (*seal.Keyring, error) {
		// The key is older than the data.
		if main, err := os.Stat(d.dir.file(mainFile)); err == nil && main.Size() > 0 {
			return existingKey(where.Dir)
		}
		return seal.LoadOrCreate(where.Dir)
	}); err != nil {
		return err
	}
	if err := d.dir.dropCopies(time.Now()); err != nil {
		log.Warn("old copies of the data cannot be removed", "error", err)
	}
	return d.openFiles(ctx, where, log)
}

// openFiles opens both databases of a directory that is held already.
func (d *data) openFiles(ctx context.Context, where config.Data, log *slog.Logger) (err error) {
	main := sqldb.SQLiteConfig{Path: d.dir.file(mainFile), Log: log, Committed: d.committed}
	if d.main, err = sqldb.OpenSQLite(ctx, main); err != nil {
		return unreadable(where, err)
	}
	if d.book, err = sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: d.dir.file(bookFile), Log: log}); err != nil {
		return unreadable(where, err)
	}
	return nil
}

func (d *data) openPostgres(ctx context.Context, where config.Data, log *slog.Logger) (err error) {
	d.keys, err = masterKey(where, func() (*seal.Keyring, error) {
		return nil, noMasterKey()
	})
	if err != nil {
		return err
	}
	main := sqldb.PostgresConfig{URL: where.DatabaseURL.Reveal(), Log: log, Committed: d.committed}
	if d.main, err = sqldb.OpenPostgres(ctx, main); err != nil {
		return unreadable(where, err)
	}
	if d.existing {
		current, _, err := sqldb.Version(ctx, d.main, migrations.FS)
		if err != nil {
			return unreadable(where, err)
		}
		if current == 0 {
			return noData(where.Dir, nil)
		}
	}
	if err := makeBookSchema(ctx, d.main); err != nil {
		return unreadable(where, err)
	}
	if d.book, err = openBook(ctx, where, log); err != nil {
		return unreadable(where, err)
	}
	return nil
}

func noMasterKey() error {
	return fault.New(fault.Invalid, "master_key_missing", "With PostgreSQL the master key must be given").
		WithHint("Set TILLWAY_MASTER_KEY to the same 32 bytes on every node; make them once with: openssl rand -base64 32")
}

// openBook opens the same database a second time, with the book's schema in
// front.
func openBook(ctx context.Context, where config.Data, log *slog.Logger) (sqldb.DB, error) {
	const connections = 8
	return sqldb.OpenPostgres(ctx, sqldb.PostgresConfig{
		URL: withSearchPath(where.DatabaseURL.Reveal(), bookSchema), MaxConns: connections, Log: log,
	})
}

// makeBookSchema makes the schema unless it is there. Of two nodes that start
// together one may lose with an error; the schema is there then.
func makeBookSchema(ctx context.Context, db sqldb.DB) error {
	made := db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(`CREATE SCHEMA IF NOT EXISTS ` + bookSchema)
		return nil
	})
	if made == nil {
		return nil
	}
	return db.Read(ctx, func(q sqldb.Querier) error {
		var name string
		err := q.QueryRow(`SELECT CAST(nspname AS TEXT) FROM pg_namespace WHERE nspname = $1`, bookSchema).Scan(&name)
		if errors.Is(err, sqldb.ErrNoRows) {
			return made
		}
		return err
	})
}

// withSearchPath adds the setting to a connection string of either form.
func withSearchPath(raw, schema string) string {
	if !strings.Contains(raw, "://") {
		return raw + " search_path=" + schema
	}
	u, err := url.Parse(raw)
	if err != nil {
		return raw // opening it has failed before this
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// masterKey takes the key that was given, or else what otherwise says.
func masterKey(where config.Data, otherwise func() (*seal.Keyring, error)) (*seal.Keyring, error) {
	if where.MasterKey.IsZero() {
		return otherwise()
	}
	master, err := seal.ParseMaster(where.MasterKey.Reveal())
	if err != nil {
		return nil, fault.From(err).WithField("TILLWAY_MASTER_KEY")
	}
	return seal.NewKeyring(master)
}

// unreadable words a database that cannot be opened.
func unreadable(where config.Data, err error) error {
	if where.Postgres() {
		return fault.New(fault.Unavailable, "database_unreachable", "The database cannot be opened").
			WithHint("Check --database-url (TILLWAY_DATABASE_URL), and that PostgreSQL runs and lets this user in").WithCause(err)
	}
	return fault.New(fault.Unavailable, "database_unreachable", "The database in "+where.Dir+" cannot be opened").
		WithHint("The directory must be on a local disk with room left, and its files must belong to this user").WithCause(err)
}

// close closes in the reverse order of opening.
func (d *data) close() (err error) {
	if d.book != nil {
		err = errors.Join(err, d.book.Close())
	}
	if d.main != nil {
		err = errors.Join(err, d.main.Close())
	}
	if d.dir != nil {
		err = errors.Join(err, d.dir.close())
	}
	return err
}

// openDataToRead opens existing data of this program's version beside a server
// that may be working on it. Nothing of it may be written.
// Errors: NotFound "no_data", State "database_older" and "database_newer".
func openDataToRead(ctx context.Context, where config.Data, log *slog.Logger) (d *data, err error) {
	d = &data{}
	defer func() {
		if err != nil {
			d, err = nil, errors.Join(err, d.close())
		}
	}()
	if where.Postgres() {
		if d.main, err = sqldb.OpenPostgres(ctx, sqldb.PostgresConfig{URL: where.DatabaseURL.Reveal(), Log: log}); err != nil {
			return d, unreadable(where, err)
		}
		if d.book, err = openBook(ctx, where, log); err != nil {
			return d, unreadable(where, err)
		}
	} else {
		for name, into := range map[string]*sqldb.DB{mainFile: &d.main, bookFile: &d.book} {
			path := filepath.Join(where.Dir, name)
			if _, err := os.Stat(path); err != nil {
				return d, noData(where.Dir, err)
			}
			if *into, err = sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: path, Log: log}); err != nil {
				return d, unreadable(where, err)
			}
		}
	}
	current, newest, err := sqldb.Version(ctx, d.main, migrations.FS)
	switch {
	case err != nil:
		return d, unreadable(where, err)
	case current == 0:
		return d, noData(where.Dir, nil)
	case current < newest:
		return d, fault.New(fault.State, codeDataOlder,
			fmt.Sprintf("The data is of version %d, and this program reads version %d", current, newest)).
			WithHint("Start the server of this version once; it migrates the data")
	case current > newest:
		return d, newerData(current, newest)
	}
	return d, nil
}

func newerData(current, newest int64) error {
	return fault.New(fault.State, "database_newer",
		fmt.Sprintf("The data is of version %d, and this program knows versions up to %d only", current, newest)).
		WithHint("Use the newer tillway that has written it")
}

func noData(dir string, cause error) error {
	if dir == "" {
		dir = "the database"
	}
	return fault.New(fault.NotFound, codeNoData, "There is no Tillway data in "+dir).
		WithHint("Name the right place with --data or --database-url, or make it with: tillway setup").WithCause(cause)
}
