package webhook

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whenever requests come, no minute sees more than the rate and one second's
// worth, and who waits until next always gets one.
func TestARateIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		perMinute := rapid.IntRange(1, 6000).Draw(t, "rate")
		var b rate
		now := morning
		b.set(perMinute, now)
		var taken []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "wait") {
				now = b.next(now)
				b.fill(now)
				if b.left() < 1 {
					t.Fatalf("nothing after waiting: %+v", b)
				}
			} else {
				now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond)
				b.fill(now)
			}
			for b.left() > 0 {
				b.tokens--
				taken = append(taken, now)
			}
		}
		most := perMinute + max(perMinute/60, 1) + 1
		for i := range taken {
			in := 0
			for _, at := range taken[i:] {
				if at.Sub(taken[i]) < time.Minute {
					in++
				}
			}
			if in > most {
				t.Fatalf("%d in a minute, want at most %d", in, most)
			}
			if i > 200 {
				break
			}
		}
	})
}

func TestAChangedRateAppliesAtOnce(t *testing.T) {
	t.Parallel()
	var b rate
	b.set(6000, morning)
	wantCount(t, "of a second", 100, b.left())
	b.set(60, morning)
	wantCount(t, "of a slower second", 1, b.left())
	b.tokens--
	b.set(6000, morning)
	wantCount(t, "a faster rate gives nothing back", 0, b.left())
	if wait := b.next(morning).Sub(morning); wait > rateBatch+time.Millisecond {
		t.Errorf("the next in %v", wait)
	}
	b.set(0, morning)
	wantCount(t, "without a limit, per minute", 0, b.perMinute)
}
