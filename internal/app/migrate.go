package app

import (
	"context"
	"io/fs"
	"log/slog"

	"tillway/internal/config"
	"tillway/internal/connector/simulator"
	"tillway/internal/sqldb"
	"tillway/internal/store/migrations"
)

// Step is one database's way from a version to another; both are the same
// when nothing was to be done.
type Step struct {
	Database string `json:"database"`
	From     int64  `json:"from"`
	To       int64  `json:"to"`
}

// Migrated says what a migration did.
type Migrated []Step

// database is one of the two that an installation consists of.
type database struct {
	file       string // its name in a data directory, and in what is told of it there
	place      string // what is told of it on PostgreSQL
	migrations fs.FS
}

func databases() []database {
	return []database{
		{mainFile, "the database", migrations.FS},
		{bookFile, "the schema " + bookSchema, simulator.Migrations},
	}
}

// migrate brings both databases to this program's version.
// Errors: State "database_newer".
func (d *data) migrate(ctx context.Context, log *slog.Logger) error {
	for i, db := range []sqldb.DB{d.main, d.book} {
		database := databases()[i]
		from, to, err := sqldb.Migrate(ctx, db, database.migrations, log)
		if err != nil {
			return err
		}
		told := database.file
		if d.dir == nil {
			told = database.place
		}
		d.migrated = append(d.migrated, Step{Database: told, From: from, To: to})
	}
	return nil
}

// Migrate brings existing data to this program's version and nothing else, for
// those who want that done and seen before a server starts on it. On
// PostgreSQL it also makes the tables in an empty database.
// Errors: NotFound "no_data", and those of opening the data.
func Migrate(ctx context.Context, where config.Data, log *slog.Logger) (Migrated, error) {
	open := openExisting
	if where.Postgres() {
		open = openData
	}
	d, err := open(ctx, where, log)
	if err != nil {
		return nil, err
	}
	return d.migrated, d.close()
}
