package sqldb

import (
	"errors"
	"fmt"
	"strings"
)

var (
	errNoCurrentRow = errors.New("sqldb: Scan without a row: call Next first")
	errControl      = errors.New("sqldb: transactions are begun and ended by sqldb alone")
	errReturned     = errors.New("sqldb: transaction used after its closure returned")
)

// mode says what a statement is run for.
type mode uint8

const (
	write   mode = iota // a buffered write
	guarded             // a buffered write that must affect exactly one row
	count               // a write whose number of affected rows is wanted
	read                // a query whose rows are wanted
)

// statement is one text of SQL with its arguments in the neutral form of bind.
type statement struct {
	sql  string
	args []any
	mode mode
	err  error // a refused argument; it surfaces in the statement's turn
}

// verdict is the error that a statement which ran has earned by what it did.
func (s *statement) verdict(affected int64) error {
	if s.mode == guarded && affected != 1 {
		return fmt.Errorf("%w: %s affected %d rows", ErrConflict, s.brief(), affected)
	}
	return nil
}

// fail wraps an engine's error with the statement it belongs to. Arguments are
// left out: they may be secrets.
func (s *statement) fail(err error) error {
	return fmt.Errorf("sqldb: %s: %w", s.brief(), err)
}

// brief is the beginning of the statement, on one line.
func (s *statement) brief() string {
	const limit = 80
	text := strings.Join(strings.Fields(s.sql), " ")
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return text
}

// outcome is what the last statement of a flush gave back.
type outcome struct {
	affected int64
	rows     *resultSet
}

// session is an engine's side of one transaction. run executes the statements
// in order, stops at the first whose error or verdict is not nil, and returns
// the outcome of the last.
type session interface {
	run(statements []statement) (outcome, error)
}

// tx is the engine-neutral part of a transaction: the buffer, the poison and
// the hooks. It implements Tx, and Querier for reads.
type tx struct {
	session session
	pending []statement
	poison  error
	hooks   []func()
}

// Query flushes and runs a query.
func (t *tx) Query(sql string, args ...any) (Rows, error) {
	out, err := t.flush(read, sql, args)
	if err != nil {
		return nil, err
	}
	return out.rows, nil
}

// QueryRow flushes and runs a query of at most one row; errors surface in Scan.
func (t *tx) QueryRow(sql string, args ...any) Row {
	out, err := t.flush(read, sql, args)
	if err != nil {
		return single{&resultSet{err: err}}
	}
	return single{out.rows}
}

// Exec buffers a write.
func (t *tx) Exec(sql string, args ...any) { t.buffer(write, sql, args) }

// ExecOne buffers a write that must affect exactly one row.
func (t *tx) ExecOne(sql string, args ...any) { t.buffer(guarded, sql, args) }

// Count flushes, runs a write and returns how many rows it affected.
func (t *tx) Count(sql string, args ...any) (int64, error) {
	out, err := t.flush(count, sql, args)
	return out.affected, err
}

// OnCommit registers fn to run after the commit.
func (t *tx) OnCommit(fn func()) { t.hooks = append(t.hooks, fn) }

func (t *tx) buffer(m mode, sql string, args []any) {
	bound, err := bind(args)
	if err == nil && controlsTransaction(sql) {
		err = errControl
	}
	t.pending = append(t.pending, statement{sql: sql, args: bound, mode: m, err: err})
}

func (t *tx) flush(m mode, sql string, args []any) (outcome, error) {
	t.buffer(m, sql, args)
	return t.flushPending()
}

// flushPending sends what is buffered. The first failure poisons the
// transaction: from then on every call returns it and nothing is sent.
func (t *tx) flushPending() (outcome, error) {
	statements := t.pending
	t.pending = t.pending[:0]
	if t.poison != nil || len(statements) == 0 {
		return outcome{}, t.poison
	}
	out, err := t.session.run(statements)
	if err != nil {
		t.poison = err
		return outcome{}, err
	}
	return out, nil
}

// finish ends the use of the transaction and gives the error of its closure.
// The poison is always in it: a closure that swallowed a failed statement has
// not done its work, and what is run again is told by the poison.
func (t *tx) finish(err error) error {
	poison := t.poison
	t.poison = errReturned
	switch {
	case poison == nil || errors.Is(err, poison):
		return err
	case err == nil:
		return poison
	}
	return fmt.Errorf("%w: %w", err, poison)
}

// controlsTransaction reports a statement that would end the transaction under
// sqldb, and with it the transactions of the whole batch on SQLite.
func controlsTransaction(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(sql, " \t\n"), " ")
	switch strings.ToUpper(strings.TrimRight(word, ";\n\t")) {
	case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
		return true
	}
	return false
}

// querier hides the writing half of a transaction from a read.
type querier struct{ t *tx }

// Query runs a query.
func (q querier) Query(sql string, args ...any) (Rows, error) { return q.t.Query(sql, args...) }

// QueryRow runs a query of at most one row; errors surface in Scan.
func (q querier) QueryRow(sql string, args ...any) Row { return q.t.QueryRow(sql, args...) }
