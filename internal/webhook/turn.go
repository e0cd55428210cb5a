package webhook

import (
	"context"
	"sync"
)

// turn keeps the deliveries of one listener in the order in which they were
// started, until each is handed to the stream: signing and leases take one
// longer than the other. From then on they are under way side by side.
type turn struct {
	before <-chan struct{} // closed once the one before is handed over or has ended; nil when there is none
	passed chan struct{}
	once   sync.Once
}

func (t *turn) pass() { t.once.Do(func() { close(t.passed) }) }

type turnKey struct{}

// AwaitTurn waits until the delivery that was started before has been handed
// over. Listeners call it with the request's context before they hand one to a
// stream. The error is ctx's.
func AwaitTurn(ctx context.Context) error {
	t, _ := ctx.Value(turnKey{}).(*turn)
	if t == nil || t.before == nil {
		return nil
	}
	select {
	case <-t.before:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// PassTurn says that the request has been handed over.
func PassTurn(ctx context.Context) {
	if t, _ := ctx.Value(turnKey{}).(*turn); t != nil {
		t.pass()
	}
}

// queueUp gives a listener's delivery that starts its turn. The lock is held.
func (d *Dispatcher) queueUp(ctx context.Context, next *send) context.Context {
	if next.delivery.Channel != Listener {
		return ctx
	}
	next.turn = &turn{before: d.turns[next.delivery.Queue], passed: make(chan struct{})}
	d.turns[next.delivery.Queue] = next.turn.passed
	return context.WithValue(ctx, turnKey{}, next.turn)
}

// stepAside passes the turn of a delivery that has ended. The lock is held.
func (d *Dispatcher) stepAside(ended *send) {
	if ended.turn == nil {
		return
	}
	ended.turn.pass()
	if d.turns[ended.delivery.Queue] == ended.turn.passed {
		delete(d.turns, ended.delivery.Queue)
	}
}
