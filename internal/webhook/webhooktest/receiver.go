package webhooktest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Mode is how a Receiver behaves.
type Mode string

// The modes of a Receiver.
const (
	Answer   Mode = "answer"   // the Reply's status and body
	Hang     Mode = "hang"     // takes the request and never answers
	Drip     Mode = "drip"     // status 200, then a body that never gets on
	Reset    Mode = "reset"    // breaks the connection
	Redirect Mode = "redirect" // 302 to a place that is recorded too
	BigBody  Mode = "big-body" // status 200, then 100 MB
	Garbage  Mode = "garbage"  // not HTTP
)

// Reply is what a Receiver says in mode Answer.
type Reply struct {
	Status int // 200 when zero
	Header http.Header
	Body   string
}

// Received is one request as it came in.
type Received struct {
	At     time.Time
	Path   string
	Header http.Header
	Body   []byte // raw bytes
}

// Receiver is a loopback server that records what it gets, byte for byte, and
// behaves as told.
type Receiver struct {
	URL string

	server *httptest.Server
	hung   chan struct{} // closed to let hanging requests go

	mu       sync.Mutex
	mode     Mode
	reply    Reply
	received []Received
	changed  chan struct{} // closed and replaced at every request
	open     int           // requests being held
}

// NewReceiver starts a receiver in mode Answer; it ends with the test.
func NewReceiver(t testing.TB) *Receiver {
	t.Helper()
	r := &Receiver{mode: Answer, hung: make(chan struct{}), changed: make(chan struct{})}
	r.server = httptest.NewServer(http.HandlerFunc(r.serve))
	r.URL = r.server.URL + "/hook"
	t.Cleanup(func() {
		close(r.hung)
		r.server.CloseClientConnections()
		r.server.Close()
	})
	return r
}

// Set changes the mode.
func (r *Receiver) Set(mode Mode) *Receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = mode
	return r
}

// Reply changes the answer of mode Answer, and sets that mode.
func (r *Receiver) Reply(reply Reply) *Receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode, r.reply = Answer, reply
	return r
}

// Received lists the requests so far, in the order they came.
func (r *Receiver) Received() []Received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Received(nil), r.received...)
}

// Holding counts the requests that are being held in modes Hang and Drip.
func (r *Receiver) Holding() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open
}

// patience is after how long a test that waits for what never comes is failed
// with a message, instead of hanging.
const patience = 60 * time.Second

// Wait blocks until n requests have come in.
func (r *Receiver) Wait(t testing.TB, n int) []Received {
	t.Helper()
	lost := time.After(patience)
	for {
		r.mu.Lock()
		received, changed := append([]Received(nil), r.received...), r.changed
		r.mu.Unlock()
		if len(received) >= n {
			return received
		}
		select {
		case <-changed:
		case <-lost:
			t.Fatalf("received %d requests, want %d", len(received), n)
		}
	}
}

func (r *Receiver) serve(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	mode, reply := r.record(request, body)
	switch mode {
	case Hang:
		r.hold(request)
		panic(http.ErrAbortHandler)
	case Drip:
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, "o")
		_ = http.NewResponseController(w).Flush()
		r.hold(request)
	case Reset:
		reset(w, "")
	case Garbage:
		reset(w, "SSH-2.0-OpenSSH_9.2\r\n")
	case Redirect:
		http.Redirect(w, request, "/elsewhere", http.StatusFound)
	case BigBody:
		block := make([]byte, 64<<10)
		for range 1600 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	default:
		for name, values := range reply.Header {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
		if reply.Status != 0 {
			w.WriteHeader(reply.Status)
		}
		_, _ = io.WriteString(w, reply.Body)
	}
}

func (r *Receiver) record(request *http.Request, body []byte) (Mode, Reply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, Received{
		At: time.Now(), Path: request.URL.Path, Header: request.Header.Clone(), Body: body,
	})
	if r.mode == Hang || r.mode == Drip {
		r.open++
	}
	close(r.changed)
	r.changed = make(chan struct{})
	return r.mode, r.reply
}

// hold keeps the request until its sender or the test gives up.
func (r *Receiver) hold(request *http.Request) {
	select {
	case <-request.Context().Done():
	case <-r.hung:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open--
}

// reset writes raw bytes, if any, and breaks the connection.
func reset(w http.ResponseWriter, raw string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if raw != "" {
		_, _ = io.WriteString(conn, raw)
	} else if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
