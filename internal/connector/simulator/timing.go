package simulator

import "time"

// Timing is how long the simulated provider takes for what does not happen at
// once. Only Timeout is spent waiting; everything else is an instant in the book.
type Timing struct {
	// Timeout is how long a call hangs before its answer counts as lost. Real
	// calls hang for a minute; neither tests nor buyers should.
	Timeout time.Duration
	// Pending is how long a pending charge takes to succeed.
	Pending time.Duration
	// Expiry is how long a pending charge without an answer stays open.
	Expiry time.Duration
	// Late is how long after its expiry a late success captures.
	Late time.Duration
	// Challenge is how long the customer may take to answer a challenge or to
	// type a one-time password.
	Challenge time.Duration
	// Voucher is how long a voucher can be paid.
	Voucher time.Duration
	// Refund is how long an asynchronous refund takes to succeed or fail.
	Refund time.Duration
}

// DefaultTiming is short enough to be watched and long enough to be seen: the
// inquiries at 5 s, 30 s and 2 min meet each story before and after its turn.
func DefaultTiming() Timing {
	return Timing{
		Timeout:   2 * time.Second,
		Pending:   time.Minute,
		Expiry:    time.Minute,
		Late:      time.Minute,
		Challenge: 15 * time.Minute,
		Voucher:   72 * time.Hour,
		Refund:    time.Minute,
	}
}

// maxBlock leaves ample room after the time-out: the book is written before
// the wait, so a reference that is unknown this long after the call stays so.
func (t Timing) maxBlock() time.Duration { return t.Timeout + 8*time.Second }

// lateCapture is twice the delay, so that the engine's last look falls behind
// the capture and not beside it.
func (t Timing) lateCapture() time.Duration { return 2*t.Late + time.Second }
