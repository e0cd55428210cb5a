package sqldb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"
)

// SQLiteConfig opens a SQLite database.
type SQLiteConfig struct {
	// Path is the database file; it is made, readable by its owner only, when
	// it does not exist.
	Path string
	// MaxReaders is how many reads run at once; 4 when zero.
	MaxReaders int
	// BatchMax is the largest number of closures that share a commit; 64 when
	// zero.
	BatchMax int
	// CheckpointBytes is how much of the write-ahead log may wait to be copied
	// into the database file before that is done beside the writer; 16 MB when
	// zero.
	CheckpointBytes int64
	// ResetBytes is the size of the write-ahead log at which the writer pauses
	// so that it can start over; 256 MB when zero.
	ResetBytes int64
	// Log takes slow closures and trouble; discarded when nil.
	Log *slog.Logger
	// Fatal is told about an I/O error at COMMIT, after which nobody can know
	// what is on the disk; it logs and ends the process with exit code 70 when
	// nil. When it returns, the database refuses all further writes.
	Fatal func(error)
	// AtCommit, for tests of what a failing disk does, runs instead of COMMIT
	// and is given the real one.
	AtCommit func(commit func() error) error
	// Committed is told of every commit: how many closures shared it and how
	// long it took, until it was durable or had failed. The writer waits for
	// it, so it must not block.
	Committed func(closures int, took time.Duration)
}

func (c *SQLiteConfig) defaults() {
	if c.MaxReaders == 0 {
		c.MaxReaders = 4
	}
	if c.BatchMax == 0 {
		c.BatchMax = 64
	}
	if c.CheckpointBytes == 0 {
		c.CheckpointBytes = 16 << 20
	}
	if c.ResetBytes == 0 {
		c.ResetBytes = 256 << 20
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Fatal == nil {
		log := c.Log
		c.Fatal = func(err error) {
			log.Error("the disk failed while committing; restart once it is well", "error", err)
			os.Exit(exitIOError)
		}
	}
	if c.AtCommit == nil {
		c.AtCommit = func(commit func() error) error { return commit() }
	}
	if c.Committed == nil {
		c.Committed = func(int, time.Duration) {}
	}
}

// exitIOError is EX_SOFTWARE: a supervisor is to start the process again.
const exitIOError = 70

// readLimit is how long a read transaction may live: an older snapshot keeps
// the write-ahead log from starting over (DESIGN §2a).
const readLimit = 2 * time.Second

// sqliteDB is a database of one writer and several readers.
type sqliteDB struct {
	cfg       SQLiteConfig
	gate      gate
	sequencer *sequencer
	readers   chan *sqliteConn // the free ones
	opened    []*sqliteConn    // all but the log's
}

// OpenSQLite opens, or makes, the database file. It fails when the file is not
// on a file system that can share memory between connections.
func OpenSQLite(ctx context.Context, cfg SQLiteConfig) (DB, error) {
	cfg.defaults()
	// Made here and not by the engine, whose files everyone may read.
	file, err := os.OpenFile(cfg.Path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}

	db := &sqliteDB{cfg: cfg, readers: make(chan *sqliteConn, cfg.MaxReaders)}
	writer, err := db.connect(ctx, "cache_size=-16000")
	if err != nil {
		return nil, err
	}
	if err := requireWAL(ctx, writer, cfg.Path); err != nil {
		return nil, errors.Join(err, db.disconnect())
	}
	for range cfg.MaxReaders {
		reader, err := db.connect(ctx, "cache_size=-4000", "query_only=ON")
		if err != nil {
			return nil, errors.Join(err, db.disconnect())
		}
		db.readers <- reader
	}
	wal, err := openWAL(ctx, cfg, writer)
	if err != nil {
		return nil, errors.Join(err, db.disconnect())
	}
	db.sequencer = newSequencer(cfg, writer, wal)
	go db.sequencer.run()
	return db, nil
}

// requireWAL fails where the engine could not turn the write-ahead log on and
// went on without it.
func requireWAL(ctx context.Context, conn *sqliteConn, path string) error {
	rows, err := conn.query(ctx, "PRAGMA journal_mode")
	if err != nil {
		return fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	var mode string
	if err := (single{rows}).Scan(&mode); err != nil {
		return fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	if mode != "wal" {
		return fmt.Errorf("sqldb: open %s: the journal is %q, because the file system cannot share memory: use a local disk", path, mode)
	}
	return nil
}

func (db *sqliteDB) connect(ctx context.Context, more ...string) (*sqliteConn, error) {
	conn, err := openSQLiteConn(ctx, db.cfg.Path, sqlitePragmas(more...)...)
	if err == nil {
		db.opened = append(db.opened, conn)
	}
	return conn, err
}

func (db *sqliteDB) disconnect() (err error) {
	for _, conn := range db.opened {
		err = errors.Join(err, conn.close())
	}
	return err
}

// sqlitePragmas are those of every connection. The time-out comes first, since
// the change to WAL needs the lock; the checkpoints are the sequencer's, so the
// engine's own are off; LIKE tells case apart as PostgreSQL's does.
func sqlitePragmas(more ...string) []string {
	return append([]string{
		"busy_timeout=5000",
		"journal_mode=WAL",
		"synchronous=FULL",
		"wal_autocheckpoint=0",
		"foreign_keys=ON",
		"case_sensitive_like=ON",
		"temp_store=MEMORY",
	}, more...)
}

// Engine is SQLite.
func (db *sqliteDB) Engine() Engine { return SQLite }

// Write hands fn to the sequencer and waits for the commit of its batch.
func (db *sqliteDB) Write(ctx context.Context, fn func(tx Tx) error) error {
	if err := db.gate.enter(); err != nil {
		return err
	}
	defer db.gate.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &closure{fn: fn, done: make(chan struct{})}
	select {
	case db.sequencer.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-c.done
	if c.err != nil {
		return c.err
	}
	for _, hook := range c.tx.hooks {
		hook()
	}
	return nil
}

// aside runs fn on the writer's goroutine and connection between two
// transactions, and waits for it. Nothing is written meanwhile, so fn is short.
func (db *sqliteDB) aside(ctx context.Context, fn func(conn *sqliteConn) error) error {
	if err := db.gate.enter(); err != nil {
		return err
	}
	defer db.gate.leave()
	c := &closure{aside: fn, done: make(chan struct{})}
	select {
	case db.sequencer.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-c.done
	return c.err
}

// Read runs fn in a deferred transaction of a read-only connection.
func (db *sqliteDB) Read(ctx context.Context, fn func(q Querier) error) (err error) {
	if err := db.gate.enter(); err != nil {
		return err
	}
	defer db.gate.leave()
	var reader *sqliteConn
	select {
	case reader = <-db.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { db.readers <- reader }()

	limited, cancel := context.WithTimeoutCause(ctx, readLimit, ErrReadLimit)
	defer cancel()
	background := context.Background()
	if _, err := reader.exec(background, "BEGIN"); err != nil {
		return fmt.Errorf("sqldb: begin read: %w", err)
	}
	defer func() {
		if _, end := reader.exec(background, "ROLLBACK"); end != nil {
			err = errors.Join(err, fmt.Errorf("sqldb: end read: %w", end))
		}
	}()
	t := &tx{session: sqliteReader{ctx: limited, conn: reader}}
	defer func() { _ = t.finish(nil) }()
	return fn(querier{t})
}

// sqliteReader is the session of a read: its statements end with its context.
type sqliteReader struct {
	ctx  context.Context
	conn *sqliteConn
}

func (r sqliteReader) run(statements []statement) (outcome, error) {
	if r.ctx.Err() != nil {
		return outcome{}, context.Cause(r.ctx)
	}
	out, err := r.conn.runContext(r.ctx, statements)
	if err != nil && r.ctx.Err() != nil {
		err = context.Cause(r.ctx)
	}
	return out, err
}

// Close waits for what was admitted, stops the sequencer and closes the file.
func (db *sqliteDB) Close() error {
	if !db.gate.shut() {
		<-db.sequencer.stopped
		return nil
	}
	close(db.sequencer.queue)
	<-db.sequencer.stopped
	return errors.Join(db.sequencer.wal.close(), db.disconnect())
}
