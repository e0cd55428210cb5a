package webhook

import (
	"slices"

	"tillway/internal/fault"
)

// maxEvents and maxEventName bound what one endpoint row may hold. Which names
// exist is the dialect's knowledge; it checks them before it comes here.
const (
	maxEvents    = 100
	maxEventName = 100
)

func validateEvents(events []EventType) error {
	if len(events) > maxEvents {
		return fault.Invalidf("events", "too_many_events", "events may list at most %d names.", maxEvents)
	}
	for _, event := range events {
		if event == "" || len(event) > maxEventName {
			return fault.Invalidf("events", "bad_event_name",
				"each name in events must have 1 to %d characters.", maxEventName)
		}
	}
	return nil
}

// mergeEvents drops repeated names and keeps the order given. The result is
// never nil: an empty list is a legal choice, not a missing one.
func mergeEvents(events []EventType) []EventType {
	merged := make([]EventType, 0, len(events))
	for _, event := range events {
		if !slices.Contains(merged, event) {
			merged = append(merged, event)
		}
	}
	return merged
}
