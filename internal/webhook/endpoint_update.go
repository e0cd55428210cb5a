package webhook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// Bounds of an endpoint's settings.
const (
	maxDescription = 500    // characters
	maxRate        = 60_000 // requests per minute
)

var errDescription = fault.Invalidf("description", "bad_description", "description may have at most %d characters, on one line.", maxDescription)

func goodDescription(text string) bool {
	return utf8.RuneCountInString(text) <= maxDescription && !strings.ContainsFunc(text, isControl)
}

// UpdateEndpointIn changes the members that are set; channel and environment
// never change.
type UpdateEndpointIn struct {
	ID            EndpointID
	Target        *Target
	Events        *[]EventType
	Secret        *id.Secret // an empty secret removes it
	State         *EndpointState
	Description   *string
	Ordered       *bool // what has been made already keeps its own way
	RatePerMinute *int  // 0 is no limit
	Scheme        *Scheme
	Schedule      *ScheduleName
	Headers       *[]Header // none removes them all
	// Schemes and Schedules are the names that the caller knows, of which one
	// may be chosen; empty, the dialect's own, always may.
	Schemes   []Scheme
	Schedules []ScheduleName
	// Signatures are the headers that the caller's installation signs with,
	// beside those that the schemes have by themselves; they are not for Headers.
	Signatures []string
	Now        time.Time
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "url", "events", "description", "ratePerMinute", "scheme",
// "schedule" or "headers".
func (in UpdateEndpointIn) Validate() error {
	switch {
	case in.Target != nil && in.Target.url == "":
		return fault.Invalidf("url", "url_required", "A webhook needs a URL.")
	case in.Description != nil && !goodDescription(*in.Description):
		return errDescription
	case in.RatePerMinute != nil && (*in.RatePerMinute < 0 || *in.RatePerMinute > maxRate):
		return fault.Invalidf("ratePerMinute", "bad_rate", "The rate must be 0 to %d requests a minute; 0 is no limit.", maxRate)
	case in.Scheme != nil && *in.Scheme != "" && !slices.Contains(in.Schemes, *in.Scheme):
		return fault.Invalidf("scheme", "unknown_scheme", "There is no signing scheme %q.", string(*in.Scheme))
	case in.Schedule != nil && *in.Schedule != "" && !slices.Contains(in.Schedules, *in.Schedule):
		return fault.Invalidf("schedule", "unknown_schedule", "There is no schedule %q.", string(*in.Schedule)).
			WithHint("The schedules are " + strings.Trim(fmt.Sprint(in.Schedules), "[]"))
	}
	if in.Headers != nil {
		if _, err := cleanHeaders(*in.Headers, in.Signatures); err != nil {
			return err
		}
	}
	if in.Events == nil {
		return nil
	}
	return validateEvents(*in.Events)
}

// UpdateEndpoint changes an endpoint. A missing one is a fault of kind
// NotFound, and another description of a listener one of kind State. Deliveries
// that wait for a retry go to the new URL.
func UpdateEndpoint(_ context.Context, tx Tx, in UpdateEndpointIn) (Endpoint, error) {
	if err := in.Validate(); err != nil {
		return Endpoint{}, err
	}
	read, err := tx.Endpoint(in.ID)
	if err != nil {
		return Endpoint{}, err
	}
	if in.Description != nil && read.Channel == Listener && *in.Description != read.Description {
		return Endpoint{}, fault.New(fault.State, "listener_name", "The description of a listener is the name that it is known by.").
			WithHint("The developer chooses it with tillway listen --name")
	}
	next := read
	if in.Target != nil {
		next.URL = in.Target.url
	}
	if in.Events != nil {
		next.Events = mergeEvents(*in.Events)
	}
	if in.Secret != nil {
		if read.Scheme.HasSecret() {
			if _, err := ParseSecret(read.Scheme, *in.Secret); err != nil {
				return Endpoint{}, err
			}
		}
		next.Secret = *in.Secret
	}
	set(&next.Description, in.Description)
	set(&next.Ordered, in.Ordered)
	set(&next.RatePerMinute, in.RatePerMinute)
	set(&next.Schedule, in.Schedule)
	if err := in.sign(&next); err != nil {
		return Endpoint{}, err
	}
	if in.State != nil {
		if err := next.become(*in.State, in.Now); err != nil {
			return Endpoint{}, err
		}
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	return next, tx.UpdateEndpoint(next, read)
}

func set[T any](into, value *T) {
	if value != nil {
		*into = *value
	}
}

// sign sets how requests are signed and what else they carry. A chat, which
// takes cards in its own format, has neither.
func (in UpdateEndpointIn) sign(next *Endpoint) (err error) {
	switch {
	case next.Channel.Chat() && in.Scheme != nil && *in.Scheme != "":
		return fault.Invalidf("scheme", "chat_scheme", "Messages to %s are not signed.", string(next.Channel))
	case next.Channel.Chat() && in.Headers != nil && len(*in.Headers) > 0:
		return fault.Invalidf("headers", "chat_headers", "Messages to %s carry no headers.", string(next.Channel))
	}
	set(&next.Scheme, in.Scheme)
	if in.Headers != nil {
		next.Headers, err = cleanHeaders(*in.Headers, in.Signatures)
	}
	return err
}

// become changes the state as a person wishes. Being active begins anew: what
// failed before is forgotten.
func (e *Endpoint) become(state EndpointState, now time.Time) error {
	if err := e.State.To(state); err != nil {
		return err
	}
	switch state {
	case e.State:
	case Active:
		e.DisabledFor, e.DisabledAt = "", time.Time{}
		e.FailingSince, e.Noticed = time.Time{}, 0
	default:
		e.DisabledFor, e.DisabledAt = ByHand, now
	}
	e.State = state
	return nil
}

// laterThan keeps update times strictly growing, since they guard the write;
// the database holds microseconds.
func laterThan(previous, now time.Time) time.Time {
	if now.UnixMicro() > previous.UnixMicro() {
		return now
	}
	return previous.Add(time.Microsecond)
}
