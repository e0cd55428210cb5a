package webhook

import "time"

// rateBatch is the least time between two refills of a line that is kept below
// a rate, so that a high rate does not ask the table for each row.
const rateBatch = 50 * time.Millisecond

// rate is a bucket of requests. It holds at most a second's worth, and always
// one; so a minute may see that much more than its number.
type rate struct {
	bucket
	perMinute int // 0 is no limit
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

func (b *rate) perSecond() float64 { return float64(b.perMinute) / 60 }

func (b *rate) most() float64 { return max(b.perSecond(), 1) }

// fill adds what has come in since the last time.
func (b *rate) fill(now time.Time) {
	if b.perMinute > 0 {
		b.bucket.fill(b.perSecond(), b.most(), now)
	}
}

// left is how many requests the rate allows now.
func (b *rate) left() int {
	const rounding = 1e-9 // sums of fractions
	return int(b.tokens + rounding)
}

// next is when enough will have come in to be worth a refill.
func (b *rate) next(now time.Time) time.Time {
	want := min(max(b.perSecond()*rateBatch.Seconds(), 1), b.most())
	missing := max(want-b.tokens, 0) / b.perSecond()
	// A microsecond more, so that rounding never makes it come too early.
	return now.Add(time.Duration(missing*float64(time.Second)) + time.Microsecond)
}
