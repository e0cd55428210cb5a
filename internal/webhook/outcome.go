package webhook

import (
	"time"

	"tillway/internal/lease"
)

// Outcome is an ended attempt and what becomes of its delivery.
//
// A success is applied under any lease unless the delivery is already terminal:
// it was delivered, whoever holds it. Of an attempt made before the delivery was
// resent it is logged and no more, for whoever resends wants it sent once more.
// A failure is applied only while Owner still holds the delivery and no other
// attempt has been counted since, for whoever claimed it meanwhile decides anew.
//
// What it means for the endpoint is recorded with it, and only once: Disable
// counts under any lease, since it is the receiver's word; Health as its own
// rule says. A terminal outcome of an ordered delivery wakes the next of its
// subject.
type Outcome struct {
	Attempt Attempt
	Place   Place
	Owner   lease.Owner
	Next    State
	WakeAt  time.Time   // wall time of the next attempt; zero when Next is terminal
	Disable DisabledFor // Gone or ToldTo: the endpoint is to receive no more
	Version Version     // of the endpoint that answered; a later one is not disabled by it
	Health  Health
	// Unsent outcomes (class Removed, Halted or Locked) end a delivery without an
	// attempt row: there was no request.
	Unsent bool
}

// Place says whose delivery an outcome belongs to.
type Place struct {
	Endpoint EndpointID // empty when the URL came with a request
	Queue    QueueID
	Subject  string // of an ordered delivery; else empty
}

func (d Delivery) place() Place {
	place := Place{Endpoint: d.Endpoint, Queue: d.Queue}
	if d.Ordered {
		place.Subject = d.Subject
	}
	return place
}
