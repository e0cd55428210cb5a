package webhook

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// ResendIn names a delivery to send now.
type ResendIn struct {
	ID  DeliveryID
	Now time.Time
}

// ResendEffect says what a resend changed.
type ResendEffect string

// The effects of a resend.
const (
	Restarted  ResendEffect = "restarted"  // it was over; its schedule starts anew
	Hastened   ResendEffect = "hastened"   // its next try would have been later
	AlreadyDue ResendEffect = "due"        // its turn comes without that; nothing changed
	BeingSent  ResendEffect = "being_sent" // it is on its way; nothing changed
)

// Resent is a delivery after a resend.
type Resent struct {
	Delivery Delivery
	Effect   ResendEffect
}

// ResendDelivery sends one delivery now: the same id and the same bytes under a
// fresh signature (spec/pancake.md §10.7). One that is over, however it ended,
// starts its schedule anew; one that waits for its next try has it now; one
// that is leased is left alone. The writes carry their guards, so that neither
// a resend nor the outcome of an older attempt is lost to the other.
// Errors: NotFound "delivery_not_found"; State "webhook_removed",
// "webhook_disabled" and "webhook_sealed".
func ResendDelivery(_ context.Context, tx Tx, in ResendIn) (Resent, error) {
	read, err := tx.Delivery(in.ID)
	if err != nil {
		return Resent{}, err
	}
	if err := receiver(tx, read); err != nil {
		return Resent{}, err
	}
	next := read
	next.WakeAt, next.Owner = in.Now, ""
	switch {
	case read.State.Terminal():
		if err := read.State.To(Pending); err != nil {
			return Resent{}, err
		}
		next.State, next.Base = Pending, read.Attempts
		return Resent{Delivery: next, Effect: Restarted}, tx.RestartDelivery(read.ended(), in.Now)
	case !read.Lease().Lapsed(in.Now):
		return Resent{Delivery: read, Effect: BeingSent}, nil
	case !read.WakeAt.After(in.Now):
		return Resent{Delivery: read, Effect: AlreadyDue}, nil
	default:
		return Resent{Delivery: next, Effect: Hastened}, tx.HastenDelivery(read, in.Now)
	}
}

// receiver says why nothing can be sent to the delivery's endpoint or callback,
// if so.
func receiver(tx Tx, delivery Delivery) error {
	if delivery.Called() {
		return callable(tx, delivery)
	}
	endpoint, err := tx.Endpoint(delivery.Endpoint)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.State, "webhook_removed", "The webhook of this delivery was removed.").
			WithHint("Add it again and replay the events it missed.")
	}
	if err != nil {
		return err
	}
	return endpoint.receives()
}

// callable says why a delivery to a callback cannot be signed, if so. What needs
// no secret can always be sent.
func callable(tx Tx, delivery Delivery) error {
	id, has := CallbackOfKey(delivery.KeyName)
	if !has {
		return nil
	}
	callback, err := tx.Callback(id)
	switch {
	case err != nil:
		return err
	case callback.Locked:
		return fault.New(fault.State, "webhook_sealed", "What is sealed of this delivery's callback does not open with this master key.").
			WithHint("Start the server with the master key that it was saved under.")
	default:
		return nil
	}
}

// ended is what a restart needs to know of the delivery.
func (d Delivery) ended() EndedDelivery {
	return EndedDelivery{
		ID: d.ID, Endpoint: d.Endpoint, EventType: d.EventType, Origin: d.Origin,
		Subject: d.place().Subject, State: d.State, Attempts: d.Attempts, CreatedAt: d.CreatedAt,
	}
}
