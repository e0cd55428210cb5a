package webhook

import "time"

// ScheduleName names a Schedule in stored rows.
type ScheduleName string

// Schedule says how patiently a dialect tries (spec/webhook-engine.md §2).
type Schedule struct {
	Name      ScheduleName
	Delays    []time.Duration // before the second attempt, the third …
	Jitter    float64         // fraction by which a delay may vary either way
	TimeLimit time.Duration   // of one attempt, from dialling to the last byte
}

// Pancake is the seed's schedule, kept exactly (spec/pancake.md §10.7).
var Pancake = Schedule{
	Name: "pancake",
	Delays: []time.Duration{
		5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour,
	},
	TimeLimit: 10 * time.Second,
}

// jitter spreads retries that failed together, by a tenth either way.
const jitter = 0.1

// Standard is the example of Standard Webhooks, for endpoints that choose it:
// ten attempts over 75.6 hours, besides jitter.
var Standard = Schedule{
	Name: "standard",
	Delays: []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	},
	Jitter: jitter, TimeLimit: 15 * time.Second,
}

// Wayl is this project's choice; upstream documents none (spec/wayl.md §6).
var Wayl = Schedule{
	Name: "wayl",
	Delays: []time.Duration{
		30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour,
	},
	Jitter: jitter, TimeLimit: 10 * time.Second,
}

// Waypay has the documented time limit and delays of this project's choice
// (spec/waypay.md §6).
var Waypay = Schedule{
	Name: "waypay",
	Delays: []time.Duration{
		time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour,
	},
	Jitter: jitter, TimeLimit: 5 * time.Second,
}

// Diddo has the documented time limit and delays of this project's choice
// (spec/diddo.md §3).
var Diddo = Schedule{
	Name: "diddo",
	Delays: []time.Duration{
		time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour,
	},
	Jitter: jitter, TimeLimit: 20 * time.Second,
}

// Schedules lists every schedule that deliveries may be stored with.
func Schedules() []Schedule {
	return append([]Schedule{Pancake, Standard, Wayl, Waypay, Diddo, Once}, singles()...)
}

// Once is for deliveries that are never retried, such as test events of a dialect
// whose time limit it has; see OnceLike.
var Once = Schedule{Name: "once", TimeLimit: 10 * time.Second}

// Next returns the pause after the given number of failed attempts, or false
// when there will be no other. retryAfter is the receiver's wish (zero for
// none); it may only lengthen a delay, to at most twice, and keeps jitter from
// shortening it. random is in [0, 1).
func (s Schedule) Next(attempts int, retryAfter time.Duration, random float64) (time.Duration, bool) {
	if attempts < 1 || attempts > len(s.Delays) {
		return 0, false
	}
	delay := s.Delays[attempts-1]
	pause := delay + time.Duration(float64(delay)*s.Jitter*(2*random-1))
	if retryAfter > 0 {
		pause = max(pause, delay, min(retryAfter, 2*delay))
	}
	return pause, true
}
