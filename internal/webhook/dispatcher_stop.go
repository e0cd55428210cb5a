package webhook

import (
	"context"
	"time"
)

// writeGrace is how long Stop waits for a database that does not take the last
// outcomes.
const writeGrace = 5 * time.Second

// Stop drains: nothing new is sent, requests under way may end while ctx lasts
// and are broken off after, outcomes are recorded, and leases of what was not
// sent are given back. It waits for every goroutine. It may be called several
// times, also at once, and without Start. The error is ctx's when requests had
// to be broken off.
func (d *Dispatcher) Stop(ctx context.Context) error {
	d.mu.Lock()
	before := d.phase
	d.phase = stopping
	d.mu.Unlock()
	switch before {
	case idle:
		close(d.ended)
		return nil
	case stopping:
		<-d.ended
		return nil
	}
	defer close(d.ended)
	handedOver := make(chan struct{})
	stopCut := context.AfterFunc(ctx, func() { d.breakOff(handedOver) })
	// The claim under way gets its context cancelled; rows it has leased and
	// not handed on lapse.
	_ = d.loop.Stop(context.WithoutCancel(ctx))
	d.workers.Wait()
	close(handedOver)
	cut := !stopCut()
	close(d.ticking)

	d.mu.Lock()
	unsent := d.roster.takeAll(d.config.Now())
	d.mu.Unlock()
	for _, delivery := range unsent {
		if !delivery.Held {
			d.releases.add(release{id: delivery.ID, queue: delivery.Queue})
		}
	}
	// Writing gets a time of its own: an outcome that is lost now would be sent
	// once more, and a lease that is not given back would have to lapse.
	lastWrite := time.AfterFunc(writeGrace, d.cutWrite)
	d.renewals.close()
	d.outcomes.close()
	d.releases.close()
	lastWrite.Stop()
	d.background.Wait()
	d.cutSends()
	d.cutWrite()
	if cut {
		return context.Cause(ctx)
	}
	return nil
}

// breakOff ends requests under way. What they came to, and what the claim has
// ended, is handed over to be written, which a database that is away can hold up:
// then it is given up.
func (d *Dispatcher) breakOff(handedOver <-chan struct{}) {
	d.cutSends()
	grace := time.NewTimer(writeGrace)
	defer grace.Stop()
	select {
	case <-handedOver:
	case <-grace.C:
		d.cutWrite()
	}
}
