package sqldb

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// preparedStatements are those of one connection, by their text. They live as
// long as the connection does.
type preparedStatements struct{ *preparedState }

type preparedState struct {
	byText map[string]*description
	named  int  // how many names were given out
	stale  bool // the server refused one of them
}

const preparedKey = "tillway statements"

func preparedOn(conn *pgconn.PgConn) preparedStatements {
	state, ok := conn.CustomData()[preparedKey].(*preparedState)
	if !ok {
		state = &preparedState{byText: make(map[string]*description)}
		conn.CustomData()[preparedKey] = state
	}
	return preparedStatements{state}
}

// description is a prepared statement with the wire format of each parameter
// and each column.
type description struct {
	statement        *pgconn.StatementDescription
	parameterFormats []int16
	resultFormats    []int16
}

// describe gives the description of each statement, and prepares in one round
// trip those that the connection does not know yet.
func (p preparedStatements) describe(
	ctx context.Context, conn *pgconn.PgConn, statements []statement,
) ([]*description, error) {
	if p.stale || len(p.byText) > maxStatements {
		if err := conn.Exec(ctx, "DEALLOCATE ALL").Close(); err != nil {
			return nil, err
		}
		clear(p.byText)
		p.stale = false
	}
	var unknown []*statement
	for i := range statements {
		s := &statements[i]
		if _, ok := p.byText[s.sql]; !ok {
			p.byText[s.sql] = nil
			unknown = append(unknown, s)
		}
	}
	if len(unknown) > 0 {
		if err := p.prepare(ctx, conn, unknown); err != nil {
			return nil, err
		}
	}
	descriptions := make([]*description, len(statements))
	for i := range statements {
		descriptions[i] = p.byText[statements[i].sql]
	}
	return descriptions, nil
}

func (p preparedStatements) prepare(ctx context.Context, conn *pgconn.PgConn, unknown []*statement) (err error) {
	defer func() {
		for _, s := range unknown {
			if p.byText[s.sql] == nil {
				delete(p.byText, s.sql)
			}
		}
	}()
	pipeline := conn.StartPipeline(ctx)
	for _, s := range unknown {
		p.named++
		pipeline.SendPrepare("s"+strconv.Itoa(p.named), s.sql, nil)
		pipeline.SendPipelineSync()
	}
	first := p.named - len(unknown) + 1
	err = pipeline.Flush()
	for i := 0; err == nil && i < len(unknown); i++ {
		var results any
		if results, err = pipeline.GetResults(); err != nil {
			err = unknown[i].fail(err)
			break
		}
		d, ok := results.(*pgconn.StatementDescription)
		if !ok {
			err = unknown[i].fail(fmt.Errorf("the server sent %T in place of a description", results))
			break
		}
		d.Name = "s" + strconv.Itoa(first+i)
		p.byText[unknown[i].sql] = newDescription(d)
		_, err = pipeline.GetResults() // the sync
	}
	if closeErr := pipeline.Close(); err == nil {
		err = closeErr
	}
	return err
}

func newDescription(statement *pgconn.StatementDescription) *description {
	d := &description{
		statement:        statement,
		parameterFormats: make([]int16, len(statement.ParamOIDs)),
		resultFormats:    make([]int16, len(statement.Fields)),
	}
	for i, oid := range statement.ParamOIDs {
		d.parameterFormats[i] = formatOf(oid)
	}
	for i := range statement.Fields {
		d.resultFormats[i] = formatOf(statement.Fields[i].DataTypeOID)
	}
	return d
}

// formatOf is the binary format for the types of the portable subset and text
// for the rest, of which decode knows NUMERIC.
func formatOf(oid uint32) int16 {
	switch oid {
	case pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID, pgtype.BoolOID, pgtype.ByteaOID:
		return pgtype.BinaryFormatCode
	}
	return pgtype.TextFormatCode
}

// read takes the whole result of a statement.
func (d *description) read(reader *pgconn.ResultReader) (outcome, error) {
	set := &resultSet{width: len(d.statement.Fields)}
	for reader.NextRow() {
		for i, raw := range reader.Values() {
			value, err := decode(d.statement.Fields[i].DataTypeOID, raw)
			if err != nil {
				_, _ = reader.Close()
				return outcome{}, fmt.Errorf("column %d: %w", i+1, err)
			}
			set.values = append(set.values, value)
		}
	}
	tag, err := reader.Close()
	return outcome{affected: tag.RowsAffected(), rows: set}, err
}
