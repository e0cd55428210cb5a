package webhook

import (
	"time"

	"tillway/internal/lease"
)

// Outcome is an ended attempt and what becomes of its delivery.
//
// A success is applied under any lease unless the delivery is already terminal:
// it was delivered, whoever holds it. A failure is applied only while Owner
// still holds the delivery and no other attempt has been counted since, for
// whoever claimed it meanwhile decides anew.
type Outcome struct {
	Attempt Attempt
	Owner   lease.Owner
	Next    State
	WakeAt  time.Time // wall time of the next attempt; zero when Next is terminal
	// Unsent outcomes (class Removed, Halted or Locked) end a delivery without an
	// attempt row: there was no request.
	Unsent bool
}
