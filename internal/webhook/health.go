package webhook

import "time"

// FailingSpan is how long every attempt to an endpoint may fail before it is
// disabled (spec/webhook-engine.md §2).
const FailingSpan = 5 * 24 * time.Hour

// noticeLevels are the parts of FailingSpan, in per cent, at which the merchant
// is told; at the last the endpoint is disabled.
var noticeLevels = [...]int{50, 90, 100}

// NoticeLevels are the levels after the one told of that an endpoint has reached
// which has been failing since the given time, lowest first. An endpoint that is
// sent little may pass several between two attempts: they are told together, so
// that its merchant hears no less than others.
func NoticeLevels(since, now time.Time, told int) (reached []int) {
	for _, level := range noticeLevels {
		if level > told && now.Sub(since) >= FailingSpan/100*time.Duration(level) {
			reached = append(reached, level)
		}
	}
	return reached
}

// Health is what an outcome means for how its endpoint does. Empty means
// nothing new, which is so of nearly all: a healthy endpoint costs no statement.
//
// Of one endpoint's outcomes in one call of Store.Record a single success
// outweighs all failures: not every attempt failed.
type Health string

// The meanings of an outcome.
const (
	// Well ends a time of failing, if there is one.
	Well Health = "well"
	// Cured is Well where the endpoint was failing when the delivery was claimed.
	Cured Health = "cured"
	// Ill begins a time of failing, or draws it out: at the levels of
	// NoticeLevels it makes notices, and at the last disables the endpoint.
	Ill Health = "ill"
)

func (d Delivery) health(attempt Attempt) Health {
	switch {
	case !d.counts(), attempt.Class == Unsigned:
		return ""
	case !attempt.OK():
		return Ill
	case d.Route.Failing:
		return Cured
	default:
		return Well
	}
}

// healthy remembers endpoints of which the table is known to say that they are
// not failing, so that their successes need not say it again. It belongs to the
// goroutine that records outcomes, and is learned anew after a restart.
type healthy struct {
	most int // to remember
	ids  map[EndpointID]struct{}
}

// thin takes Well away from outcomes that are about to be recorded and whose
// endpoint is known to be well.
func (h *healthy) thin(outcomes []Outcome) {
	for i := range outcomes {
		if outcomes[i].Health == Ill {
			delete(h.ids, outcomes[i].Place.Endpoint)
		}
	}
	for i := range outcomes {
		if outcomes[i].Health != Well {
			continue
		}
		if _, known := h.ids[outcomes[i].Place.Endpoint]; known {
			outcomes[i].Health = ""
		}
	}
}

// learn notes what has been recorded.
func (h *healthy) learn(outcomes []Outcome) {
	for i := range outcomes {
		if outcomes[i].Health != Well && outcomes[i].Health != Cured {
			continue
		}
		if h.ids == nil || len(h.ids) >= h.most {
			h.ids = map[EndpointID]struct{}{} // a forgotten one costs a statement
		}
		h.ids[outcomes[i].Place.Endpoint] = struct{}{}
	}
}
