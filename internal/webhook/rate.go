package webhook

import "time"

// rateBatch is the least time between two refills of a line that is kept below
// a rate, so that a high rate does not ask the table for each row.
const rateBatch = 50 * time.Millisecond

// rate is a token bucket of requests. It holds at most a second's worth, and
// always one; so a minute may see that much more than its number.
type rate struct {
	perMinute int // 0 is no limit
	tokens    float64
	filled    time.Time // when tokens was true
}

// set changes the rate. A bucket that is new is full.
func (b *rate) set(perMinute int, now time.Time) {
	if perMinute == b.perMinute {
		return
	}
	fresh := b.perMinute == 0
	b.fill(now)
	b.perMinute = perMinute
	if fresh {
		b.tokens = b.most()
	}
	b.tokens, b.filled = min(b.tokens, b.most()), now
}

func (b *rate) most() float64 { return max(float64(b.perMinute)/60, 1) }

// fill adds what has come in since the last time.
func (b *rate) fill(now time.Time) {
	if b.perMinute == 0 || !now.After(b.filled) {
		return
	}
	b.tokens = min(b.tokens+now.Sub(b.filled).Minutes()*float64(b.perMinute), b.most())
	b.filled = now
}

// left is how many requests the rate allows now.
func (b *rate) left() int {
	const rounding = 1e-9 // sums of fractions
	return int(b.tokens + rounding)
}

// next is when enough will have come in to be worth a refill.
func (b *rate) next(now time.Time) time.Time {
	perSecond := float64(b.perMinute) / 60
	want := min(max(perSecond*rateBatch.Seconds(), 1), b.most())
	missing := max(want-b.tokens, 0) / perSecond
	// A microsecond more, so that rounding never makes it come too early.
	return now.Add(time.Duration(missing*float64(time.Second)) + time.Microsecond)
}
