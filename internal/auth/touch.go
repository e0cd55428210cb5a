package auth

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// TouchStep is the least by which bookkeeping moves a row: one write per row
// and 30 s, however often it is used (DESIGN §3 rule 18).
const TouchStep = 30 * time.Second

const (
	maxPendingTouches = 10_000
	touchBatch        = 500
	touchTimeLimit    = 10 * time.Second
)

// Touch is one use to be recorded. Exactly one of Key, Token and StoreKey is set.
type Touch struct {
	Key      KeyID
	Token    TokenID
	StoreKey StoreKeyID
	// At is the new last use of a key, or the new expiry of a token.
	At time.Time
}

// touches writes uses outside of requests. The rows themselves say whether a
// write is worth it, so nothing has to be remembered between two uses; only
// what waits to be written is held, bounded, and a goroutine lives only while
// something waits. A use that finds no room is dropped: the next one tries again.
type touches struct {
	store Store
	log   *slog.Logger

	mu      sync.Mutex
	pending map[touched]time.Time
	running bool
	stopped bool
	done    sync.WaitGroup
}

// touched is the row of a Touch.
type touched struct {
	key      KeyID
	token    TokenID
	storeKey StoreKeyID
}

func newTouches(store Store, log *slog.Logger) *touches {
	return &touches{store: store, log: log, pending: map[touched]time.Time{}}
}

func (t *touches) add(touch Touch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	row := touched{key: touch.Key, token: touch.Token, storeKey: touch.StoreKey}
	if _, waiting := t.pending[row]; waiting || t.stopped || len(t.pending) >= maxPendingTouches {
		return
	}
	t.pending[row] = touch.At
	if t.running {
		return
	}
	t.running = true
	t.done.Go(t.drain)
}

// drain writes until nothing waits. A batch that fails is dropped.
func (t *touches) drain() {
	for {
		batch := t.take()
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), touchTimeLimit)
		if err := t.store.Touch(ctx, batch); err != nil {
			t.log.Warn("uses of credentials not recorded", "count", len(batch), "error", err)
		}
		cancel()
	}
}

func (t *touches) take() []Touch {
	t.mu.Lock()
	defer t.mu.Unlock()
	batch := make([]Touch, 0, min(len(t.pending), touchBatch))
	for row, at := range t.pending {
		if len(batch) == touchBatch {
			break
		}
		batch = append(batch, Touch{Key: row.key, Token: row.token, StoreKey: row.storeKey, At: at})
		delete(t.pending, row)
	}
	t.running = len(batch) > 0
	return batch
}

func (t *touches) stop() {
	t.mu.Lock()
	t.stopped = true
	t.mu.Unlock()
	t.done.Wait()
}
