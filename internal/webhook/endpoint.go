package webhook

import (
	"slices"
	"strings"
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
	// Listener is a stream that a developer holds open (tillway listen). It is
	// made by connecting and never by a dialect's call.
	Listener Channel = "listener"
)

// Known reports whether a caller may choose the channel.
func (c Channel) Known() bool {
	return slices.Contains([]Channel{HTTP, Feishu, Discord, Telegram, Slack}, c)
}

// Chat reports whether people read the channel: its body is a card in the
// destination's own format, it is unsigned, and its URL is a credential.
func (c Channel) Chat() bool { return c != HTTP && c != Listener }

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

// DisabledFor says why an endpoint is disabled; empty while it is active.
type DisabledFor string

// The reasons for which an endpoint is disabled.
const (
	ByHand    DisabledFor = "by_hand" // a person did it
	Gone      DisabledFor = "gone"    // the receiver answered 410
	ToldTo    DisabledFor = "told_to" // the receiver answered webhook-delivery: disable
	IsFailing DisabledFor = "failing" // every attempt of five days failed
)

// Endpoint is one destination of a store's events in one environment.
type Endpoint struct {
	ID          EndpointID
	Store       StoreID
	Env         Env
	Dialect     Dialect
	Channel     Channel
	URL         string // where it goes; of a chat a credential, see Shown
	Description string
	Events      []EventType // none means that nothing fires
	Secret      id.Secret   // empty when the endpoint has none; sealed at rest
	// Previous signs beside Secret until PreviousUntil, while a rotation overlaps.
	Previous      id.Secret
	PreviousUntil time.Time
	Scheme        Scheme       // empty: the dialect's
	Schedule      ScheduleName // empty: the dialect's
	Ordered       bool         // events of one subject strictly one after the other
	RatePerMinute int          // most requests; 0 is no limit
	Headers       []Header     // sent with every request; sealed at rest
	State         EndpointState
	DisabledFor   DisabledFor
	DisabledAt    time.Time
	FailingSince  time.Time // first failure since the last success; zero while all is well
	Noticed       int       // per cent of the span to disabling that the merchant was told of
	UsedAt        time.Time // when a listener was last connected
	CreatedAt     time.Time
	UpdatedAt     time.Time
	// Locked says that what is sealed does not open with this master key; all
	// sealed members are then empty. Never stored.
	Locked bool
}

// Wants reports whether an event of this type fires the endpoint.
func (e Endpoint) Wants(event EventType) bool {
	return e.State == Active && slices.Contains(e.Events, event)
}

// Shown is the URL as logs and lists may show it: of a chat, whose path is a
// credential, scheme and host alone.
func (e Endpoint) Shown() string {
	if !e.Channel.Chat() {
		return e.URL
	}
	scheme, rest, _ := strings.Cut(e.URL, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest + "/…"
}

// Route is what of the endpoint's present row a request needs beside its
// delivery. It is kept in memory alone: what is sealed stays out of deliveries
// and attempts.
func (e Endpoint) Route() Route {
	route := Route{Extra: e.Headers, RatePerMinute: e.RatePerMinute, Failing: !e.FailingSince.IsZero()}
	if e.Channel != Listener { // which is addressed by its stream, whatever changes
		route.Version = e.Version()
	}
	if e.Channel.Chat() {
		route.Address, route.Secret = id.Secret(e.URL), e.Secret
	}
	return route
}

// Route is where and how a delivery goes, as its endpoint has it now.
type Route struct {
	Version       Version   // of the endpoint; 0 of listeners and where there is none
	Address       id.Secret // the whole URL where Delivery.URL is only its shown form
	Secret        id.Secret // of a chat: whom a body is addressed to, where the address alone does not say it
	Extra         []Header  // the endpoint's own headers
	RatePerMinute int       // 0 is no limit
	Failing       bool      // nothing has succeeded since the last failure
}
