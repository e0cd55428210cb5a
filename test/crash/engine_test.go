package crash

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"tillway/test/harness"
)

// engineEvents is how many events each life of the engine commits at least.
func engineEvents() int {
	if os.Getenv("TILLWAY_SOAK") != "" {
		return 2500
	}
	return 400
}

// TestKilledEngine kills the delivery engine at random moments under 500
// events a second, with a receiver that answers at once: no event whose commit
// was announced is lost, none is sent that was not committed, and what is sent
// twice has the same id and the same bytes.
//
// It is not parallel: what is sent twice is what was under way at a kill, and
// that is a matter of how busy the machine is with other things. So their number
// is judged in a soak alone, where the machine does nothing else.
func TestKilledEngine(t *testing.T) {
	times, each := kills(t, 5), engineEvents()
	luck := newChance(t).stream(0)
	inbox := newInbox(t)
	dir := t.TempDir()
	announced := map[string]bool{}
	for range times {
		life := startEngine(t, dir, inbox.url)
		for range each + luck.IntN(eventsPerSecond/5) {
			announced[life.next(t)] = true
		}
		pauseFor(time.Duration(luck.Int64N(int64(10 * time.Millisecond)))) // anywhere between two commits
		for _, payment := range life.kill() {
			announced[payment] = true
		}
	}
	last := startEngine(t, dir, inbox.url)
	for range each {
		announced[last.next(t)] = true
	}
	for _, payment := range last.end(t) {
		announced[payment] = true
	}
	auditEngine(t, inbox, dir, announced)
	t.Logf("%d kills, %d events announced, %d received, %d duplicates (%.2f %%)", times, len(announced), len(inbox.bodies), inbox.again,
		100*float64(inbox.again)/float64(len(inbox.bodies)))
	// The bar counts 2,500 events for each kill; what is under way at a kill is
	// the same however many went before.
	if most := 2500 * (times + 1) / 200; os.Getenv("TILLWAY_SOAK") != "" && inbox.again > most {
		t.Errorf("%d deliveries were sent again, want at most %d: 0.5 %% of 2,500 for each life", inbox.again, most)
	}
}

// auditEngine compares what was announced, what is stored, and what came.
func auditEngine(t *testing.T, inbox *inbox, dir string, announced map[string]bool) {
	t.Helper()
	inbox.mu.Lock()
	defer inbox.mu.Unlock()
	if inbox.differ > 0 {
		t.Errorf("%d deliveries came again with other bytes", inbox.differ)
	}
	db := harness.Inspect(t, dir)
	stored := map[string]bool{}
	for _, key := range texts(t, db, `SELECT event_key FROM events`) {
		stored[key] = true
	}
	var lost, invented, unstored []string
	for payment := range announced {
		if !stored[payment] {
			unstored = append(unstored, payment)
		}
	}
	for payment := range stored {
		if !inbox.events[payment] {
			lost = append(lost, payment)
		}
	}
	for payment := range inbox.events {
		if !stored[payment] {
			invented = append(invented, payment)
		}
	}
	for says, broken := range map[string][]string{
		"an announced event is stored": unstored, "a stored event was received": lost, "a received event is stored": invented,
	} {
		if len(broken) > 0 {
			t.Errorf("%s, but not %s", says, some(broken))
		}
	}
	if open := texts(t, db, `SELECT id FROM webhook_deliveries WHERE state <> 'succeeded'`); len(open) > 0 {
		t.Errorf("every delivery succeeded, but not %s", some(open))
	}
}

// inbox is a receiver that answers at once and remembers what came.
type inbox struct {
	url string

	mu     sync.Mutex
	bodies map[string][sha256.Size]byte // by delivery
	events map[string]bool              // by payment
	again  int
	differ int
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	i := &inbox{bodies: map[string][sha256.Size]byte{}, events: map[string]bool{}}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.url = server.URL + "/webhooks"
	return i
}

// ServeHTTP notes one delivery.
func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var event harness.Event
	if err != nil || json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusBadRequest) // the sender died while it wrote
		return
	}
	sum := sha256.Sum256(body)
	i.mu.Lock()
	defer i.mu.Unlock()
	if before, known := i.bodies[event.ID]; known {
		i.again++
		if before != sum {
			i.differ++
		}
	}
	i.bodies[event.ID], i.events[event.Data.PaymentID] = sum, true
}

// life is one run of the engine.
type life struct {
	process *exec.Cmd
	stdin   io.Closer
	lines   *bufio.Scanner
}

func startEngine(t *testing.T, dir, receiver string) *life {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(context.WithoutCancel(t.Context()), self)
	process.Env = append(os.Environ(), engineVariable+"="+dir, receiverVariable+"="+receiver)
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() })
	return &life{process: process, stdin: stdin, lines: bufio.NewScanner(stdout)}
}

// next is the next event that the engine announces.
func (l *life) next(t *testing.T) string {
	t.Helper()
	if !l.lines.Scan() {
		t.Fatalf("the engine ended by itself: %v", errors.Join(l.lines.Err(), l.process.Wait()))
	}
	return l.lines.Text()
}

// rest is what was announced and not read yet.
func (l *life) rest() (announced []string) {
	for l.lines.Scan() {
		announced = append(announced, l.lines.Text())
	}
	return announced
}

// kill ends the engine with SIGKILL and returns what it had announced still.
func (l *life) kill() []string {
	_ = l.process.Process.Kill() // it runs: its parent holds its standard input
	announced := l.rest()
	_ = l.process.Wait() // tells of the kill
	return announced
}

// end lets the engine deliver everything and stop.
func (l *life) end(t *testing.T) []string {
	t.Helper()
	_ = l.stdin.Close()
	announced := l.rest()
	if err := l.process.Wait(); err != nil {
		t.Errorf("the engine did not end well: %v", err)
	}
	return announced
}
