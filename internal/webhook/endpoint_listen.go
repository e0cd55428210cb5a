package webhook

import (
	"context"
	"crypto/sha256"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// Limits of what a listener tells of itself, in bytes.
const (
	maxListenerName = 200
	maxForward      = 2048
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
	// own; a listener keeps the secret that it was made with.
	Scheme Scheme
	Secret id.Secret
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
	if err != nil || len(in.Forward) > maxForward || (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" || target.User != nil {
		return fault.Invalidf("forwardTo", "bad_forward", "forwardTo must be an http or https URL of at most %d characters, without a password", maxForward).
			WithHint("For example http://localhost:3000/webhooks")
	}
	return validateEvents(in.Events)
}

// ID is derived from what the listener is known by, so that it is found again.
func (in ListenIn) ID() EndpointID {
	known := strings.Join([]string{string(in.Store), string(in.Env), string(in.Dialect), in.Name}, "\x00")
	return EndpointID(uuid.NewHash(sha256.New(), uuid.Nil, []byte(known), 8).String())
}

// Listen finds the listener that connects, or makes it, and notes what it
// wants now. Beyond Validate's faults it refuses with kind Invalid and code
// "too_many_listeners" when there are MaxListeners in the store and environment.
func Listen(_ context.Context, tx Tx, in ListenIn) (Endpoint, error) {
	if err := in.Validate(); err != nil {
		return Endpoint{}, err
	}
	read, err := tx.Endpoint(in.ID())
	if fault.Is(err, fault.NotFound) {
		return insertListener(tx, in)
	}
	if err != nil {
		return Endpoint{}, err
	}
	next := read
	next.URL, next.Events, next.UsedAt = in.Forward, mergeEvents(in.Events), in.Now
	next.State, next.DisabledFor, next.DisabledAt = Active, "", time.Time{}
	if read.Secret.IsZero() {
		next.Scheme, next.Secret = in.Scheme, in.Secret
	}
	if next.URL == read.URL && slices.Equal(next.Events, read.Events) && next.State == read.State && next.Secret == read.Secret {
		return next, tx.TouchListener(read.ID, in.Now)
	}
	next.UpdatedAt = laterThan(read.UpdatedAt, in.Now)
	return next, tx.UpdateEndpoint(next, read)
}

func insertListener(tx Tx, in ListenIn) (Endpoint, error) {
	present, err := tx.Endpoints(in.Store, in.Env)
	if err != nil {
		return Endpoint{}, err
	}
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
		ID: in.ID(), Store: in.Store, Env: in.Env, Dialect: in.Dialect, Channel: Listener,
		URL: in.Forward, Description: in.Name, Events: mergeEvents(in.Events), State: Active,
		Scheme: in.Scheme, Secret: in.Secret, UsedAt: in.Now, CreatedAt: in.Now, UpdatedAt: in.Now,
	}
	return endpoint, tx.InsertEndpoint(endpoint)
}
