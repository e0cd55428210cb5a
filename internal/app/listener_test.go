package app_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/api/listener/listenerclient"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/app"
	"tillway/internal/cli"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
	"tillway/internal/webhook/webhooktest"
)

// mustSell makes one sale.
func (s *till) mustSell(t *testing.T) {
	t.Helper()
	_, page := s.mustOpen(t, pay.Test, "USD", "10.00")
	buyer := s.newShopper(t, page)
	placed := buyer.mustPost(t, "details", object{"email": "b@example.com", "country": "DE"})
	paid := buyer.mustPost(t, "pay", object{"method": "card", "turn": placed["turn"], "number": "4576750000000110", "expiry": "12/34", "cvc": "123"})
	if paid["state"] != string(pay.CheckoutPaid) {
		t.Fatalf("the sale ended with %v", paid)
	}
}

// wire is a way to the server that can be cut.
type wire struct {
	url   string
	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{url: "http://" + taken.Addr().String(), conns: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := taken.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", target)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.conns[near], w.conns[far] = true, true
			w.mu.Unlock()
			for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
				running.Go(func() {
					_, _ = io.Copy(way[0], way[1])
					way[0].Close()
					way[1].Close()
				})
			}
		}
	})
	t.Cleanup(func() {
		taken.Close()
		w.cut()
		running.Wait()
	})
	return w
}

// cut breaks every connection.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for conn := range w.conns {
		conn.Close()
		delete(w.conns, conn)
	}
}

// command is `tillway listen --json` under way.
type command struct {
	lines chan object
	stop  context.CancelFunc
	exit  chan int
}

// startListen runs the command until the test ends.
func (s *till) startListen(t *testing.T, server string, args ...string) *command {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, []byte(s.made.Pancake.Test.PrivateKey), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &command{lines: make(chan object, 64), stop: stop, exit: make(chan int, 1)}
	out, in := io.Pipe()
	var running sync.WaitGroup
	running.Go(func() {
		defer in.Close()
		c.exit <- cli.Run(ctx, append([]string{
			"listen", "--json", "--server", server, "--merchant", string(s.made.MerchantID), "--private-key-file", key,
		}, args...), cli.Streams{Out: in, Err: io.Discard})
	})
	running.Go(func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			var line object
			if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
				t.Errorf("printed %q", scanner.Text())
				continue
			}
			c.lines <- line
		}
	})
	t.Cleanup(func() { stop(); running.Wait() })
	return c
}

// await is the next line of a kind.
func (c *command) await(t *testing.T, kind string) object {
	t.Helper()
	for {
		select {
		case line := <-c.lines:
			if line["kind"] == kind {
				return line
			}
		case <-time.After(30 * time.Second): // only a failing test waits so long
			t.Fatalf("no line of kind %s", kind)
		}
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		receiver, way := webhooktest.NewReceiver(t), newWire(t, s.server.Addr())
		block, _ := pem.Decode([]byte(s.made.Pancake.Test.WebhookPublicKey))
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		verified := func(n int) webhooktest.Received {
			t.Helper()
			got := receiver.Wait(t, n)[n-1]
			if _, err := webhooktest.VerifyPancake(got, public.(*rsa.PublicKey), time.Now()); err != nil {
				t.Errorf("request %d: the signature does not verify: %v", n, err)
			}
			return got
		}

		first := s.startListen(t, way.url, "--forward-to", receiver.URL)
		if line := first.await(t, "listening"); line["storeId"] != string(s.made.StoreID) || line["env"] != "test" {
			t.Errorf("listening to %v", line)
		}
		s.mustSell(t)
		got := verified(1)
		if got.Header.Get("X-Waffo-Event") != "order.completed" || got.Header.Get("Content-Type") != "application/json" || got.Header.Get("User-Agent") != "Tillway-Webhooks/1.0" {
			t.Errorf("the headers are %v", got.Header)
		}
		if line := first.await(t, "delivery"); line["status"] != 200.0 || line["recorded"] != true || line["event"] != "order.completed" {
			t.Errorf("told %v", line)
		}
		first.stop()
		if code := <-first.exit; code != 0 {
			t.Errorf("an interrupt ends the command with %d", code)
		}

		// What happens while nobody listens waits, and comes to the next run.
		s.mustSell(t)
		s.mustSell(t)
		second := s.startListen(t, way.url, "--forward-to", receiver.URL)
		verified(2)
		verified(3)
		second.await(t, "delivery")
		second.await(t, "delivery")

		// A connection that breaks in the middle of a delivery loses nothing.
		receiver.Set(webhooktest.Hang)
		s.mustSell(t)
		cut := verified(4)
		receiver.Set(webhooktest.Answer)
		way.cut()
		second.await(t, "disconnected")
		again := verified(5)
		if string(again.Body) != string(cut.Body) {
			t.Errorf("sent\n%s\nand then\n%s", cut.Body, again.Body)
		}
		if line := second.await(t, "delivery"); line["recorded"] != true || line["status"] != 200.0 {
			t.Errorf("told %v", line)
		}

		// A program that fails is what any receiver is that fails.
		receiver.Reply(webhooktest.Reply{Status: 500, Body: "no"})
		s.mustSell(t)
		if line := second.await(t, "delivery"); line["recorded"] != true || line["status"] != 500.0 {
			t.Errorf("told %v", line)
		}
		mustStop(t, s.server)
		second.await(t, "disconnected")
		s.mustVerify(t)
		done := s.mustQuery(t, `SELECT id, attempts FROM webhook_deliveries WHERE channel = 'listener' AND state = 'succeeded'`)
		if len(done) != 4 {
			t.Errorf("%d deliveries have succeeded, want 4", len(done))
		}
		for id, attempts := range done {
			if attempts != 1 {
				t.Errorf("%s took %d attempts", id, attempts)
			}
		}
		if failed := s.mustQuery(t, `SELECT state, attempts FROM webhook_deliveries WHERE channel = 'listener' AND last_status = 500`); failed["pending"] != 1 {
			t.Errorf("the failed delivery is %v, want pending after one attempt", failed)
		}
	})
}

// listenClient is the merchant's, over the till's connections.
func (s *till) listenClient(env pay.Env) listenerclient.Client {
	return listenerclient.Client{Client: s.keys[env]}
}

func mustListen(t *testing.T, client listenerclient.Client, ask listenerclient.Open) *listenerclient.Stream {
	t.Helper()
	stream, err := client.Open(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stream.Close)
	return stream
}

// mustFrame is the next frame that says something.
func mustFrame(t *testing.T, stream *listenerclient.Stream) listen.Frame {
	t.Helper()
	for {
		frame, err := stream.Next()
		if err != nil {
			t.Fatal(err)
		}
		if frame != (listen.Frame{}) {
			return frame
		}
	}
}

func TestListenRefuses(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	mine := s.listenClient(pay.Test)
	other, err := s.server.Operator().Setup(t.Context(), operator.SetupIn{Email: "other@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	strange := mine
	if strange.Key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	good := listenerclient.Open{StoreID: string(s.made.StoreID), Name: "till", ForwardTo: "http://localhost:3000/hook"}
	for name, check := range map[string]struct {
		client listenerclient.Client
		change func(*listenerclient.Open)
		status int
		says   string
	}{
		"a key that is not the merchant's": {strange, func(*listenerclient.Open) {}, 401, "Authentication failed"},
		"another merchant's store":         {mine, func(o *listenerclient.Open) { o.StoreID = string(other.StoreID) }, 403, "Access denied"},
		"a store that is not there":        {mine, func(o *listenerclient.Open) { o.StoreID = "STO_0000000000000000000000" }, 404, "Store not found"},
		"a store that is misspelt":         {mine, func(o *listenerclient.Open) { o.StoreID = "acme" }, 400, "STO_xxx"},
		"an event that does not exist":     {mine, func(o *listenerclient.Open) { o.Events = []string{"order.lost"} }, 400, `"order.lost"`},
		"a dialect that does not exist":    {mine, func(o *listenerclient.Open) { o.Dialect = "esperanto" }, 400, "pancake"},
		"no name":                          {mine, func(o *listenerclient.Open) { o.Name = " " }, 400, "name"},
		"a password in the address":        {mine, func(o *listenerclient.Open) { o.ForwardTo = "http://u:p@localhost/" }, 400, "forwardTo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ask := good
			check.change(&ask)
			stream, err := check.client.Open(t.Context(), ask)
			if err == nil {
				stream.Close()
			}
			told, ok := errors.AsType[*pancakeclient.Error](err)
			if !ok || told.Status != check.status || !strings.Contains(fmt.Sprint(told.Notices), check.says) {
				t.Errorf("answered %v, want %d with %q", err, check.status, check.says)
			}
		})
	}
	t.Run("a choice of stores that is not made", func(t *testing.T) {
		t.Parallel()
		second := s.mustCall(t, pay.Test, "store/create-store", object{"name": "Second"})["store"].(object)["id"].(string)
		_, err := mine.Open(t.Context(), listenerclient.Open{Name: "till", ForwardTo: "http://localhost:3000/"})
		told, ok := errors.AsType[*pancakeclient.Error](err)
		if !ok || told.Status != 400 || !strings.Contains(told.Notices[0].AIHint, second) || !strings.Contains(told.Notices[0].AIHint, string(s.made.StoreID)) {
			t.Errorf("answered %v %+v, want 400 with the choice", err, told)
		}
	})
	t.Run("the eleventh listener of a store, and none that is known", func(t *testing.T) {
		t.Parallel()
		prod := s.listenClient(pay.Prod)
		for n := range 10 {
			ask := good
			ask.Name = fmt.Sprint("till ", n)
			mustListen(t, prod, ask)
		}
		ask := good
		_, err := prod.Open(t.Context(), ask)
		if told, ok := errors.AsType[*pancakeclient.Error](err); !ok || told.Status != 400 || !strings.Contains(told.Notices[0].Message, "10 listeners") {
			t.Errorf("the eleventh gave %v", err)
		}
		ask.Name = "till 3"
		mustListen(t, prod, ask)
	})
}

func TestTwoListenersOfAStore(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	client := s.listenClient(pay.Test)
	ask := listenerclient.Open{ForwardTo: "http://localhost:3000/hook", Name: "one"}
	one := mustListen(t, client, ask)
	ask.Name, ask.Events = "two", []string{"order.completed"}
	two := mustListen(t, client, ask)
	ask.Name, ask.Events = "three", []string{"refund.succeeded"}
	three := mustListen(t, client, ask)
	s.mustSell(t)
	seen := map[string]bool{}
	for _, stream := range []*listenerclient.Stream{one, two} {
		delivery := mustFrame(t, stream).Delivery
		if delivery == nil || delivery.Event != "order.completed" || seen[delivery.ID] {
			t.Fatalf("received %+v", delivery)
		}
		seen[delivery.ID] = true
		// Only its own connection acknowledges a delivery.
		err := client.Ack(t.Context(), listenerclient.Ack{Connection: three.Hello.Connection, Delivery: delivery.ID, Status: 200})
		if told, ok := errors.AsType[*pancakeclient.Error](err); !ok || told.Status != http.StatusNotFound {
			t.Errorf("another connection's acknowledgement gave %v", err)
		}
		err = s.listenClient(pay.Prod).Ack(t.Context(), listenerclient.Ack{Connection: stream.Hello.Connection, Delivery: delivery.ID, Status: 200})
		if told, ok := errors.AsType[*pancakeclient.Error](err); !ok || told.Status != http.StatusNotFound {
			t.Errorf("an acknowledgement by a key of the other environment gave %v", err)
		}
		if err := client.Ack(t.Context(), listenerclient.Ack{Connection: stream.Hello.Connection, Delivery: delivery.ID, Status: 200}); err != nil {
			t.Error(err)
		}
	}
	for _, action := range []string{"update-webhook", "remove-webhook"} {
		err := s.keys[pay.Test].Call(t.Context(), "/v1/actions/store/"+action, object{"id": one.Hello.Listener}, nil)
		if told, ok := errors.AsType[*pancakeclient.Error](err); !ok || told.Status != http.StatusNotFound {
			t.Errorf("%s of a listener gave %v", action, err)
		}
	}
	ask.Name, ask.Events = "one", nil
	mustListen(t, client, ask)
	if end := mustFrame(t, one).End; end == nil || end.Reason != listen.TakenOver {
		t.Errorf("the older connection was told %+v", end)
	}
}

// A stream outlives the time that an ordinary answer may take, and does not
// hold up a stop.
func TestAStreamLastsUntilTheServerStops(t *testing.T) {
	t.Parallel()
	cfg := serverConfig(config.Data{Dir: dataDir(t)})
	const brief = 2 * time.Second // time enough for a sale on a busy machine
	cfg.Times = app.ConnectionTimes{Header: time.Minute, Request: brief, Answer: brief, Idle: time.Minute}
	s := newTillOn(t, cfg)
	stream := mustListen(t, s.listenClient(pay.Test), listenerclient.Open{ForwardTo: "http://localhost:3000/hook", Name: "till"})
	for began := time.Now(); time.Since(began) < brief+brief/2; {
		get(t, s.server.URL()+"/healthz")
	}
	s.mustSell(t)
	if delivery := mustFrame(t, stream).Delivery; delivery == nil || delivery.Event != "order.completed" {
		t.Errorf("received %+v", delivery)
	}
	s.mustReceive(t) // nothing else is under way
	began := time.Now()
	mustStop(t, s.server)
	if took := time.Since(began); took > app.StopPatience/3 {
		t.Errorf("the stop took %v", took)
	}
	if end := mustFrame(t, stream).End; end == nil || end.Reason != listen.Stopping {
		t.Errorf("the client was told %+v", end)
	}
}

// What waited for a listener that did not come back in time is gone with it: the
// next of its name gets only what happens from then on.
func TestAListenerThatWasGoneGetsNothingOld(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	client, ask := s.listenClient(pay.Test), listenerclient.Open{ForwardTo: "http://localhost:3000/hook", Name: "till"}
	first := mustListen(t, client, ask)
	first.Close()
	s.mustSell(t)
	s.mustReceive(t)
	if err := s.server.SweepAt(t.Context(), time.Now().Add(webhook.ListenerLife+time.Minute)); err != nil {
		t.Fatal(err)
	}
	second := mustListen(t, client, ask)
	s.mustSell(t)
	fresh := s.mustReceive(t)["orderId"].(string)
	if got := mustFrame(t, second).Delivery; got == nil || !strings.Contains(string(got.Body), fresh) {
		t.Errorf("the first that comes is %+v, want the sale %s", got, fresh)
	}
}

// What an operator sends again reaches the listener that had it before, under the
// same id.
func TestAResendReachesTheListener(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	receiver := webhooktest.NewReceiver(t)
	developer := s.startListen(t, s.server.URL(), "--forward-to", receiver.URL)
	developer.await(t, "listening")
	s.mustSell(t)
	first := developer.await(t, "delivery")
	// Until its outcome is recorded it is on its way, and a resend changes nothing.
	var resent operator.ResentDelivery
	for began := time.Now(); resent.Effect != webhook.Restarted; {
		var err error
		resent, err = s.server.Operator().ResendDelivery(t.Context(), operator.ResendDeliveryIn{Delivery: webhook.DeliveryID(first["id"].(string))})
		if err != nil || time.Since(began) > 30*time.Second { // only a failing test waits so long
			t.Fatalf("resent %+v, %v", resent, err)
		}
	}
	again := developer.await(t, "delivery")
	if again["id"] != first["id"] || again["attempt"] != 2.0 || again["recorded"] != true {
		t.Errorf("told %v, and then %v", first, again)
	}
	if got := receiver.Wait(t, 2); string(got[0].Body) != string(got[1].Body) {
		t.Errorf("sent\n%s\nand then\n%s", got[0].Body, got[1].Body)
	}
}

// The server may be restarted under a command that runs: it connects again, and
// gets what it did not acknowledge, what happened meanwhile, and what happens
// next.
func TestListenGoesOnAfterTheServersRestart(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		receiver := webhooktest.NewReceiver(t)
		developer := s.startListen(t, s.server.URL(), "--forward-to", receiver.URL)
		hello := developer.await(t, "listening")
		receiver.Set(webhooktest.Hang)
		s.mustSell(t)
		cut := receiver.Wait(t, 1)[0]
		receiver.Set(webhooktest.Answer)

		cfg := serverConfig(where)
		cfg.Dev, cfg.Listen = true, s.server.Addr()
		mustStop(t, s.server)
		developer.await(t, "disconnected")
		s.server = mustStart(t, cfg)
		if again := developer.await(t, "listening"); again["listener"] != hello["listener"] {
			t.Errorf("first listening as %v, and then as %v", hello, again)
		}
		if again := receiver.Wait(t, 2)[1]; string(again.Body) != string(cut.Body) {
			t.Errorf("sent\n%s\nand then\n%s", cut.Body, again.Body)
		}
		s.mustSell(t)
		receiver.Wait(t, 3)
		for range 2 {
			if line := developer.await(t, "delivery"); line["recorded"] != true || line["status"] != 200.0 || line["attempt"] != 1.0 {
				t.Errorf("told %v", line)
			}
		}
	})
}
