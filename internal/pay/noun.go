package pay

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// Dialect names the API whose noun a sale belongs to: a payment link, a payment
// intent, a cart. "" is a sale of the core's own nouns, which Pancake speaks.
type Dialect string

// Noun is a dialect's noun as an event tells of it. The zero Noun is none.
type Noun struct {
	ID       string `json:"id"`                 // its row; what deliveries in order are about
	Row      int64  `json:"row"`                // its version, after the step
	Detail   string `json:"detail"`             // a snapshot in JSON, which the core does not read
	Callback string `json:"callback,omitempty"` // the address that came with the request, by its id; "" is none
	// Instead has the callback told in the stead of the store's own endpoints of
	// the dialect.
	Instead bool `json:"instead,omitempty"`
}

// EventIDOf derives the id of an event that tells of a noun's present version.
// Who emits events inside a transaction cannot mint, because it may run again;
// and two events of one version would be one too many.
func EventIDOf(dialect Dialect, noun Noun, at time.Time) EventID {
	hash := sha256.Sum256([]byte(string(dialect) + "\x00" + noun.ID + "\x00" + strconv.FormatInt(noun.Row, 10)))
	derived := uuid.UUID(hash[:16])
	// The first 48 bits are the time, as in every other id, so that ids grow.
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(derived[:6], ms[2:])
	derived[6] = derived[6]&0x0f | 0x70
	derived[8] = derived[8]&0x3f | 0x80
	return EventID(id.Format("EVT", derived))
}

// StepKind is the closed set of steps of a sale that a dialect's noun follows.
type StepKind string

// The steps of a sale.
const (
	StepPlaced          StepKind = "placed"   // the consumer step is done; it may be done again with other details
	StepPaying          StepKind = "paying"   // an attempt was opened
	StepWaiting         StepKind = "waiting"  // its outcome is pending or unknown, or the buyer has to act
	StepUnsent          StepKind = "unsent"   // it provably never left; another may be tried
	StepDeclined        StepKind = "declined" // it failed; another may be tried
	StepPaid            StepKind = "paid"
	StepExpired         StepKind = "expired"
	StepCanceled        StepKind = "canceled"
	StepRefundAsked     StepKind = "refund_asked"
	StepRefundApproved  StepKind = "refund_approved"
	StepRefundRejected  StepKind = "refund_rejected"
	StepRefundWithdrawn StepKind = "refund_withdrawn"
	StepRefundDone      StepKind = "refund_done"
	StepRefundFailed    StepKind = "refund_failed"
)

// Step is what just happened to a sale, as its rows are now. Members that do
// not apply are zero.
type Step struct {
	Kind    StepKind
	Session Session
	Order   Order
	Payment Payment
	Attempt Attempt
	Refund  Refund
	At      time.Time
}

// Followed is what a noun made of a step.
type Followed struct {
	Noun Noun
	// End says that the sale is over for the noun: no other attempt is taken. It
	// means something after StepDeclined and StepUnsent.
	End bool
}

// Follower keeps a dialect's noun in step with the core.
type Follower interface {
	Dialect() Dialect
	// Follow takes the noun along one step, in the step's own transaction. It may
	// emit events of its own (see EventIDOf). It may not touch the core's rows. An
	// error undoes the step, so a noun that has nothing to do with a step takes it
	// as it is.
	Follow(tx Tx, step Step) (Followed, error)
}

// follow has the sale's noun follow a step.
func (tx Tx) follow(step Step) (Noun, error) {
	dialect := step.Session.Dialect
	if dialect == "" {
		return Noun{}, nil
	}
	follower, known := tx.followers[dialect]
	if !known {
		return Noun{}, fault.New(fault.Internal, "no_follower", "Nobody follows the sales of "+string(dialect))
	}
	followed, err := follower.Follow(tx, step)
	if err != nil || !followed.End {
		return followed.Noun, err
	}
	return followed.Noun, endSale(tx, step.Session.ID, step.At)
}

// followOrder is follow for a step that knows its order and not its session.
func (tx Tx) followOrder(step Step) (err error) {
	if step.Order.Dialect == "" {
		return nil
	}
	if step.Session, err = tx.Session(step.Order.Session); err != nil {
		return err
	}
	_, err = tx.follow(step)
	return err
}

// followRefund is follow for a refund of a sale.
func (tx Tx) followRefund(kind StepKind, refund Refund, at time.Time) (err error) {
	if refund.Origin != OriginSale {
		return nil
	}
	step := Step{Kind: kind, Refund: refund, At: at}
	if step.Payment, err = tx.Payment(refund.Payment); err != nil {
		return err
	}
	if step.Order, err = tx.Order(step.Payment.Order); err != nil {
		return err
	}
	return tx.followOrder(step)
}
