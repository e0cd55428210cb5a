package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"modernc.org/sqlite"
)

// maxStatements bounds the prepared statements that one connection keeps. The
// texts are constants of the program, so the bound is met only by mistake.
const maxStatements = 512

// sqliteConn is one connection with its prepared statements. It talks to the
// driver directly, because the pool and the locks of database/sql cost more
// than a small statement does. It is used by one goroutine at a time.
type sqliteConn struct {
	conn      driver.Conn
	prepared  map[string]driver.Stmt
	arguments []driver.NamedValue // reused from statement to statement
}

// openSQLiteConn opens path and applies pragmas in the order given.
func openSQLiteConn(ctx context.Context, path string, pragmas ...string) (*sqliteConn, error) {
	dsn, err := sqliteDSN(path)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	c := &sqliteConn{conn: conn, prepared: make(map[string]driver.Stmt)}
	for _, pragma := range pragmas {
		if _, err := c.query(ctx, "PRAGMA "+pragma); err != nil {
			return nil, errors.Join(fmt.Errorf("sqldb: open %s: PRAGMA %s: %w", path, pragma, err), c.close())
		}
	}
	return c, nil
}

// sqliteDSN makes a URI of path, in which no character of the path is taken
// for an option. A double-quoted word is a name and never a string, as on
// PostgreSQL.
func sqliteDSN(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("sqldb: open %s: %w", path, err)
	}
	absolute = filepath.ToSlash(absolute)
	if !strings.HasPrefix(absolute, "/") {
		absolute = "/" + absolute // a drive letter
	}
	return "file://" + (&url.URL{Path: absolute}).EscapedPath() + "?_dqs=0&_error_rc=1", nil
}

// run is session.run on this connection, without a deadline.
func (c *sqliteConn) run(statements []statement) (outcome, error) {
	return c.runContext(context.Background(), statements)
}

func (c *sqliteConn) runContext(ctx context.Context, statements []statement) (out outcome, err error) {
	for i := range statements {
		s := &statements[i]
		if s.err != nil {
			return outcome{}, s.err
		}
		if s.mode == read {
			out.rows, err = c.query(ctx, s.sql, s.args...)
		} else {
			out.affected, err = c.exec(ctx, s.sql, s.args...)
		}
		if err != nil {
			return outcome{}, s.fail(err)
		}
		if err := s.verdict(out.affected); err != nil {
			return outcome{}, err
		}
	}
	return out, nil
}

// exec runs a statement and returns how many rows it affected.
func (c *sqliteConn) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	stmt, err := c.prepare(ctx, sql)
	if err != nil {
		return 0, err
	}
	result, err := stmt.(driver.StmtExecContext).ExecContext(ctx, c.named(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs a statement and reads its whole result.
func (c *sqliteConn) query(ctx context.Context, sql string, args ...any) (_ *resultSet, err error) {
	stmt, err := c.prepare(ctx, sql)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(ctx, c.named(args))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()

	set := &resultSet{width: len(rows.Columns())}
	row := make([]driver.Value, set.width)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := rows.Next(row); err != nil {
			if errors.Is(err, io.EOF) {
				return set, nil
			}
			return nil, err
		}
		for _, value := range row {
			set.values = append(set.values, neutral(value))
		}
	}
}

// neutral brings a value of the driver to the closed set of scan: an empty
// blob comes as a typed nil and must not be taken for NULL.
func neutral(value driver.Value) any {
	if b, ok := value.([]byte); ok && b == nil {
		return []byte{}
	}
	return value
}

func (c *sqliteConn) named(args []any) []driver.NamedValue {
	c.arguments = c.arguments[:0]
	for i, arg := range args {
		// The driver binds an empty blob as NULL; empty text keeps it apart and
		// scans into a byte slice.
		if b, ok := arg.([]byte); ok && len(b) == 0 {
			arg = ""
		}
		c.arguments = append(c.arguments, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.arguments
}

func (c *sqliteConn) prepare(ctx context.Context, sql string) (driver.Stmt, error) {
	if stmt, ok := c.prepared[sql]; ok {
		return stmt, nil
	}
	if len(c.prepared) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	stmt, err := c.conn.(driver.ConnPrepareContext).PrepareContext(ctx, planOnce(sql))
	if err != nil {
		return nil, err
	}
	c.prepared[sql] = stmt
	return stmt, nil
}

// boundLimit is a limit that is a parameter.
var boundLimit = regexp.MustCompile(`\b(LIMIT|OFFSET) (\$\d)`)

// planOnce keeps SQLite from looking at the value of a limit when it plans a
// statement: it would parse and plan it anew for every other value that is bound,
// which takes longer than running it. It does not look behind a sign.
func planOnce(sql string) string { return boundLimit.ReplaceAllString(sql, "$1 +$2") }

func (c *sqliteConn) forget() (err error) {
	for sql, stmt := range c.prepared {
		err = errors.Join(err, stmt.Close())
		delete(c.prepared, sql)
	}
	return err
}

func (c *sqliteConn) close() error {
	return errors.Join(c.forget(), c.conn.Close())
}
