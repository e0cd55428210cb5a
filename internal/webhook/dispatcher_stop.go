package webhook

import "context"

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
	// The claim under way gets its context cancelled; rows it has leased and
	// not handed on lapse.
	_ = d.loop.Stop(context.WithoutCancel(ctx))
	stopCut := context.AfterFunc(ctx, d.cutSends)
	d.workers.Wait()
	cut := !stopCut()
	close(d.ticking)

	d.mu.Lock()
	unsent := d.roster.takeAll(d.config.Now())
	d.mu.Unlock()
	for _, delivery := range unsent {
		d.releases.add(release{id: delivery.ID, queue: delivery.Queue})
	}
	// A database that hangs may hold the flushes up no longer than ctx lasts.
	stopWrite := context.AfterFunc(ctx, d.cutWrite)
	d.renewals.close()
	d.outcomes.close()
	d.releases.close()
	stopWrite()
	d.background.Wait()
	d.cutSends()
	d.cutWrite()
	if cut {
		return context.Cause(ctx)
	}
	return nil
}
