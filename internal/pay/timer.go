package pay

import "time"

// TimerKind names what a timer wakes.
type TimerKind string

// The timers of a one-time sale.
const (
	TimerInquiry TimerKind = "inquiry" // subject: an attempt whose outcome is open or watched
	TimerRefund  TimerKind = "refund"  // subject: a refund to be asked or inquired about
	TimerExpiry  TimerKind = "expiry"  // subject: a session with a pending order
)

// Timer is a durable alarm: one per kind and subject.
type Timer struct {
	Kind    TimerKind
	Subject string
	Store   StoreID
	Env     Env
	At      time.Time // what it is for, in the store's time
	WakeAt  time.Time // when it is due, in wall time
	Tries   int       // wakes so far: the place in the schedule
}

type timerRecords interface {
	// SetTimer makes the timer or moves it; it also ends any lease on it.
	SetTimer(Timer)
	DropTimer(kind TimerKind, subject string)
}

// inquiryDelays is how long to wait before each inquiry about an open outcome
// (DESIGN §3 rule 5).
var inquiryDelays = []time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour,
	24 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

// inquirySpan is how long the schedule lasts at least: an outcome is not given
// up before, however often it was asked about.
const inquirySpan = 5 * 24 * time.Hour

// inquiryDelay is the delay before the inquiry of that number, counted from 0;
// false when the schedule is over and only a person can resolve the outcome.
func inquiryDelay(tries int) (time.Duration, bool) {
	if tries >= len(inquiryDelays) {
		return 0, false
	}
	return inquiryDelays[tries], true
}
