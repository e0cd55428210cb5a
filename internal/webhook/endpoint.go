package webhook

import (
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// MaxEndpoints is how many endpoints a store may have over all channels and
// both environments (spec/pancake.md §10.1).
const MaxEndpoints = 20

// EndpointID is a UUID.
type EndpointID string

// Channel is the kind of destination behind an endpoint; it decides the format
// of the body and what counts as success (spec/pancake.md §10.6).
type Channel string

// The channels an endpoint may have.
const (
	HTTP     Channel = "http"
	Feishu   Channel = "feishu"
	Discord  Channel = "discord"
	Telegram Channel = "telegram"
	Slack    Channel = "slack"
)

// Known reports whether the channel is one of the closed set.
func (c Channel) Known() bool {
	return slices.Contains([]Channel{HTTP, Feishu, Discord, Telegram, Slack}, c)
}

// EndpointState says whether an endpoint receives.
type EndpointState string

// The states of an endpoint. Removal is not a state: the row is deleted, and
// deliveries keep a dangling id that reports read as null.
const (
	Active   EndpointState = "active"
	Disabled EndpointState = "disabled"
)

// endpointMoves is the transition table of EndpointState.
var endpointMoves = map[EndpointState][]EndpointState{
	Active:   {Disabled},
	Disabled: {Active},
}

// To checks a change of state. Staying is always legal.
func (s EndpointState) To(next EndpointState) error {
	if s == next || slices.Contains(endpointMoves[s], next) {
		return nil
	}
	return fault.New(fault.State, "endpoint_state",
		"An endpoint cannot go from "+string(s)+" to "+string(next)+".")
}

// Endpoint is one destination of a store's events in one environment.
type Endpoint struct {
	ID        EndpointID
	Store     StoreID
	Env       Env
	Dialect   Dialect
	Channel   Channel
	URL       string
	Events    []EventType // none means that nothing fires
	Secret    id.Secret   // empty when the endpoint has none; sealed at rest
	State     EndpointState
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Wants reports whether an event of this type fires the endpoint.
func (e Endpoint) Wants(event EventType) bool {
	return e.State == Active && slices.Contains(e.Events, event)
}
