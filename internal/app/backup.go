package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"tillway/internal/backup"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/sqldb"
	"tillway/internal/telemetry"
)

// BackupReport says what a backup holds.
type BackupReport struct {
	File     string           `json:"file"`
	Bytes    int64            `json:"bytes"`
	Versions map[string]int64 `json:"versions"` // of each database
}

// Backup writes everything but the master key into a file, beside a running
// server or without one. It neither stops nor slows sales: the server copies
// its databases a megabyte at a time, and this process packs the copies.
// PostgreSQL has better tools for it, and the error names them.
// Errors: Conflict "backup_exists", NotFound "no_data", NotEnabled
// "backup_postgres", Unavailable "backup_file", and those of opening the data.
func Backup(ctx context.Context, where config.Data, file string, log *slog.Logger, progress func(string)) (report BackupReport, err error) {
	if where.Postgres() {
		return BackupReport{}, fault.New(fault.NotEnabled, "backup_postgres", "Data in PostgreSQL is backed up by PostgreSQL's own tools").
			WithHint(`Run: pg_dump --format=custom --file=` + file + ` "$TILLWAY_DATABASE_URL" (one snapshot of everything, schema "` + bookSchema +
				`" included), and keep TILLWAY_MASTER_KEY somewhere else`)
	}
	if err := backup.Free(file); err != nil {
		return BackupReport{}, err
	}
	if _, err := os.Stat(filepath.Join(where.Dir, mainFile)); err != nil {
		return BackupReport{}, noData(where.Dir, err)
	}
	progress("copying the databases")
	copied, err := copyOf(ctx, where, log)
	if err != nil {
		return BackupReport{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(copied)) }()

	manifest := backup.Manifest{Program: telemetry.ThisBuild().Version, CreatedAt: time.Now().UTC(), Versions: map[string]int64{}}
	var files []backup.File
	for _, database := range databases() {
		path := filepath.Join(copied, database.file)
		version, err := versionOf(ctx, path, database, log)
		if err != nil {
			return BackupReport{}, err
		}
		manifest.Versions[database.file] = version
		files = append(files, backup.File{Name: database.file, Path: path})
	}
	progress("packing them into " + file)
	size, err := backup.Pack(ctx, file, manifest, files, nil)
	return BackupReport{File: file, Bytes: size, Versions: manifest.Versions}, err
}

// versionOf reads the version of a copy, which also proves that it opens.
func versionOf(ctx context.Context, path string, database database, log *slog.Logger) (version int64, err error) {
	db, err := sqldb.OpenSQLite(ctx, sqldb.SQLiteConfig{Path: path, Log: log})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	version, _, err = sqldb.Version(ctx, db, database.migrations)
	return version, err
}

// copyOf has the data copied by the process that holds it: the server, or else
// this one. The data stays of the version that it is.
func copyOf(ctx context.Context, where config.Data, log *slog.Logger) (dir string, err error) {
	if conn, err := dialSocket(ctx, where.Dir); err == nil {
		client := operator.NewClient(func(ctx context.Context) (net.Conn, error) { return dialSocket(ctx, where.Dir) })
		copied, err := client.CopyData(ctx, operator.DataCopyIn{})
		return copied.Dir, errors.Join(err, conn.Close()) // it only showed that somebody answers
	}
	d := &data{}
	defer func() { err = errors.Join(err, d.close()) }()
	if d.dir, err = openDataDir(where.Dir); err != nil {
		return "", err
	}
	if err := d.openFiles(ctx, where, log); err != nil {
		return "", err
	}
	return d.copy(ctx)
}

// copyPattern names the directories that copies are made in, inside the data
// directory: it is the one place that a server is sure to be allowed to write.
const copyPattern = ".copy-*"

// copy copies both databases as they are at one moment. The main one is cut
// first: a provider is only ever asked about an attempt that is durable there
// (DESIGN §3 rule 4), and answers nothing that is not yet in its own book.
func (d *data) copy(ctx context.Context) (dir string, err error) {
	if dir, err = os.MkdirTemp(d.dir.path, copyPattern); err != nil {
		return "", fault.New(fault.Unavailable, "data_copy", "There is no room for a copy in "+d.dir.path).
			WithHint("A backup needs as much free space there as the data itself takes").WithCause(err)
	}
	err = sqldb.CopyTogether(ctx, []sqldb.Copied{
		{DB: d.main, Path: filepath.Join(dir, mainFile)},
		{DB: d.book, Path: filepath.Join(dir, bookFile)},
	}, nil)
	if err != nil {
		return "", errors.Join(fault.New(fault.Unavailable, "data_copy", "The databases could not be copied").
			WithHint("A backup needs as much free space in the data directory as the data itself takes").WithCause(err), os.RemoveAll(dir))
	}
	return dir, nil
}

// keepCopies is how long a copy may be worked on before it counts as left
// behind by a backup that died.
const keepCopies = 24 * time.Hour

// dropCopies removes copies that nobody took.
func (d *dataDir) dropCopies(now time.Time) error {
	found, err := filepath.Glob(filepath.Join(d.path, copyPattern))
	for _, dir := range found {
		info, statErr := os.Stat(dir)
		if statErr == nil && now.Sub(info.ModTime()) > keepCopies {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}
	return err
}
