package sqldb

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// PostgresSettings are those that a durable and busy database depends on, as
// they are for every new session.
type PostgresSettings struct {
	Version           int // such as 170002
	SynchronousCommit string
	Fsync             string
	FullPageWrites    string
	MaxConnections    int
	Now               time.Time // by the server's clock
}

const (
	selectSetting = `SELECT reset_val FROM pg_settings WHERE name = $1`
	selectNow     = `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`
)

// ReadPostgresSettings asks the server behind db.
func ReadPostgresSettings(ctx context.Context, db DB) (s PostgresSettings, err error) {
	if db.Engine() != Postgres {
		return s, fmt.Errorf("sqldb: a %T has no settings of PostgreSQL", db)
	}
	err = db.Read(ctx, func(q Querier) error {
		for name, into := range map[string]*string{
			"synchronous_commit": &s.SynchronousCommit, "fsync": &s.Fsync, "full_page_writes": &s.FullPageWrites,
		} {
			if err := q.QueryRow(selectSetting, name).Scan(into); err != nil {
				return err
			}
		}
		for name, into := range map[string]*int{"server_version_num": &s.Version, "max_connections": &s.MaxConnections} {
			var text string
			if err := q.QueryRow(selectSetting, name).Scan(&text); err != nil {
				return err
			}
			number, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("sqldb: the setting %s: %w", name, err)
			}
			*into = number
		}
		var micros int64
		if err := q.QueryRow(selectNow).Scan(&micros); err != nil {
			return err
		}
		s.Now = time.UnixMicro(micros)
		return nil
	})
	return s, err
}
