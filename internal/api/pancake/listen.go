package pancake

import (
	"slices"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// formerEvents are accepted where they are named, and meant by nobody who asks
// for all (spec/pancake.md §10.5).
var formerEvents = []string{"subscription.updated"}

// Events lists the names that an endpoint may ask for. Those in current are
// what "all events" means.
func Events() (current, legal []string) {
	current = slices.DeleteFunc(slices.Clone(eventNames), func(name string) bool { return slices.Contains(formerEvents, name) })
	return current, slices.Clone(eventNames)
}

// Failure renders a fault as every answer of this dialect does, for routes
// that are served beside it.
func Failure(route *api.Route, problem *fault.Error) pay.Answer { return failure(route, problem) }
