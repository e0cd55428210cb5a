package wayl

import (
	"slices"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Events lists the names that an endpoint may ask for. Those in current are
// what "all events" means.
func Events() (current, legal []string) { return slices.Clone(eventNames), slices.Clone(eventNames) }

// Failure renders a fault as every answer of this dialect does, for routes
// that are served beside it.
func Failure(route *api.Route, problem *fault.Error) pay.Answer { return failure(route, problem) }
