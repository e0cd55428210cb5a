package webhook

import (
	"context"
	"crypto/sha256"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// Limits of what a listener tells of itself.
const (
	maxListenerName = 200  // bytes
	maxForward      = 2048 // characters
)

// ListenIn describes a listener that connects. Its name is what it is known
// by: whoever connects again under the same name goes on with what waited.
type ListenIn struct {
	Store   StoreID
	Env     Env
	Dialect Dialect
	Name    string
	Forward string // where its program listens, for the log; never called by us
	Events  []EventType
	// Scheme and Secret sign for a dialect whose endpoints have secrets of their
	// own; a listener keeps the secret that it was made with, unless Shared: then
	// the secret is its store's, whatever that is now.
	Scheme Scheme
	Secret id.Secret
	Shared bool
	Now    time.Time
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "name", "forwardTo" or "events".
func (in ListenIn) Validate() error {
	if strings.TrimSpace(in.Name) == "" || len(in.Name) > maxListenerName ||
		!utf8.ValidString(in.Name) || strings.ContainsFunc(in.Name, unicode.IsControl) {
		return fault.Invalidf("name", "bad_listener_name", "name must have 1 to %d printable characters", maxListenerName)
	}
	target, err := url.Parse(in.Forward)
	if err != nil || utf8.RuneCountInString(in.Forward) > maxForward || (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" || target.User != nil {
		return fault.Invalidf("forwardTo", "bad_forward", "forwardTo must be an http or https URL of at most %d characters, without a password", maxForward).
			WithHint("For example http://localhost:3000/webhooks")
	}
	return validateEvents(in.Events)
}

// newID is derived from what the listener is known by and from the time: one whose
// life is over is another than the next of its name, so that what waited for it is
// not sent to that.
func (in ListenIn) newID() EndpointID {
	known := strings.Join([]string{
		string(in.Store), string(in.Env), string(in.Dialect), in.Name, strconv.FormatInt(in.Now.UnixMicro(), 10),
	}, "\x00")
	return EndpointID(uuid.NewHash(sha256.New(), uuid.Nil, []byte(known), 8).String())
}

// is reports whether an endpoint is this listener.
func (in ListenIn) is(endpoint Endpoint) bool {
	return endpoint.Channel == Listener && endpoint.Dialect == in.Dialect && endpoint.Description == in.Name
}

// Listen finds the listener that connects, or makes it, and notes what it
// wants now. Beyond Validate's faults it refuses with kind Invalid and code
// "too_many_listeners" when there are MaxListeners in the store and environment.
func Listen(_ context.Context, tx Tx, in ListenIn) (Endpoint, error) {
	if err := in.Validate(); err != nil {
		return Endpoint{}, err
	}
	present, err := tx.Endpoints(in.Store, in.Env)
	if err != nil {
		return Endpoint{}, err
	}
	found := slices.IndexFunc(present, in.is)
	if found < 0 {
		return insertListener(tx, in, present)
	}
	read := present[found]
	next := read
	next.URL, next.Events, next.UsedAt = in.Forward, mergeEvents(in.Events), in.Now
	next.State, next.DisabledFor, next.DisabledAt = Active, "", time.Time{}
	if read.Secret.IsZero() || in.Shared && read.Secret != in.Secret {
		next.Scheme, next.Secret = in.Scheme, in.Secret
		next.Previous, next.PreviousUntil = "", time.Time{}
	}
	if next.URL == read.URL && slices.Equal(next.Events, read.Events) && next.State == read.State && next.Secret == read.Secret {
		return next, tx.TouchListener(read.ID, in.Now)
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	return next, tx.UpdateEndpoint(next, read)
}

// insertListener makes the listener beside the endpoints that are present.
func insertListener(tx Tx, in ListenIn, present []Endpoint) (Endpoint, error) {
	others := 0
	for _, endpoint := range present {
		if endpoint.Channel == Listener {
			others++
		}
	}
	if others >= MaxListeners {
		return Endpoint{}, fault.New(fault.Invalid, "too_many_listeners",
			"A store may have at most 10 listeners in one environment.").
			WithHint("Use the name of one that is there already; one that nobody connects goes away after a day")
	}
	endpoint := Endpoint{
		ID: in.newID(), Store: in.Store, Env: in.Env, Dialect: in.Dialect, Channel: Listener,
		URL: in.Forward, Description: in.Name, Events: mergeEvents(in.Events), State: Active,
		Scheme: in.Scheme, Secret: in.Secret, UsedAt: in.Now, CreatedAt: in.Now, UpdatedAt: in.Now,
	}
	return endpoint, tx.InsertEndpoint(endpoint)
}
