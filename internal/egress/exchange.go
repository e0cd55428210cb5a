package egress

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"time"
)

// longRequest is from how many bytes on a request is written beside reading: a
// receiver may answer and hang up before it has read all of it. Anything shorter
// fits into the socket's buffer.
const longRequest = 64 << 10

// exchange is one request and its answer on a connection of its own.
type exchange struct {
	ctx    context.Context    // ends the exchange
	cancel context.CancelFunc // frees ctx; nil when it is the caller's
	conn   *conn
	trace  *httptrace.ClientTrace

	release func() bool // forgets ctx; false when it has ended already
	writing chan bool   // of a long request: whether all of it went out
	heard   bool        // at least one byte of the answer came
}

// run sends the request and reads the head of the answer. The body ends the
// exchange; an error has ended it already.
func (e *exchange) run(request *http.Request, wire []byte) (*http.Response, error) {
	if e.trace.GotConn != nil {
		e.trace.GotConn(httptrace.GotConnInfo{Conn: e.conn, Reused: e.conn.used})
	}
	// The connection is closed as soon as the context ends, which breaks off
	// what waits on it. A deadline would do the same, but for one that is set
	// again at that very moment.
	e.release = context.AfterFunc(e.ctx, e.conn.close)
	answer, err := e.converse(request, wire)
	if err != nil {
		e.cancel = nil // there may be a repeat; Do frees the context
		e.end(false)
		return nil, e.explain(err)
	}
	return answer, nil
}

func (e *exchange) converse(request *http.Request, wire []byte) (*http.Response, error) {
	if err := e.conn.limit(time.Time{}); err != nil {
		return nil, err
	}
	sent := e.write(wire)
	if sent != nil && e.ctx.Err() != nil {
		return nil, sent
	}
	// After a failed write there may still be an answer: the receiver said no
	// and hung up.
	h, err := e.readHead()
	if err != nil {
		if sent != nil && !e.heard {
			return nil, sent
		}
		return nil, err
	}
	return e.answer(request, h, sent == nil)
}

// write sends the request. A long one is still on its way when write returns.
func (e *exchange) write(wire []byte) error {
	if len(wire) < longRequest {
		_, err := e.conn.Write(wire)
		return err
	}
	e.writing = make(chan bool, 1)
	go func() {
		_, err := e.conn.Write(wire)
		e.writing <- err == nil
	}()
	return nil
}

// readHead reads on to the head of the final answer.
func (e *exchange) readHead() (head, error) {
	if _, err := e.conn.reader.Peek(1); err != nil {
		return head{}, err
	}
	e.heard = true
	if e.trace.GotFirstResponseByte != nil {
		e.trace.GotFirstResponseByte()
	}
	budget := ResponseCap
	for range interimAnswers + 1 {
		text, err := e.conn.readHead(&budget)
		if err != nil {
			return head{}, err
		}
		h, err := parseHead(text)
		if err != nil {
			return head{}, err
		}
		if h.status >= 200 {
			return h, nil
		}
		if h.status == http.StatusSwitchingProtocols {
			return head{}, malformed("it changes to a protocol that was not asked for")
		}
	}
	return head{}, malformed("its interim answers never end")
}

// answer makes the response of a head. whole says that the request was sent
// without an error.
func (e *exchange) answer(request *http.Request, h head, whole bool) (*http.Response, error) {
	response := &http.Response{
		Status: h.text, StatusCode: h.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: h.minor,
		Header: h.header, Body: http.NoBody, ContentLength: h.length, Request: request,
	}
	keep := whole && h.keep
	if h.length == 0 || request.Method == http.MethodHead {
		e.end(keep)
		return response, nil
	}
	b := &body{exchange: e, head: h, keep: keep && h.length != untilClose, left: ResponseCap}
	if b.chunked() {
		b.chunks = newChunks(e.conn.reader)
	}
	// A body that is here already needs no guard.
	if h.length < 0 || h.length > int64(e.conn.reader.Buffered()) {
		if err := e.conn.limit(time.Now().Add(bodyTime)); err != nil {
			return nil, err
		}
	}
	response.Body = b
	return response, nil
}

// end gives the connection back, or closes it.
func (e *exchange) end(keep bool) {
	if e.release == nil {
		return
	}
	// When the context has ended, its closing of the connection may be under
	// way.
	keep = e.release() && keep
	e.release = nil
	if e.writing != nil {
		keep = e.written(keep) && keep
	}
	if e.cancel != nil {
		e.cancel()
	}
	if !keep || e.conn.reader.Buffered() > 0 { // bytes that belong to no answer
		e.conn.close()
		return
	}
	e.conn.used = true
	e.conn.pool.put(e.conn)
}

// written waits for the end of a long request's writing, which it brings about
// when the answer came first.
func (e *exchange) written(keep bool) bool {
	if keep {
		select {
		case whole := <-e.writing:
			return whole
		default:
		}
	}
	e.conn.close()
	<-e.writing
	return false
}

// stale reports whether the request went out on a connection that had been used
// before, and failed without a byte of an answer because the receiver closed it.
func (e *exchange) stale(err error) bool {
	return e.conn.used && !e.heard && e.ctx.Err() == nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

// explain names the context's end where that is what broke the connection.
func (e *exchange) explain(err error) error {
	if ended := e.ctx.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
