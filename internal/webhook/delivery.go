package webhook

import (
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/lease"
)

// DeliveryID is a UUID; receivers see it and dedupe on it.
type DeliveryID string

// QueueID names the line a delivery waits in, the unit of isolation and
// fairness: the id of its endpoint, or, for a URL that came with a request,
// one made of store and host (Callback.Queue).
type QueueID string

// State says how far a delivery is.
type State string

// The states of a delivery.
const (
	Pending   State = "pending"
	Succeeded State = "succeeded"
	Failed    State = "failed"
)

// moves is the transition table of State. A failed delivery becomes pending
// again only when a person resends it.
var moves = map[State][]State{
	Pending:   {Succeeded, Failed},
	Succeeded: {Pending},
	Failed:    {Pending},
}

// Terminal reports whether nothing more will be sent unless a person asks.
func (s State) Terminal() bool { return s != Pending }

// To checks a change of state. Staying pending, as after a failed attempt that
// will be retried, is legal.
func (s State) To(next State) error {
	if (s == Pending && next == Pending) || slices.Contains(moves[s], next) {
		return nil
	}
	return fault.New(fault.State, "delivery_state",
		"A delivery cannot go from "+string(s)+" to "+string(next)+".")
}

// Header is one line of a request, kept in the order given.
type Header struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// Origin says what a delivery was made for.
type Origin string

// The origins of a delivery.
const (
	FromEvent Origin = "event" // something happened
	FromTest  Origin = "test"  // a person asked for a sample; marked in the log and never retried
)

// Delivery is one event on its way to one destination. Body is stored once and
// resent byte for byte (DESIGN §3 rule 11).
type Delivery struct {
	ID       DeliveryID
	Endpoint EndpointID // empty when the URL came with a request (Callback); may name a removed endpoint
	Queue    QueueID
	Store    StoreID
	Env      Env
	Channel  Channel
	Origin   Origin

	EventID   string
	EventType EventType
	EventKey  string // the dialect's id of what happened, unique with its type
	// Subject is what the event is about, such as an order, and SubjectVersion
	// its version then: by both, an Ordered endpoint's deliveries follow each
	// other. Opaque here; empty when the event is about nothing.
	Subject        string
	SubjectVersion int64
	// Ordered deliveries of one subject go one after the other: all but the
	// first of those that are pending sleep. One that a person sends again takes
	// its place among those that are pending then.
	Ordered bool

	URL      string // where it goes, as it may be shown; later attempts follow the endpoint's change
	Headers  []Header
	Body     []byte
	Scheme   Scheme
	KeyName  string // tells the KeySource which key; empty for the environment's own
	Schedule ScheduleName

	State    State
	Attempts int // attempts that have ended
	Base     int // of Attempts, those made before the present run of the schedule began
	// WakeAt is the wall time at which the row may be claimed: when its next
	// attempt is due or, while Owner holds it, when that lease ends. Zero when
	// terminal, and while an ordered delivery sleeps. The store's own time of the
	// next try is WakeAt plus the offset of its test clock (DESIGN §3, Time and
	// chance).
	WakeAt    time.Time
	Owner     lease.Owner
	CreatedAt time.Time

	Route Route // in memory alone; set at birth and by each claim
	Held  bool  // in memory alone: taken without a lease, by a node that is alone
	// Asked is in memory alone: a person wants to see what comes of it now, so
	// that it waits for no pause.
	Asked bool
}

// Lease returns the reservation under which the row is held.
func (d Delivery) Lease() lease.Lease { return lease.Lease{Owner: d.Owner, Until: d.WakeAt} }

// Called reports whether the URL came with a request: there is no endpoint that
// could have moved, been disabled or been removed.
func (d Delivery) Called() bool { return d.Endpoint == "" }

// Awake reports whether the delivery is on its way: pending, and not asleep
// behind another of its subject.
func (d Delivery) Awake() bool { return d.State == Pending && !d.WakeAt.IsZero() }

// size estimates what the delivery occupies in memory, in bytes.
func (d Delivery) size() int {
	const row = 640 // the struct, its ids and its line in the roster
	return row + len(d.Body) + len(d.URL)
}
