package webhook

import "time"

// Limits of a breaker.
const (
	breakAfter = 5               // failures one upon the other that open it
	firstPause = 5 * time.Second // it is open at first
	mostPause  = 5 * time.Minute // it is open at most, however often it was renewed
)

// streakGap is how far apart failures may be and still count as one upon the
// other. It is what keeps a schedule exact: a receiver that is down and gets
// something less often than that, such as one delivery that fails alone and is
// retried after five minutes, half an hour and so on, never meets an open
// breaker. A breaker saves work where there is traffic.
const streakGap = time.Minute

// breaker spares a receiver that does not answer, and us. It opens after
// breakAfter failures one upon the other: nothing is sent for a pause, and then
// one request, the probe. A probe that fails doubles the pause; any answer
// closes the breaker. What waits meanwhile waits in the table, counts no
// attempt, and is late by no more than the waiting.
type breaker struct {
	streak int
	last   time.Time // of the streak
	open   bool      // until a probe is answered, also while one is under way
	pause  time.Duration
	until  time.Time // no probe before
}

// failed notes a request that began at the given time and got no answer, or one
// that tells of a receiver in trouble.
func (b *breaker) failed(probe bool, began, now time.Time) {
	switch {
	case b.open && !probe: // it began before the breaker opened and tells nothing new
	case b.open && began.Sub(b.until) > streakGap:
		*b = breaker{streak: 1, last: now} // nothing was waiting for the probe
	case b.open:
		b.pause = min(max(2*b.pause, firstPause), mostPause)
		b.until = now.Add(b.pause)
	case now.Sub(b.last) > streakGap:
		b.streak, b.last = 1, now
	default:
		b.streak, b.last = b.streak+1, now
	}
	if !b.open && b.streak >= breakAfter {
		b.open, b.pause, b.until = true, firstPause, now.Add(firstPause)
	}
}

// answered closes the breaker: the receiver is there, whatever it said.
func (b *breaker) answered() { *b = breaker{} }

// doubt opens the breaker for a probe at once. A line that this process meets
// for the first time, of an endpoint that was failing before, begins so: a
// restart does not multiply the requests to a receiver that is down.
func (b *breaker) doubt(now time.Time) { b.open, b.until = true, now }
