package sqldb

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// PostgresConfig opens a PostgreSQL database.
type PostgresConfig struct {
	// URL is a connection string as pgx understands it.
	URL string
	// MaxConns is how many transactions run at once; 16 when zero.
	MaxConns int
	// Log takes slow closures and trouble; discarded when nil.
	Log *slog.Logger
	// Dial opens the network connection; the net package's own when nil. Tests
	// cut connections with it.
	Dial pgconn.DialFunc
	// Committed is told of every commit, which here is of one closure, and how
	// long the server took for it.
	Committed func(closures int, took time.Duration)
}

// transactionLimit bounds a transaction by wall clock, so that a server that
// stopped answering without closing the connection cannot hold a caller.
const transactionLimit = 30 * time.Second

// postgresDB is a pool of connections.
type postgresDB struct {
	log       *slog.Logger
	pool      *pgxpool.Pool
	gate      gate
	committed func(closures int, took time.Duration)
}

// OpenPostgres connects to the server. It fails when the first connection does.
func OpenPostgres(ctx context.Context, cfg PostgresConfig) (DB, error) {
	poolConfig, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open postgres: %w", err)
	}
	poolConfig.MaxConns = 16
	if cfg.MaxConns > 0 {
		poolConfig.MaxConns = int32(cfg.MaxConns)
	}
	if cfg.Dial != nil {
		poolConfig.ConnConfig.DialFunc = cfg.Dial
	}
	if parameters := poolConfig.ConnConfig.RuntimeParams; parameters["application_name"] == "" {
		parameters["application_name"] = "tillway"
	}
	poolConfig.AfterConnect = prepareConn
	pool, err := pgxpool.NewWithConfig(ctx, poolConfig)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("sqldb: open postgres: %w", err)
	}
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	db := &postgresDB{log: log, pool: pool, committed: cfg.Committed}
	if db.committed == nil {
		db.committed = func(int, time.Duration) {}
	}
	return db, nil
}

// durable turns synchronous commit on where the database's default has turned
// it off (DESIGN §3 rule 15). A stronger setting is left alone.
const durable = `SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'`

func prepareConn(ctx context.Context, conn *pgx.Conn) error {
	if err := conn.PgConn().Exec(ctx, durable).Close(); err != nil {
		return fmt.Errorf("sqldb: turn synchronous commit on: %w", err)
	}
	return nil
}

// Engine is Postgres.
func (db *postgresDB) Engine() Engine { return Postgres }

// Read runs fn in a read-only transaction on one snapshot.
func (db *postgresDB) Read(ctx context.Context, fn func(q Querier) error) error {
	if err := db.gate.enter(); err != nil {
		return err
	}
	defer db.gate.leave()
	limited, cancel := context.WithTimeoutCause(ctx, readLimit, ErrReadLimit)
	defer cancel()
	conn, err := db.pool.Acquire(limited)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, causeOf(limited, err))
	}
	defer conn.Release()

	s := newPostgresSession(limited, conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	defer s.rollback()
	t := &tx{session: s}
	defer func() { _ = t.finish(nil) }()
	return fn(querier{t})
}

// causeOf gives the reason that ended ctx, if it has ended, in place of err.
func causeOf(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Close waits for what was admitted and closes the connections.
func (db *postgresDB) Close() error {
	if db.gate.shut() {
		db.pool.Close()
	}
	return nil
}
