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
	Restarted  ResendEffect = "restarted"  // it was over; its schedule starts anew, in its turn
	Hastened   ResendEffect = "hastened"   // its next try would have been later
	AlreadyDue ResendEffect = "due"        // its turn comes without that; nothing changed
	Asleep     ResendEffect = "asleep"     // it sleeps behind another of its subject; nothing changed
	BeingSent  ResendEffect = "being_sent" // it is on its way; nothing changed
)

// Resent is a delivery after a resend.
type Resent struct {
	Delivery Delivery
	Effect   ResendEffect
	// Behind is the delivery whose end it waits for: of an Asleep one, and of a
	// Restarted one that takes its turn. Empty when it waits for no other.
	Behind DeliveryID
}

// ResendDelivery sends one delivery now: the same id and the same bytes under a
// fresh signature (spec/pancake.md §10.7). One that is over, however it ended,
// starts its schedule anew; one that waits for its next try has it now; one
// that is leased is left alone, as is an ordered one that sleeps. The writes carry their guards, so that neither
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
	switch {
	case read.State.Terminal():
		return restart(tx, read, in.Now)
	case !read.Awake():
		// Without a head it was woken meanwhile, which the write's guard sees.
		head, err := tx.Head(read.Endpoint, read.Subject)
		if err != nil || head != "" {
			return Resent{Delivery: read, Effect: Asleep, Behind: head}, err
		}
	case !read.Lease().Lapsed(in.Now):
		return Resent{Delivery: read, Effect: BeingSent}, nil
	case !read.WakeAt.After(in.Now):
		return Resent{Delivery: read, Effect: AlreadyDue}, nil
	}
	next := read
	next.WakeAt, next.Owner = in.Now, ""
	return Resent{Delivery: next, Effect: Hastened}, tx.HastenDelivery(read, in.Now)
}

// restart starts the schedule of a delivery that is over anew.
func restart(tx Tx, read Delivery, now time.Time) (Resent, error) {
	if err := read.State.To(Pending); err != nil {
		return Resent{}, err
	}
	behind, err := tx.RestartDelivery(read.ended(), now)
	next := read
	next.State, next.Base, next.WakeAt, next.Owner = Pending, read.Attempts, now, ""
	if behind != "" {
		next.WakeAt = time.Time{}
	}
	return Resent{Delivery: next, Effect: Restarted, Behind: behind}, err
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
		Subject: d.place().Subject, State: d.State, Attempts: d.Attempts,
	}
}
