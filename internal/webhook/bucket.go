package webhook

import "time"

// bucket holds tokens, which come in as time passes. The zero value is full at
// its first fill.
type bucket struct {
	tokens float64
	filled time.Time // when tokens was true
}

// fill adds what has come in since the last time, and holds no more than most.
func (b *bucket) fill(perSecond, most float64, now time.Time) {
	if passed := now.Sub(b.filled); passed > 0 {
		b.tokens, b.filled = min(b.tokens+passed.Seconds()*perSecond, most), now
	}
}
