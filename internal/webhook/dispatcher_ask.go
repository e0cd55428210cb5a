package webhook

import (
	"context"
	"time"
)

// mostAsked bounds what is to be claimed out of its turn at a time; what a
// person asks for beyond it waits for its turn.
const mostAsked = 64

// SendNow sends a delivery that is due and that a person waits for, after the
// commit that made it so: before what waits in its line, and in spite of an open
// breaker or a pause. An answer closes the breaker; a failure does not draw its
// pause out.
func (d *Dispatcher) SendNow(delivery Delivery) {
	d.mu.Lock()
	if len(d.asked) < mostAsked {
		d.asked = append(d.asked, Share{Queue: delivery.Queue, Room: 1, Only: delivery.ID})
	}
	d.walk.hurry = true
	d.mu.Unlock()
	d.loop.Wake()
}

// answerAsked claims what persons have asked for since the last time. A claim that
// fails forgets it: it is due all the same.
func (d *Dispatcher) answerAsked(ctx context.Context, now time.Time) error {
	d.mu.Lock()
	asked := d.attended(d.asked, now)
	d.asked = nil
	d.mu.Unlock()
	if len(asked) == 0 {
		return nil
	}
	_, err := d.take(ctx, now, asked)
	return err
}
