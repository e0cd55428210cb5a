package webhook

import (
	"log/slog"
	"math/rand/v2"
	"runtime"
	"time"

	"tillway/internal/lease"
)

// Defaults of Config.
const (
	// DefaultSlots keeps the sockets and stacks of requests under way, at
	// most twice as many, below 100 MB.
	DefaultSlots = 2048
	// DefaultQueued and DefaultQueuedBytes bound deliveries that wait in
	// memory; the rest waits in the table.
	DefaultQueued      = 16384
	DefaultQueuedBytes = 64 << 20
)

// unprovenPerCore is how many requests of unproven lines start in a second on
// each core. With a new connection and without TLS each takes 0.2 to 0.3 ms of one.
const unprovenPerCore = 1000

// Config describes a Dispatcher.
type Config struct {
	Store   Store
	Clients map[Env]Client
	// Listeners take the deliveries of channel Listener; without, those wait.
	Listeners Listeners
	Signers   []Signer
	Keys      KeySource
	Schedules []Schedule
	// Verdicts are the rules of destinations that say no with a 2xx; for the
	// other channels any 2xx is acceptance.
	Verdicts map[Channel]Verdict
	// Fills complete the bodies of destinations that a secret in the body
	// addresses; those of the other channels are sent as they are stored.
	Fills map[Channel]Fill

	// Owner names this run of this node; minted at every start.
	Owner lease.Owner
	// Alone says that no other node works on the database (SQLite under its
	// directory lock): what a predecessor held is freed at start, without
	// waiting for its leases to lapse.
	Alone bool

	Slots       int              // see roster; DefaultSlots when zero
	Queued      int              // DefaultQueued when zero
	QueuedBytes int              // DefaultQueuedBytes when zero
	Poll        time.Duration    // how often to look for rows of other nodes; lease.DefaultPoll when zero
	Now         func() time.Time // wall clock; time.Now when nil
	Random      func() float64   // in [0, 1), for jitter; the runtime's when nil
	Log         *slog.Logger     // slog.Default when nil
	// Observe is told of every outcome before it is recorded, outside of any
	// lock, so that somebody may count. It must not block.
	Observe func(Outcome)
	// Notify is told what a merchant should know, after it has been recorded
	// durably and outside of any lock. It must not block. What a crash keeps
	// from it is in the log all the same (Log.Notices).
	Notify func(Notice)
}

func (c Config) withDefaults() Config {
	c.Slots = orDefault(c.Slots, DefaultSlots)
	c.Queued = orDefault(c.Queued, DefaultQueued)
	c.QueuedBytes = orDefault(c.QueuedBytes, DefaultQueuedBytes)
	c.Poll = orDefault(c.Poll, lease.DefaultPoll)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Observe == nil {
		c.Observe = func(Outcome) {}
	}
	if c.Notify == nil {
		c.Notify = func(Notice) {}
	}
	return c
}

func orDefault[T int | time.Duration](value, fallback T) T {
	if value <= 0 {
		return fallback
	}
	return value
}

func (c Config) bounds() bounds {
	return bounds{
		slots: c.Slots, queued: c.Queued, queuedByte: c.QueuedBytes,
		lineShare: 4, shopShare: 2, lines: 8192, called: 1024,
		unproven: unprovenPerCore * runtime.GOMAXPROCS(0),
	}
}
