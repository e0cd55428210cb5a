package webhook

import (
	"slices"
	"time"

	"tillway/internal/fault"
)

// RecoveryTimer is the kind of the timer that carries a recovery on; its
// subject is the RecoveryID.
const RecoveryTimer = "webhook_recovery"

// RecoveryPage and ReplayPage are how many rows one transaction of a recovery or
// a replay changes at most: few enough for its time budget on SQLite, where
// payments wait for it (about 10 ms each, measured on two busy cores).
const (
	RecoveryPage = 200
	ReplayPage   = 100 // each is rendered anew
)

// RecoveryPause is the least time between the beginnings of two pages, so that
// payments and timers find their turn between them.
const RecoveryPause = 25 * time.Millisecond

// RecoveryID is a UUID.
type RecoveryID string

// RecoveryKind says what a recovery sends.
type RecoveryKind string

// The kinds of recovery.
const (
	RecoverFailed RecoveryKind = "recover" // deliveries that failed, again
	ReplayMissed  RecoveryKind = "replay"  // events that were never on their way to the endpoint
)

// RecoveryState says how far a recovery is.
type RecoveryState string

// The states of a recovery.
const (
	RecoveryRunning  RecoveryState = "running"
	RecoveryDone     RecoveryState = "done"
	RecoveryCanceled RecoveryState = "canceled"
)

// recoveryMoves is the transition table of RecoveryState.
var recoveryMoves = map[RecoveryState][]RecoveryState{
	RecoveryRunning: {RecoveryDone, RecoveryCanceled},
}

// To checks a change of state. Staying is always legal.
func (s RecoveryState) To(next RecoveryState) error {
	if s == next || slices.Contains(recoveryMoves[s], next) {
		return nil
	}
	return fault.New(fault.State, "recovery_state",
		"A recovery cannot go from "+string(s)+" to "+string(next)+".")
}

// Recovery is a durable job over what a store's endpoints did not get. It works
// in pages, each of which commits with its own progress, so that it goes on
// after a restart where it was.
type Recovery struct {
	ID       RecoveryID
	Kind     RecoveryKind
	Store    StoreID
	Env      Env
	Endpoint EndpointID // empty: all of the store's
	Event    EventType  // empty: all
	// Since and Until bound the times at which deliveries ended failing, of a
	// recovery, or at which events happened, of a replay; Until itself is outside.
	Since, Until time.Time
	State        RecoveryState
	After        Mark // the last row that was looked at
	Found        int  // deliveries that it is about
	Done         int  // of Found, those that it made due
	Skipped      int  // of Found, the others
	CreatedAt    time.Time
	UpdatedAt    time.Time
	EndedAt      time.Time // zero while it runs
}

// Mark is a row's place among rows in the order of time and id.
type Mark struct {
	At time.Time
	ID string
}

// behind reports whether the place comes later than another.
func (m Mark) behind(other Mark) bool {
	return m.At.After(other.At) || m.At.Equal(other.At) && m.ID > other.ID
}

// end ends the recovery, if it runs.
func (r *Recovery) end(state RecoveryState, now time.Time) error {
	if err := r.State.To(state); err != nil {
		return err
	}
	if r.State != state {
		r.State, r.EndedAt = state, now
	}
	return nil
}

// recoveryTx is what resending and recoveries need of a transaction; see Tx.
type recoveryTx interface {
	Delivery(id DeliveryID) (Delivery, error)
	// RestartDelivery makes a delivery that is over pending again and due at
	// now; its schedule starts anew behind the attempts made so far. It is
	// guarded by the state and the attempts that were read: a lost race is a
	// conflict. An ordered one sleeps while another of its subject is awake,
	// which is then behind.
	RestartDelivery(read EndedDelivery, now time.Time) (behind DeliveryID, err error)
	// Head is the ordered delivery of an endpoint and subject that is awake, and
	// behind which the others of them sleep; empty when there is none.
	Head(endpoint EndpointID, subject string) (DeliveryID, error)
	// HastenDelivery makes a pending delivery due at now, guarded by the lease
	// that was read: a lost race is a conflict.
	HastenDelivery(read Delivery, now time.Time) error
	// AddDelivery is InsertDelivery unless its id exists; fresh says which.
	AddDelivery(delivery Delivery) (fresh bool, err error)
	// FailedDeliveries lists the next failed deliveries of a store and
	// environment that ended since the query's time and before its end, whatever
	// their endpoint and whenever they were made, in the order of that end and
	// of their ids.
	FailedDeliveries(query FailedQuery) ([]EndedDelivery, error)

	InsertRecovery(recovery Recovery) error
	Recovery(id RecoveryID) (Recovery, error)
	// Recoveries lists a store's recoveries, newest first.
	Recoveries(store StoreID, limit int) ([]Recovery, error)
	// UpdateRecovery rewrites state, place, counts and times, guarded by the
	// update time that was read: a lost race is a conflict.
	UpdateRecovery(next, read Recovery) error
}

// EndedDelivery is what a recovery needs of a delivery that is over.
type EndedDelivery struct {
	ID        DeliveryID
	Endpoint  EndpointID
	EventType EventType
	Origin    Origin
	Subject   string // of an ordered delivery; else empty
	State     State
	Attempts  int
	EndedAt   time.Time // when it failed for good; of FailedDeliveries alone
}

// FailedQuery asks for one page of failed deliveries.
type FailedQuery struct {
	Store        StoreID
	Env          Env
	Since, Until time.Time
	After        Mark
	Limit        int
}
