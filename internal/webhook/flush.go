package webhook

import (
	"context"
	"log/slog"
	"time"

	"tillway/internal/lease"
)

// flushPause is the pause between tries to write while the database is away;
// outcomes are kept, and sending slows to a halt behind them.
const flushPause = 200 * time.Millisecond

// release gives an unsent delivery back to the table.
type release struct {
	id    DeliveryID
	queue QueueID
}

// renewal asks for a longer lease.
type renewal struct {
	id    DeliveryID
	reply chan<- time.Time // the new end; closed without a value when the lease is lost
}

// letGo gives a lease back without waiting. When even that falls behind, the
// lease lapses instead. What is held without one is simply due again.
func (d *Dispatcher) letGo(delivery Delivery) {
	if delivery.Held {
		d.holds.letGo(delivery)
		return
	}
	d.releases.offer(release{id: delivery.ID, queue: delivery.Queue})
}

// renew asks for a longer lease and waits for the answer.
func (d *Dispatcher) renew(id DeliveryID) (until time.Time, ok bool) {
	reply := make(chan time.Time, 1)
	d.renewals.add(renewal{id: id, reply: reply})
	until, ok = <-reply
	return until, ok
}

func (d *Dispatcher) flushOutcomes(outcomes []Outcome) {
	d.healthy.thin(outcomes)
	for {
		notices, err := d.config.Store.Record(d.writing, outcomes)
		if err == nil {
			d.holds.recorded(outcomes)
			d.healthy.learn(outcomes)
			d.recorded(outcomes, notices)
			return
		}
		if !d.again("recording outcomes", len(outcomes), err) {
			return
		}
	}
}

// recorded acts on what has been recorded durably: who comes next in an order is
// fetched, what waits for a disabled endpoint goes back, and notices are told.
func (d *Dispatcher) recorded(outcomes []Outcome, notices []Notice) {
	wake := false
	for i := range outcomes {
		if outcomes[i].Place.Subject == "" || !outcomes[i].Next.Terminal() {
			continue
		}
		d.mu.Lock()
		d.roster.due(outcomes[i].Place.Queue, d.config.Now())
		d.mu.Unlock()
		wake = true
	}
	for _, notice := range notices {
		if notice.Disabled() {
			d.mu.Lock()
			d.roster.disabled(QueueID(notice.Endpoint), d.config.Now())
			d.letGoShed()
			d.mu.Unlock()
		}
		notice.log(d.writing, d.config.Log)
		d.config.Notify(notice)
	}
	if wake {
		d.loop.Wake()
	}
}

func (d *Dispatcher) flushReleases(releases []release) {
	ids := make([]DeliveryID, len(releases))
	for i, release := range releases {
		ids[i] = release.id
	}
	now := d.config.Now()
	if err := d.config.Store.Release(d.writing, d.config.Owner, ids, now); err != nil {
		// Not tried again: the leases lapse, with the same effect.
		d.config.Log.LogAttrs(d.writing, slog.LevelError, "releasing deliveries failed",
			slog.Int("count", len(ids)), slog.Any("error", err))
		return
	}
	d.mu.Lock()
	for _, release := range releases {
		d.roster.due(release.queue, now)
	}
	d.mu.Unlock()
	d.loop.Wake()
}

func (d *Dispatcher) flushRenewals(renewals []renewal) {
	ids := make([]DeliveryID, len(renewals))
	for i, renewal := range renewals {
		ids[i] = renewal.id
	}
	now := d.config.Now()
	until := now.Add(BornLease)
	kept, err := d.config.Store.Renew(d.writing, Renewal{
		Lease: lease.Lease{Owner: d.config.Owner, Until: until}, Now: now, IDs: ids,
	})
	if err != nil {
		d.config.Log.LogAttrs(d.writing, slog.LevelError, "renewing leases failed",
			slog.Int("count", len(ids)), slog.Any("error", err))
	}
	held := make(map[DeliveryID]bool, len(kept))
	for _, id := range kept {
		held[id] = true
	}
	for _, renewal := range renewals {
		if held[renewal.id] {
			renewal.reply <- until
		}
		close(renewal.reply)
	}
}

// again logs a failed write and waits a moment. It reports false when the
// dispatcher gives up because its Stop has run out of time: receivers may then
// see those deliveries once more, with the same id.
func (d *Dispatcher) again(doing string, count int, err error) bool {
	d.config.Log.LogAttrs(d.writing, slog.LevelError, doing+" failed",
		slog.Int("count", count), slog.Any("error", err))
	within, cancel := context.WithTimeout(d.writing, flushPause)
	defer cancel()
	<-within.Done()
	return d.writing.Err() == nil
}
