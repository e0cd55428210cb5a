package app

import (
	"context"
	"fmt"

	"tillway/internal/sqldb"
)

// oldestPostgres is the oldest version that its makers still mend.
const oldestPostgres = 140000

// nodeConnections is how many connections one node opens at most: its own, the
// book's, and one for a command.
const nodeConnections = 16 + 8 + 2

// checkPostgres looks at the database's settings, and then at the data in it.
func (d *doctor) checkPostgres(ctx context.Context) {
	const check = "PostgreSQL"
	db, err := sqldb.OpenPostgres(ctx, sqldb.PostgresConfig{URL: d.cfg.DatabaseURL.Reveal(), MaxConns: 1, Log: d.cfg.Log})
	if err != nil {
		d.fault(check, unreadable(d.cfg.Data, err))
		return
	}
	settings, err := sqldb.ReadPostgresSettings(ctx, db)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		d.fault(check, unreadable(d.cfg.Data, err))
		return
	}
	d.judgePostgres(settings)
	d.judgeClock(d.now().Sub(settings.Now), "PostgreSQL")
	d.checkData(ctx)
}

func (d *doctor) judgePostgres(s sqldb.PostgresSettings) {
	const check = "PostgreSQL"
	found := len(d.findings)
	if s.Fsync != "on" {
		d.fail(check, "fsync is "+s.Fsync+": a power cut loses or breaks sales", "Set fsync = on in postgresql.conf, and reload")
	}
	if s.FullPageWrites != "on" {
		d.warn(check, "full_page_writes is "+s.FullPageWrites+": a power cut can break pages", "Set full_page_writes = on, unless the file system writes pages whole")
	}
	if s.SynchronousCommit == "off" {
		d.warn(check, "synchronous_commit is off by default; Tillway turns it on for its own sessions", "Set synchronous_commit = on, so that nothing depends on that")
	}
	if s.Version < oldestPostgres {
		d.warn(check, fmt.Sprintf("version %d is not maintained any more", s.Version/10000), "Move to a maintained version")
	}
	if s.MaxConnections < nodeConnections {
		d.fail(check, fmt.Sprintf("max_connections is %d, and a node opens up to %d", s.MaxConnections, nodeConnections), "Set max_connections to at least that for each node")
	}
	if len(d.findings) == found {
		d.ok(check, fmt.Sprintf("version %d, durable", s.Version/10000))
	}
}
