package fault

import "strconv"

// Kind is the closed set of ways to fail. Dialects map every kind to a status
// in one table; Kinds lets their tests prove that the table is complete.
type Kind uint8

// The kinds of fault. Zero is no kind: it is what KindOf says of a nil error.
const (
	Invalid         Kind = iota + 1 // malformed or out-of-range input; names the field
	Unauthenticated                 // no credential, or one that proves nothing
	Forbidden                       // a good credential that may not do this
	NotFound                        // nothing under that id in the caller's scope
	Conflict                        // a duplicate, or a lost race
	State                           // legal input, illegal in the present state
	InFlight                        // the same idempotency key is being worked on
	Limited                         // over a rate limit
	NotEnabled                      // a feature, or live mode, is not enabled
	NotImplemented                  // known to the dialect, not built
	Unavailable                     // a dependency failed; retry later
	Internal                        // everything else; the message is never shown outside
)

var kindNames = [...]string{
	Invalid:         "invalid",
	Unauthenticated: "unauthenticated",
	Forbidden:       "forbidden",
	NotFound:        "not_found",
	Conflict:        "conflict",
	State:           "state",
	InFlight:        "in_flight",
	Limited:         "limited",
	NotEnabled:      "not_enabled",
	NotImplemented:  "not_implemented",
	Unavailable:     "unavailable",
	Internal:        "internal",
}

// Kinds lists every kind in order of declaration.
func Kinds() []Kind {
	kinds := make([]Kind, 0, len(kindNames)-1)
	for kind := Invalid; kind <= Internal; kind++ {
		kinds = append(kinds, kind)
	}
	return kinds
}

// String is the kind's stable name, used as a log key and a metric label.
func (k Kind) String() string {
	if k < Invalid || k > Internal {
		return "kind(" + strconv.Itoa(int(k)) + ")"
	}
	return kindNames[k]
}
