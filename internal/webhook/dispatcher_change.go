package webhook

import "time"

// Changed tells that an endpoint was changed or removed, after the commit. What
// is held of it in memory was addressed as the endpoint was before: it goes back
// to the table, where the next claim sends it the present way or ends it. Only
// requests that are under way go on. The line begins anew, without an open
// breaker or a pause, since whoever changes an endpoint wants to see what it does
// now.
//
// What other nodes hold they let go when their walk passes the queue, or
// earlier, when a newer delivery to the endpoint comes by: within Config.Poll as
// long as a walk is short.
func (d *Dispatcher) Changed(id EndpointID, version Version) {
	now := d.config.Now()
	d.mu.Lock()
	if d.phase != stopping {
		d.roster.changed(QueueID(id), version, now)
		d.letGoShed()
	}
	d.mu.Unlock()
	d.loop.Wake()
}

// Holding lists what is in hand of an endpoint without a lease. Once the endpoint
// is disabled, and Changed was told, that is what is being sent.
func (d *Dispatcher) Holding(id EndpointID) []DeliveryID { return d.holds.of(QueueID(id)) }

// compare lets go of what is held of an endpoint that another node changed, as
// the walk found it. The lock is held.
func (d *Dispatcher) compare(queue WaitingQueue, now time.Time) {
	_, listens := queue.ID.listener()
	_, called := queue.ID.caller()
	if listens || called {
		return // no row's change moves them
	}
	version := queue.Version
	if version == 0 {
		version = removed
	}
	d.roster.changed(queue.ID, version, now)
	d.letGoShed()
}

// letGoShed gives back what was taken out of memory. The lock is held.
func (d *Dispatcher) letGoShed() {
	for _, delivery := range d.roster.takeShed() {
		d.letGo(delivery)
	}
}
