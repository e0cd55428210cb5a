package egress

import (
	"context"
	"io"
	"time"
)

// body is an answer's body that ends after ResponseCap bytes and breaks after
// bodyTime.
type body struct {
	inner  io.ReadCloser
	left   int
	guard  *time.Timer
	cancel context.CancelFunc // of the whole exchange
}

func newBody(inner io.ReadCloser, cancel context.CancelFunc) *body {
	return &body{inner: inner, left: ResponseCap, guard: time.AfterFunc(bodyTime, cancel), cancel: cancel}
}

// Read reads on until the cap, where it reports the end. The connection of an
// answer that is longer is not used again.
func (b *body) Read(into []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.inner.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}

// Close ends the exchange.
func (b *body) Close() error {
	b.guard.Stop()
	err := b.inner.Close()
	b.cancel()
	return err
}
