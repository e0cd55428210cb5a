package waypay

import "slices"

// Events lists the names that an endpoint may ask for; "all events" means each
// of them.
func Events() (current, legal []string) { return slices.Clone(eventNames), slices.Clone(eventNames) }
