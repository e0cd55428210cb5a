package webhook

import (
	"context"
	"runtime"
	"sync"
	"time"

	"tillway/internal/lease"
)

// Rhythm of the dispatcher's own goroutines.
const (
	sweepEvery    = 100 * time.Millisecond // looks for requests that take long
	outcomeLinger = 4 * time.Millisecond   // outcomes are flushed within 5 ms (DESIGN §2 step 7)
	outcomeBatch  = 512
	leaseBatch    = 1024 // renewals and releases per transaction
)

// Dispatcher sends deliveries. Make it with New, Start it, hand new deliveries
// to Admit, Stop it.
type Dispatcher struct {
	config    Config
	schedules map[ScheduleName]Schedule
	healthy   healthy // of the goroutine that records outcomes
	holds     holds
	sender    *sender
	loop      *lease.Loop
	walk      walk

	mu     sync.Mutex
	roster *roster
	phase  phase
	paced  bool                      // fill is due when the pace has let something in
	asked  []Share                   // of what persons wait for; see SendNow
	turns  map[QueueID]chan struct{} // of listeners: the turn of the delivery started last

	outcomes *batch[Outcome]
	releases *batch[release]
	renewals *batch[renewal]

	sending  context.Context // of requests; outlives Start's context until Stop gives up
	cutSends context.CancelFunc
	writing  context.Context // of flushes
	cutWrite context.CancelFunc
	stirred  chan struct{} // a request has begun: there is something to sweep
	ticking  chan struct{} // closed to end the sweeper

	workers    sync.WaitGroup // requests under way
	background sync.WaitGroup // sweeper and batches
	ended      chan struct{}  // closed when the first Stop is through
}

// phase is how far the dispatcher's life has come.
type phase uint8

const (
	idle phase = iota
	running
	stopping
)

// New makes a dispatcher that is not yet running.
func New(config Config) *Dispatcher {
	config = config.withDefaults()
	d := &Dispatcher{
		config:    config,
		schedules: map[ScheduleName]Schedule{},
		healthy:   healthy{most: config.bounds().lines},
		roster:    newRoster(config.bounds()),
		turns:     map[QueueID]chan struct{}{},
		walk:      walk{abandoned: map[QueueID]bool{}},
		stirred:   make(chan struct{}, 1),
		ticking:   make(chan struct{}),
		ended:     make(chan struct{}),
	}
	for _, schedule := range config.Schedules {
		d.schedules[schedule.Name] = schedule
	}
	d.sender = &sender{
		clients: config.Clients, listeners: config.Listeners, signers: map[Scheme]Signer{}, verdicts: config.Verdicts, fills: config.Fills, keys: config.Keys,
		gate: make(chan struct{}, runtime.GOMAXPROCS(0)), now: config.Now,
	}
	for _, signer := range config.Signers {
		d.sender.signers[signer.Scheme()] = signer
	}
	d.loop = lease.NewLoop(lease.LoopConfig{
		Name: "deliveries", Claim: d.claim, Poll: config.Poll, Now: config.Now, Log: config.Log,
	})
	d.outcomes = newBatch(outcomeBatch, outcomeLinger, d.flushOutcomes)
	d.releases = newBatch(leaseBatch, outcomeLinger, d.flushReleases)
	d.renewals = newBatch(leaseBatch, outcomeLinger, d.flushRenewals)
	return d
}

// Owner is the name under which deliveries are born leased to this node.
func (d *Dispatcher) Owner() lease.Owner { return d.config.Owner }

// Start begins sending and claiming. The end of ctx stops neither: requests
// under way deserve the grace that only Stop gives. A second Start, and a Start
// after Stop, do nothing.
func (d *Dispatcher) Start(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.phase != idle {
		return
	}
	d.phase = running
	base := context.WithoutCancel(ctx)
	d.sending, d.cutSends = context.WithCancel(base)
	d.writing, d.cutWrite = context.WithCancel(base)
	d.background.Go(d.outcomes.run)
	d.background.Go(d.releases.run)
	d.background.Go(d.renewals.run)
	d.background.Go(d.sweep)
	d.loop.Start(base)
	d.fill(d.config.Now())
}

// Admit takes deliveries that this node just committed, born leased to it, and
// sends them without asking the table. It never blocks. What does not fit into
// memory, or may not be sent yet, is given back to the table; what arrives while
// the dispatcher is not running waits for its lease to lapse. Nothing is lost
// either way.
func (d *Dispatcher) Admit(deliveries ...Delivery) {
	now := d.config.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.phase == stopping {
		return
	}
	for _, delivery := range deliveries {
		if !delivery.Awake() || d.waits(delivery, now) {
			continue
		}
		if !d.roster.admit(delivery, now) {
			d.letGo(delivery)
		}
	}
	d.letGoShed()
	if d.phase != running {
		return
	}
	d.fill(now)
	if d.roster.sooner {
		d.loop.Wake()
	}
}

// Wake makes the dispatcher look into the table at once, for whoever has just
// made rows due there.
func (d *Dispatcher) Wake() {
	d.mu.Lock()
	d.walk.hurry = true
	d.mu.Unlock()
	d.loop.Wake()
}

// fill starts as many requests as there is room for. The lock is held.
func (d *Dispatcher) fill(now time.Time) {
	for {
		next := d.roster.next(now)
		if next == nil {
			d.awaitPace()
			return
		}
		d.workers.Add(1)
		go d.work(d.begin(next), next)
	}
}

// awaitPace goes on with those that only the pace keeps waiting as soon as it
// lets them. The lock is held.
func (d *Dispatcher) awaitPace() {
	pause, held := d.roster.pace.release()
	if !held || d.paced {
		return
	}
	d.paced = true
	time.AfterFunc(pause, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.paced = false
		if d.phase == running {
			d.fill(d.config.Now())
		}
	})
}

// sweep moves requests that take long out of the healthy lines' room. It rests
// while there are none.
func (d *Dispatcher) sweep() {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		ticker.Stop()
		select {
		case <-d.ticking:
			return
		case <-d.stirred:
		}
		ticker.Reset(sweepEvery)
		for busy := true; busy; {
			select {
			case <-d.ticking:
				return
			case <-ticker.C:
				busy = d.sweepOnce()
			}
		}
	}
}

// sweepOnce reports whether there are requests under way.
func (d *Dispatcher) sweepOnce() bool {
	now := d.config.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.roster.sweep(now)
	if d.phase == running {
		d.fill(now)
	}
	return d.roster.total() > 0
}
