package api

import (
	"fmt"
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

	t.Run("a burst passes and then one per interval", func(t *testing.T) {
		t.Parallel()
		buckets := NewBuckets(BucketsConfig{PerSecond: 2, Burst: 3})
		for i := range 3 {
			if _, ok := buckets.Allow("a", start); !ok {
				t.Fatalf("call %d was refused", i)
			}
		}
		if wait, ok := buckets.Allow("a", start); ok || wait != 500*time.Millisecond {
			t.Errorf("wait %s, %t", wait, ok)
		}
		if _, ok := buckets.Allow("b", start); !ok {
			t.Error("another subject was refused")
		}
		// A refusal costs nothing: after the wait one call passes.
		if _, ok := buckets.Allow("a", start.Add(500*time.Millisecond)); !ok {
			t.Error("refused after the wait")
		}
		if _, ok := buckets.Allow("a", start.Add(500*time.Millisecond)); ok {
			t.Error("two passed for one interval")
		}
	})

	t.Run("a burst of zero lets nobody through", func(t *testing.T) {
		t.Parallel()
		if wait, ok := NewBuckets(BucketsConfig{PerSecond: 1}).Allow("a", start); ok || wait <= 0 {
			t.Errorf("wait %s, %t", wait, ok)
		}
	})

	t.Run("memory is bounded and who calls is remembered", func(t *testing.T) {
		t.Parallel()
		buckets := NewBuckets(BucketsConfig{PerSecond: 0.001, Burst: 1, Subjects: 10})
		buckets.Allow("busy", start)
		for i := range 1000 {
			buckets.Allow(fmt.Sprint(i), start)
			if _, ok := buckets.Allow("busy", start); ok {
				t.Fatalf("forgotten after %d others", i)
			}
			if held := len(buckets.young) + len(buckets.old); held > 20 {
				t.Fatalf("%d buckets are held", held)
			}
		}
	})
}

func TestALevelIsWhatIsLeft(t *testing.T) {
	t.Parallel()
	buckets := NewBuckets(BucketsConfig{PerSecond: 2, Burst: 10})
	at := time.Unix(1000, 0)
	if level := buckets.Level("a", at); level != (Level{Most: 10, Left: 10}) {
		t.Errorf("untouched: %+v", level)
	}
	for range 4 {
		buckets.Allow("a", at)
	}
	if level := buckets.Level("a", at); level != (Level{Most: 10, Left: 6, Full: 2 * time.Second}) {
		t.Errorf("after four: %+v", level)
	}
	if level := buckets.Level("a", at.Add(time.Minute)); level.Left != 10 || level.Full != 0 {
		t.Errorf("a minute later: %+v", level)
	}
	if level := buckets.Level("b", at); level.Left != 10 {
		t.Errorf("another: %+v", level)
	}
}
