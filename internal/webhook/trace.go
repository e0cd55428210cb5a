package webhook

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// trace notes when the stages of one attempt were reached. Its callbacks may
// run on the transport's goroutines, even after the attempt has ended.
type trace struct {
	started time.Time

	mu      sync.Mutex
	timings Timings
	address string
}

// with returns a context under which a request reports to the trace.
func (t *trace) with(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone:              t.resolved,
		ConnectDone:          t.connected,
		TLSHandshakeDone:     t.secured,
		GotConn:              t.gotConn,
		GotFirstResponseByte: t.firstByte,
	})
}

func (t *trace) resolved(found httptrace.DNSDoneInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if found.Err == nil {
		t.timings.Resolved = time.Since(t.started)
	}
}

func (t *trace) connected(_, address string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.address = address
	if err == nil {
		t.timings.Connected = time.Since(t.started)
	}
}

func (t *trace) secured(_ tls.ConnectionState, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.timings.Secured = time.Since(t.started)
	}
}

func (t *trace) gotConn(info httptrace.GotConnInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.address = info.Conn.RemoteAddr().String()
}

func (t *trace) firstByte() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timings.FirstByte = time.Since(t.started)
}

// into completes an attempt.
func (t *trace) into(attempt *Attempt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timings.Total = time.Since(t.started)
	attempt.Timings = t.timings
	attempt.Address = t.address
}
