package listen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/fault"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is the far end of a stream.
type client struct {
	t      *testing.T
	conn   net.Conn
	frames *json.Decoder
	leave  context.CancelFunc
	served chan struct{} // closed when Serve has returned
}

// writer is the near end.
type writer struct {
	net.Conn
	header http.Header
}

func (w writer) Header() http.Header { return w.header }
func (w writer) WriteHeader(int)     {}
func (w writer) Flush()              {}

func opening(endpoint webhook.EndpointID, connection string) listen.Opening {
	return listen.Opening{
		Endpoint: endpoint, Connection: connection, Holder: "merchant", Peer: "203.0.113.7:40000",
		Hello: listen.Hello{Name: "till", StoreID: "STO_1", Env: "test"},
	}
}

// mustOpen opens a stream and reads nothing of it.
func mustOpen(t *testing.T, hub *listen.Hub, o listen.Opening) *client {
	t.Helper()
	stream, err := hub.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	ctx, leave := context.WithCancel(t.Context())
	c := &client{t: t, conn: far, frames: json.NewDecoder(far), leave: leave, served: make(chan struct{})}
	go func() {
		defer close(c.served)
		stream.Serve(ctx, writer{near, http.Header{}})
		near.Close()
	}()
	return c
}

// mustConnect opens a stream and reads its hello.
func mustConnect(t *testing.T, hub *listen.Hub, o listen.Opening) *client {
	t.Helper()
	c := mustOpen(t, hub, o)
	if frame := c.next(); frame.Hello == nil || frame.Hello.Connection != o.Connection {
		t.Fatalf("the first frame is %+v", frame)
	}
	return c
}

func (c *client) next() (frame listen.Frame) {
	c.t.Helper()
	if err := c.frames.Decode(&frame); err != nil {
		c.t.Fatalf("reading a frame: %v", err)
	}
	return frame
}

// answered is what a sent request came to.
type answered struct {
	response *http.Response
	err      error
}

// send has a delivery sent in the background, with ten seconds' time.
func send(ctx context.Context, hub *listen.Hub, endpoint webhook.EndpointID, id string) <-chan answered {
	result := make(chan answered, 1)
	go func() {
		limited, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(limited, http.MethodPost, "http://localhost:3000/hook", bytes.NewReader([]byte(`{"n":1}`)))
		if err != nil {
			result <- answered{err: err}
			return
		}
		request.Header = http.Header{"X-Waffo-Signature": {"t=1,v1=x"}, "Content-Type": {"application/json"}}
		response, err := hub.To(webhook.Delivery{
			ID: webhook.DeliveryID(id), Endpoint: endpoint, EventType: "order.completed", Attempts: 2,
		}).Do(request)
		result <- answered{response, err}
	}()
	return result
}

func ack(connection, delivery string) listen.Ack {
	return listen.Ack{Connection: connection, Holder: "merchant", Delivery: webhook.DeliveryID(delivery), Status: 202}
}

func TestStream(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(t *testing.T, hub *listen.Hub){
		"a request is handed over and answered by its acknowledgement":   answers,
		"a failure is told by its class":                                 fails,
		"only the holder may acknowledge, and only what is under way":    refusesAcks,
		"a quiet stream gives signs of life":                             beats,
		"the newer of two connections takes over":                        takesOver,
		"a client that leaves cuts what is under way":                    leaves,
		"silence until the deadline ends the stream without a verdict":   silence,
		"a sender that gives up leaves the stream open":                  givesUp,
		"whoever may not go on is told so":                               revokes,
		"closing tells every client and waits for no stalled one":        closes,
		"nothing is sent to a listener that is not connected":            away,
		"an acknowledgement that comes just before the end still counts": lastWord,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hub := listen.New(listen.Config{})
				check(t, hub)
				hub.Close()
			})
		})
	}
}

func answers(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	got := c.next().Delivery
	if got == nil || got.ID != "d1" || got.Event != "order.completed" || got.Attempt != 3 || string(got.Body) != `{"n":1}` || got.LimitMS != 9000 {
		t.Fatalf("handed over %+v", got)
	}
	if len(got.Headers) != 2 || got.Headers[1] != (listen.Header{Name: "X-Waffo-Signature", Value: "t=1,v1=x"}) {
		t.Errorf("headers %+v", got.Headers)
	}
	a := ack("c1", "d1")
	a.Headers, a.Body = []listen.Header{{Name: "Retry-After", Value: "7"}}, []byte("thanks")
	if err := hub.Settle(a); err != nil {
		t.Fatal(err)
	}
	outcome := <-result
	if outcome.err != nil {
		t.Fatal(outcome.err)
	}
	body, err := io.ReadAll(outcome.response.Body)
	if err != nil || string(body) != "thanks" || outcome.response.StatusCode != http.StatusAccepted || outcome.response.Header.Get("Retry-After") != "7" {
		t.Errorf("answered %d %v %q, %v", outcome.response.StatusCode, outcome.response.Header, body, err)
	}
	if err := hub.Settle(a); !errors.Is(err, listen.ErrNotAwaited) {
		t.Errorf("the second acknowledgement gave %v", err)
	}
}

func fails(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	c.next()
	a := ack("c1", "d1")
	a.Status, a.Failure = 0, webhook.Connect
	if err := hub.Settle(a); err != nil {
		t.Fatal(err)
	}
	told, ok := errors.AsType[*webhook.Reported]((<-result).err)
	if !ok || told.Class != webhook.Connect || told.Reason == "" {
		t.Errorf("the failure is %+v", told)
	}
}

func refusesAcks(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	c.next()
	for name, change := range map[string]struct {
		change func(*listen.Ack)
		code   string
	}{
		"another holder":     {func(a *listen.Ack) { a.Holder = "other" }, "no_such_connection"},
		"another connection": {func(a *listen.Ack) { a.Connection = "c2" }, "no_such_connection"},
		"another delivery":   {func(a *listen.Ack) { a.Delivery = "d2" }, "not_awaited"},
		"no status":          {func(a *listen.Ack) { a.Status = 0 }, "bad_status"},
		"an unknown failure": {func(a *listen.Ack) { a.Failure = "sealed" }, "unknown_failure"},
	} {
		a := ack("c1", "d1")
		change.change(&a)
		if err := hub.Settle(a); fault.CodeOf(err) != change.code {
			t.Errorf("%s: %v, want %s", name, err, change.code)
		}
	}
	if err := hub.Settle(ack("c1", "d1")); err != nil {
		t.Errorf("the right one: %v", err)
	}
	if outcome := <-result; outcome.err != nil {
		t.Error(outcome.err)
	}
}

func beats(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	began := time.Now()
	for range 6 {
		if frame := c.next(); frame != (listen.Frame{}) {
			t.Fatalf("a quiet stream said %+v", frame)
		}
	}
	if took := time.Since(began); took != time.Minute {
		t.Errorf("six signs of life took %v", took)
	}
}

func takesOver(t *testing.T, hub *listen.Hub) {
	older := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	older.next()
	newer := mustConnect(t, hub, opening("E", "c2"))
	if end := older.next().End; end == nil || end.Reason != listen.TakenOver || end.Message == "" {
		t.Errorf("the older is told %+v", end)
	}
	if outcome := <-result; !errors.Is(outcome.err, webhook.ErrAway) {
		t.Errorf("what was under way gave %v", outcome.err)
	}
	<-older.served
	if err := hub.Settle(ack("c1", "d1")); !errors.Is(err, listen.ErrNoConnection) {
		t.Errorf("the older's acknowledgement gave %v", err)
	}
	again := send(t.Context(), hub, "E", "d1")
	if got := newer.next().Delivery; got == nil || got.ID != "d1" {
		t.Fatalf("the newer got %+v", got)
	}
	if err := hub.Settle(ack("c2", "d1")); err != nil {
		t.Error(err)
	}
	if outcome := <-again; outcome.err != nil {
		t.Error(outcome.err)
	}
}

func leaves(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	c.next()
	c.leave()
	if outcome := <-result; !errors.Is(outcome.err, webhook.ErrAway) {
		t.Errorf("what was under way gave %v", outcome.err)
	}
	<-c.served
	if hub.Connected("E") {
		t.Error("the listener still counts as connected")
	}
}

func silence(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	for c.next().Delivery == nil {
	}
	for {
		frame := c.next()
		if frame.End != nil {
			if frame.End.Reason != listen.Lost {
				t.Errorf("ended by %s", frame.End.Reason)
			}
			break
		}
	}
	if outcome := <-result; !errors.Is(outcome.err, webhook.ErrAway) {
		t.Errorf("silence gave %v", outcome.err)
	}
	if hub.Connected("E") {
		t.Error("the listener still counts as connected")
	}
}

func givesUp(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	ctx, cancel := context.WithCancel(t.Context())
	result := send(ctx, hub, "E", "d1")
	c.next()
	cancel()
	if outcome := <-result; !errors.Is(outcome.err, context.Canceled) {
		t.Errorf("giving up gave %v", outcome.err)
	}
	if !hub.Connected("E") {
		t.Error("the stream ended with it")
	}
}

func revokes(t *testing.T, hub *listen.Hub) {
	standing := errors.New("the database is away")
	o := opening("E", "c1")
	o.Standing = func(context.Context) error { return standing }
	c := mustConnect(t, hub, o)
	for range 8 { // beyond the first look
		if frame := c.next(); frame.End != nil {
			t.Fatalf("a database that is away ended the stream: %+v", frame.End)
		}
	}
	standing = fault.New(fault.Forbidden, "x", "No.")
	for {
		if end := c.next().End; end != nil {
			if end.Reason != listen.Revoked {
				t.Errorf("ended by %s", end.Reason)
			}
			return
		}
	}
}

func closes(t *testing.T, hub *listen.Hub) {
	reads := mustConnect(t, hub, opening("E", "c1"))
	stalled := mustOpen(t, hub, opening("F", "c2")) // never reads, not even its hello
	synctest.Wait()
	began := time.Now()
	closed := make(chan struct{})
	go func() { hub.Close(); close(closed) }()
	if end := reads.next().End; end == nil || end.Reason != listen.Stopping {
		t.Errorf("told %+v", end)
	}
	<-closed
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("closing took %v", took)
	}
	<-stalled.served
	if _, err := hub.Open(opening("G", "c3")); !errors.Is(err, listen.ErrStopping) {
		t.Errorf("a closed hub gave %v", err)
	}
}

func away(t *testing.T, hub *listen.Hub) {
	if outcome := <-send(t.Context(), hub, "E", "d1"); !errors.Is(outcome.err, webhook.ErrAway) {
		t.Errorf("sending gave %v", outcome.err)
	}
}

func lastWord(t *testing.T, hub *listen.Hub) {
	c := mustConnect(t, hub, opening("E", "c1"))
	result := send(t.Context(), hub, "E", "d1")
	c.next()
	if err := hub.Settle(ack("c1", "d1")); err != nil {
		t.Fatal(err)
	}
	c.leave()
	if outcome := <-result; outcome.err != nil {
		t.Errorf("what was acknowledged gave %v", outcome.err)
	}
}

func TestAHubHoldsSoManyStreams(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := listen.New(listen.Config{Most: 1})
		defer hub.Close()
		mustConnect(t, hub, opening("E", "c1")).leaveLater(t)
		if _, err := hub.Open(opening("F", "c2")); !errors.Is(err, listen.ErrCrowded) {
			t.Errorf("the second stream gave %v", err)
		}
		// The same listener only changes its connection.
		mustConnect(t, hub, opening("E", "c3")).leaveLater(t)
	})
}

// leaveLater has the client read until its stream ends.
func (c *client) leaveLater(t *testing.T) {
	t.Helper()
	go func() { _, _ = io.Copy(io.Discard, c.conn) }()
}
