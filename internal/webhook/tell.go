package webhook

import (
	"net/http"
	"strings"
)

// tellHeader is how a receiver steers us beyond its status
// (spec/webhook-engine.md §2).
const tellHeader = "webhook-delivery"

// What a receiver may tell.
const (
	tellDisable = "disable"       // stop sending to me
	tellAbort   = "abort-message" // stop retrying this one
)

// told is what the receiver told, empty for nothing.
func (a Attempt) told() string {
	for _, line := range a.ResponseHeaders {
		if strings.EqualFold(line.Name, tellHeader) {
			return strings.ToLower(strings.TrimSpace(line.Value))
		}
	}
	return ""
}

// ends reports whether an answer ends a delivery before its schedule does: the
// receiver wants no other try of it or, where no endpoint can be disabled
// because the URL came with a request, no requests at all.
func (d Delivery) ends(attempt Attempt) bool {
	switch attempt.told() {
	case tellAbort:
		return true
	case tellDisable:
		return d.Called()
	default:
		return d.Called() && attempt.Status == http.StatusGone
	}
}

// disables is the reason for which an attempt disables the delivery's endpoint,
// empty when it does not. A sample that a person asked for disables nothing,
// and neither does a stream that a developer holds open.
func (d Delivery) disables(attempt Attempt) DisabledFor {
	switch {
	case !d.counts():
		return ""
	case attempt.told() == tellDisable:
		return ToldTo
	case attempt.Status == http.StatusGone:
		return Gone
	default:
		return ""
	}
}

// counts reports whether the delivery says something about its endpoint.
func (d Delivery) counts() bool {
	return !d.Called() && d.Origin != FromTest && d.Channel != Listener
}
