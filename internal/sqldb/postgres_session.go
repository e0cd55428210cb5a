package sqldb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresSession is one transaction on one connection. Every flush is one
// pipeline: BEGIN goes out with the first and COMMIT, where it can, with the
// last.
type postgresSession struct {
	ctx    context.Context
	conn   *pgconn.PgConn
	known  preparedStatements
	begin  string
	begun  bool // BEGIN has been sent
	waited time.Duration
}

func newPostgresSession(ctx context.Context, conn *pgxpool.Conn, begin string) *postgresSession {
	pg := conn.Conn().PgConn()
	return &postgresSession{ctx: ctx, conn: pg, known: preparedOn(pg), begin: begin}
}

// run sends the statements in one round trip and reads their results in order.
func (s *postgresSession) run(statements []statement) (outcome, error) {
	return s.send(statements, false)
}

// commit sends the last statements, none of them guarded, and COMMIT behind
// them: the server leaves out COMMIT when one of them fails.
func (s *postgresSession) commit(last []statement) error {
	if !s.begun && len(last) == 0 {
		return nil
	}
	_, err := s.send(last, true)
	return err
}

func (s *postgresSession) send(statements []statement, commit bool) (out outcome, err error) {
	started := time.Now()
	defer func() { s.waited += time.Since(started) }()

	encoded, descriptions, refused, err := s.encode(statements)
	if err != nil {
		return outcome{}, s.classify(err, false)
	}
	if refused != nil {
		// Those before it have their turn first: one of them may fail too, and
		// the first failure is the one that counts.
		statements, commit = statements[:len(encoded)], false
		if len(statements) == 0 {
			return outcome{}, refused
		}
	}

	pipeline := s.conn.StartPipeline(s.ctx)
	first := !s.begun
	if first {
		pipeline.SendQueryParams(s.begin, nil, nil, nil, nil)
		s.begun = true
	}
	for i, d := range descriptions {
		pipeline.SendQueryStatement(d.statement, encoded[i], d.parameterFormats, d.resultFormats)
	}
	if commit {
		pipeline.SendQueryParams("COMMIT", nil, nil, nil, nil)
	}
	err = pipeline.Sync()
	if err == nil {
		out, err = s.receive(pipeline, first, statements, descriptions, commit)
	}
	if closeErr := pipeline.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return outcome{}, s.classify(err, commit)
	}
	return out, refused
}

// encode gives the arguments and descriptions of the statements up to the first
// that is refused, and why it is.
func (s *postgresSession) encode(statements []statement) (
	encoded [][][]byte, descriptions []*description, refused, err error,
) {
	for i := range statements {
		if refused = statements[i].err; refused != nil {
			statements = statements[:i]
			break
		}
	}
	descriptions, err = s.known.describe(s.ctx, s.conn, statements)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range statements {
		arguments, err := encodeArguments(&statements[i], descriptions[i].statement.ParamOIDs)
		if err != nil {
			return encoded, descriptions[:i], err, nil
		}
		encoded = append(encoded, arguments)
	}
	return encoded, descriptions, refused, nil
}

// receive reads the results in the order they were asked for and gives the
// first error or verdict. What the server did after a guard that missed is
// rolled back with the rest.
func (s *postgresSession) receive(
	pipeline *pgconn.Pipeline, began bool, statements []statement, descriptions []*description, commit bool,
) (out outcome, err error) {
	if began {
		if _, err := result(pipeline); err != nil {
			return outcome{}, err
		}
	}
	for i := range statements {
		reader, err := result(pipeline)
		if err == nil {
			out, err = descriptions[i].read(reader)
		}
		if err != nil {
			return outcome{}, statements[i].fail(err)
		}
		if err := statements[i].verdict(out.affected); err != nil {
			return outcome{}, err
		}
	}
	if commit {
		reader, err := result(pipeline)
		if err != nil {
			return outcome{}, err
		}
		tag, err := reader.Close()
		if err != nil {
			return outcome{}, err
		}
		if tag.String() != "COMMIT" {
			return outcome{}, fmt.Errorf("sqldb: the server answered COMMIT with %s", tag)
		}
	}
	return out, nil
}

// result is the next result of the pipeline.
func result(pipeline *pgconn.Pipeline) (*pgconn.ResultReader, error) {
	results, err := pipeline.GetResults()
	if err != nil {
		return nil, err
	}
	reader, ok := results.(*pgconn.ResultReader)
	if !ok {
		return nil, fmt.Errorf("sqldb: the server sent %T in place of a result", results)
	}
	return reader, nil
}

// classify gives err its meaning. Only errors of the engine have one; refused
// arguments and verdicts are what they say.
func (s *postgresSession) classify(err error, committing bool) error {
	var server *pgconn.PgError
	if !s.conn.IsClosed() && !errors.As(err, &server) {
		return err
	}
	err = classify(err, committing)
	if errors.Is(err, errStaleStatement) {
		s.known.stale = true
	}
	if s.ctx.Err() != nil && !errors.Is(err, ErrUnknownCommit) {
		err = context.Cause(s.ctx)
	}
	return err
}

// rollback ends a transaction that was begun and not committed. A connection
// on which that fails is closed, and the server rolls back by itself.
func (s *postgresSession) rollback() {
	if !s.begun || s.conn.IsClosed() || s.conn.TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), readLimit)
	defer cancel()
	_ = s.conn.Exec(ctx, "ROLLBACK").Close() // the pool drops a connection still in a transaction
}
