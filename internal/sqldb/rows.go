package sqldb

// resultSet is a whole result held in memory: queries are bounded by LIMIT,
// and a connection that is free again lets a closure run its next statement
// while it still iterates, on both engines alike.
type resultSet struct {
	width  int
	values []any // row after row
	next   int   // offset of the row that Next moves to
	closed bool
	err    error
}

// Next moves to the next row.
func (r *resultSet) Next() bool {
	if r.err != nil || r.closed || r.next+r.width > len(r.values) || r.width == 0 {
		return false
	}
	r.next += r.width
	return true
}

// Scan copies the row that the last Next moved to.
func (r *resultSet) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if r.next == 0 || r.closed {
		return errNoCurrentRow
	}
	return scan(r.values[r.next-r.width:r.next], dest)
}

// Err tells why Next ended early; nil at a plain end.
func (r *resultSet) Err() error { return r.err }

// Close ends the iteration.
func (r *resultSet) Close() { r.closed = true }

// single is the Row view of a result.
type single struct{ rows *resultSet }

// Scan copies the first row, or returns ErrNoRows.
func (s single) Scan(dest ...any) error {
	if s.rows.err != nil {
		return s.rows.err
	}
	if !s.rows.Next() {
		return ErrNoRows
	}
	return s.rows.Scan(dest...)
}
