package webhook

import (
	"context"
	"log/slog"
	"time"
)

// begin starts the request whose turn it is. The lock is held.
func (d *Dispatcher) begin(next *send) context.Context {
	ctx, cut := context.WithCancel(d.sending)
	next.cut = cut
	select {
	case d.stirred <- struct{}{}:
	default:
	}
	return d.queueUp(ctx, next)
}

// work sends deliveries, one after the other, as long as it is somebody's turn.
func (d *Dispatcher) work(ctx context.Context, next *send) {
	defer d.workers.Done()
	for next != nil {
		answer := d.deliver(ctx, next.delivery)
		next.cut() // frees the context
		now := d.config.Now()
		d.mu.Lock()
		d.stepAside(next)
		fetch := d.roster.ended(next, answer, now)
		d.letGoShed()
		next = nil
		if d.phase == running {
			next = d.roster.next(now)
		}
		if next != nil {
			ctx = d.begin(next)
		} else {
			d.awaitPace()
		}
		d.mu.Unlock()
		if fetch {
			d.loop.Wake()
		}
	}
}

// deliver makes one attempt and has its outcome recorded. It reports how the
// receiver did.
func (d *Dispatcher) deliver(ctx context.Context, delivery Delivery) heard {
	schedule := d.schedule(delivery)
	limit := schedule.timeLimit(delivery)
	if !d.secure(&delivery, limit) {
		return heard{}
	}
	answer := d.sender.attempt(ctx, delivery, limit)
	if answer.cut {
		// Stop or the roster broke it off: no verdict, no attempt counted. To
		// the roster it was slow all the same.
		d.letGo(delivery)
		return heard{class: Timeout, sent: true, cut: true}
	}
	if answer.away {
		d.letGo(delivery)
		return heard{}
	}
	outcome := d.judge(answer, schedule, delivery)
	d.log(delivery, outcome)
	d.config.Observe(outcome)
	d.outcomes.add(outcome)
	return heard{
		class: answer.attempt.Class, status: answer.attempt.Status, wish: answer.retryAfter,
		sent: answer.attempt.Class != Unsigned, stop: outcome.Disable != "", flood: answer.flood,
	}
}

// secure makes sure that the lease outlives the request by LeaseSpare, renewing
// it when it would not. A delivery whose lease has lapsed may belong to another
// node already and is not sent (DESIGN §2 step 6).
func (d *Dispatcher) secure(delivery *Delivery, limit time.Duration) bool {
	now := d.config.Now()
	held := delivery.Lease()
	if delivery.Held || held.Covers(now, limit+LeaseSpare) {
		return true
	}
	if !held.Lapsed(now) {
		if until, ok := d.renew(delivery.ID); ok {
			delivery.WakeAt = until
			return true
		}
	}
	d.mu.Lock()
	d.roster.due(delivery.Queue, now)
	d.mu.Unlock()
	return false
}

// judge turns an answer into what becomes of the delivery.
func (d *Dispatcher) judge(answer answer, schedule Schedule, delivery Delivery) Outcome {
	outcome := Outcome{
		Attempt: answer.attempt, Place: delivery.place(), Owner: delivery.Owner, Version: delivery.Route.Version, Next: Succeeded,
		Disable: delivery.disables(answer.attempt), Health: delivery.health(answer.attempt),
	}
	if answer.attempt.OK() {
		return outcome
	}
	pause, again := schedule.Next(answer.attempt.Number-delivery.Base, answer.retryAfter, d.config.Random())
	if !again || delivery.ends(answer.attempt) {
		outcome.Next = Failed
		return outcome
	}
	outcome.Next = Pending
	outcome.WakeAt = d.config.Now().Add(pause)
	return outcome
}

// schedule finds the delivery's schedule. One that this version does not know
// is tried once, and says so.
func (d *Dispatcher) schedule(delivery Delivery) Schedule {
	schedule, known := d.schedules[delivery.Schedule]
	if !known {
		d.config.Log.LogAttrs(d.sending, slog.LevelError, "unknown webhook schedule",
			slog.String("delivery", string(delivery.ID)), slog.String("schedule", string(delivery.Schedule)))
		return Once
	}
	return schedule
}

// log writes the one line of an attempt. Headers, bodies and keys never appear.
func (d *Dispatcher) log(delivery Delivery, outcome Outcome) {
	level := slog.LevelInfo
	if !outcome.Attempt.OK() {
		level = slog.LevelWarn
	}
	if !d.config.Log.Enabled(d.sending, level) {
		return
	}
	attempt := outcome.Attempt
	attrs := []slog.Attr{
		slog.String("delivery", string(delivery.ID)),
		slog.String("event", string(delivery.EventType)),
		slog.String("store", string(delivery.Store)),
		slog.String("env", string(delivery.Env)),
		slog.String("queue", string(delivery.Queue)),
		slog.Int("attempt", attempt.Number),
		slog.Int("status", attempt.Status),
		slog.String("address", attempt.Address),
		slog.Duration("took", attempt.Timings.Total),
		slog.String("state", string(outcome.Next)),
	}
	if !attempt.OK() {
		attrs = append(attrs, slog.String("class", string(attempt.Class)), slog.String("reason", attempt.Reason))
	}
	if !outcome.WakeAt.IsZero() {
		attrs = append(attrs, slog.Time("next", outcome.WakeAt))
	}
	d.config.Log.LogAttrs(d.sending, level, "webhook attempt", attrs...)
}
