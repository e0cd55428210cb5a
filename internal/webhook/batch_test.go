package webhook

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestBatchesGrowWithTheLoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var flushed [][]int
		release := make(chan struct{})
		b := newBatch(4, time.Millisecond, func(items []int) {
			flushed = append(flushed, slices.Clone(items))
			<-release
		})
		done := make(chan struct{})
		go func() { defer close(done); b.run() }()
		b.add(1)
		time.Sleep(time.Millisecond) // alone, it waited no longer than the linger
		synctest.Wait()
		if len(flushed) != 1 {
			t.Fatalf("%d flushes after the linger, want 1", len(flushed))
		}
		for n := 2; n <= 9; n++ {
			b.add(n) // during the flush
		}
		if b.offer(10) {
			t.Error("a full batch took an offer")
		}
		close(release)
		b.close()
		b.close()
		<-done
		want := [][]int{{1}, {2, 3, 4, 5}, {6, 7, 8, 9}}
		if !slices.EqualFunc(flushed, want, slices.Equal[[]int]) {
			t.Errorf("flushed %v, want %v", flushed, want)
		}
	})
}
