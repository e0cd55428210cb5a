package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"tillway/internal/telemetry"
	"tillway/internal/webhook"
	"tillway/internal/webhook/listen"
)

// listenTable tells what happens, a line each: to a person as a table, to a
// program as JSON.
type listenTable struct {
	streams  Streams
	json     bool
	terminal bool

	mu     sync.Mutex
	headed bool // the table has its heading
	known  bool // the first connection has been told
}

func newListenTable(s Streams, asJSON bool) *listenTable {
	file, ok := s.Out.(*os.File)
	return &listenTable{streams: s, json: asJSON, terminal: ok && telemetry.Terminal(file)}
}

// listenLine is what a program reads.
type listenLine struct {
	Time     time.Time     `json:"time"`
	Kind     string        `json:"kind"` // listening, delivery, disconnected or stopped
	Listener string        `json:"listener,omitempty"`
	Name     string        `json:"name,omitempty"`
	StoreID  string        `json:"storeId,omitempty"`
	Env      string        `json:"env,omitempty"`
	Events   []string      `json:"events,omitempty"`
	Secret   string        `json:"secret,omitempty"` // what verifies the signatures, where the dialect has secrets
	ID       string        `json:"id,omitempty"`
	Event    string        `json:"event,omitempty"`
	Attempt  int           `json:"attempt,omitempty"`
	Status   int           `json:"status,omitempty"`
	Failure  webhook.Class `json:"failure,omitempty"`
	MS       *int64        `json:"ms,omitempty"`
	Recorded *bool         `json:"recorded,omitempty"` // by the server
	Message  string        `json:"message,omitempty"`
}

// publicKeys name the variable that holds the key which verifies a signature.
var publicKeys = map[string]string{"test": "WAFFO_WEBHOOK_TEST_PUBLIC_KEY", "prod": "WAFFO_WEBHOOK_PROD_PUBLIC_KEY"}

func (t *listenTable) connected(hello listen.Hello, forward string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.json {
		t.print(listenLine{
			Kind: "listening", Listener: hello.Listener, Name: hello.Name, StoreID: hello.StoreID, Env: hello.Env, Events: hello.Events,
			Secret: hello.Secret,
		})
		return
	}
	if t.known {
		t.say("Connected again.")
		return
	}
	t.known = true
	t.say("Listening to %s (%s), %s events, as %q.", hello.StoreName, hello.StoreID, hello.Env, hello.Name)
	t.say("Events: %s", strings.Join(hello.Events, ", "))
	if hello.Secret != "" {
		t.say("Forwarding to %s; %s verifies with the secret %s", forward, hello.SignedIn, hello.Secret)
	} else {
		t.say("Forwarding to %s; X-Waffo-Signature verifies with %s of tillway setup.", forward, publicKeys[hello.Env])
	}
	t.say("Ready. Press Ctrl-C to stop; events wait a day for this listener to come back.")
}

func (t *listenTable) disconnected(why string, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.json {
		t.print(listenLine{Kind: "disconnected", Message: why})
		return
	}
	t.say("Not connected: %s. Trying again in %s; nothing is lost meanwhile.", why, wait.Round(100*time.Millisecond))
}

func (t *listenTable) stopped() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.json {
		t.print(listenLine{Kind: "stopped"})
		return
	}
	t.say("Stopped. Events wait a day for this listener to come back.")
}

func (t *listenTable) delivered(delivery listen.Delivery, result forwarded) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.json {
		ms, recorded := result.took.Milliseconds(), result.unrecorded == nil
		t.print(listenLine{
			Kind: "delivery", ID: delivery.ID, Event: delivery.Event, Attempt: delivery.Attempt,
			Status: result.status, Failure: result.failure, MS: &ms, Recorded: &recorded,
		})
		return
	}
	const row = "%-8s  %-34s  %-12s  %6s  %s\n"
	if t.terminal && !t.headed {
		t.headed = true
		_, _ = fmt.Fprintf(t.streams.Out, row, "TIME", "EVENT", "STATUS", "MS", "DELIVERY")
	}
	status := string(result.failure)
	if result.failure == "" {
		status = strconv.Itoa(result.status)
	}
	name := delivery.ID
	if delivery.Attempt > 1 {
		name += fmt.Sprintf(" (attempt %d)", delivery.Attempt)
	}
	if result.unrecorded != nil {
		name += " (not recorded: comes again)"
	}
	_, _ = fmt.Fprintf(t.streams.Out, row, time.Now().Format(time.TimeOnly), harmless(delivery.Event), status,
		strconv.FormatInt(result.took.Milliseconds(), 10), harmless(name))
}

// say tells a person, beside the table.
func (t *listenTable) say(format string, args ...any) {
	sayer(t.streams.Err)(format, args...)
}

func (t *listenTable) print(line listenLine) {
	line.Time = time.Now().UTC()
	_ = printJSON(t.streams.Out, line) // whoever read it is gone
}
