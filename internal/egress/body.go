package egress

import (
	"bufio"
	"errors"
	"io"
	"net/http/httputil"
)

// body is an answer's body. It ends after ResponseCap bytes, and the connection
// of an answer that is longer is not used again; it breaks after bodyTime.
type body struct {
	*exchange
	head   head
	keep   bool
	left   int // until the cap
	chunks *chunks
	over   bool
}

func (b *body) chunked() bool { return b.head.length == inChunks }

// Read reads on until the end or the cap, which it reports alike.
func (b *body) Read(into []byte) (int, error) {
	switch {
	case b.over:
		return 0, io.EOF
	case b.left == 0:
		b.finish(false)
		return 0, io.EOF
	}
	n, err := b.part(into[:min(len(into), b.left)])
	b.left -= n
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		b.finish(b.keep)
	default:
		err = b.explain(err)
		b.finish(false)
	}
	return n, err
}

// part reads some of the body. Its error at the body's proper end is io.EOF, and
// comes with the last bytes where the length is known.
func (b *body) part(into []byte) (int, error) {
	if b.chunks != nil {
		return b.chunks.Read(into)
	}
	if b.head.length == untilClose {
		return b.conn.reader.Read(into)
	}
	n, err := b.conn.reader.Read(into[:min(int64(len(into)), b.head.length)])
	b.head.length -= int64(n)
	switch {
	case b.head.length == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// Close ends the exchange. A body that was not read to its end costs the
// connection.
func (b *body) Close() error {
	b.finish(false)
	return nil
}

func (b *body) finish(keep bool) {
	if !b.over {
		b.over = true
		b.end(keep)
	}
}

// chunks reads a chunked body and, which the standard library's reader leaves to
// its caller, the trailer behind it.
type chunks struct {
	io.Reader
	below *bufio.Reader
}

func newChunks(below *bufio.Reader) *chunks {
	return &chunks{Reader: httputil.NewChunkedReader(below), below: below}
}

// Read returns io.EOF when the trailer has been read.
func (c *chunks) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	for range headerLines {
		line, err := c.below.ReadSlice('\n')
		if err != nil {
			return n, errTrailer
		}
		if len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			return n, io.EOF
		}
	}
	return n, errTrailer
}

var errTrailer = errors.New("egress: the trailer of a chunked body is malformed")
