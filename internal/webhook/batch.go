package webhook

import (
	"sync"
	"time"
)

// batch gathers items and flushes them together on its own goroutine: the first
// item waits at most linger for company, and what arrives during a flush makes
// up the next one. So the batch grows with the load and the delay does not.
type batch[T any] struct {
	flush  func([]T)
	linger time.Duration
	most   int // items per flush

	in   chan T
	done chan struct{}
	once sync.Once
}

func newBatch[T any](most int, linger time.Duration, flush func([]T)) *batch[T] {
	return &batch[T]{
		flush: flush, linger: linger, most: most,
		in: make(chan T, 2*most), done: make(chan struct{}),
	}
}

// add hands an item over and blocks while flushing falls behind, so that
// nothing more is started than can be recorded. It must not be called after
// close.
func (b *batch[T]) add(item T) { b.in <- item }

// offer is add without waiting; it reports whether the item was taken.
func (b *batch[T]) offer(item T) bool {
	select {
	case b.in <- item:
		return true
	default:
		return false
	}
}

// close flushes what was added and waits for the goroutine to end. It may be
// called several times.
func (b *batch[T]) close() {
	b.once.Do(func() { close(b.in) })
	<-b.done
}

func (b *batch[T]) run() {
	defer close(b.done)
	timer := time.NewTimer(b.linger)
	defer timer.Stop()
	items := make([]T, 0, b.most)
	for first := range b.in {
		items = b.gather(append(items, first), timer)
		b.flush(items)
		clear(items) // bodies must not be kept alive by the buffer
		items = items[:0]
	}
}

func (b *batch[T]) gather(items []T, timer *time.Timer) []T {
	timer.Reset(b.linger)
	for len(items) < b.most {
		select {
		case item, open := <-b.in:
			if !open {
				return items
			}
			items = append(items, item)
		case <-timer.C:
			return items
		}
	}
	return items
}
