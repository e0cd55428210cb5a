package webhook

import (
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// CallbackID is a UUID.
type CallbackID string

// Callback is an address that came with a request, such as the webhookUrl of a
// payment link: what happens to that one thing is told to it, beside or instead
// of the store's endpoints. It is written with the request's own row, never
// changes, and lives as long as that row, since a refund may be told years
// later.
//
// It is no Endpoint: nobody registered it, so that it has no state, no health
// and no settings. An answer that would disable an endpoint ends the delivery
// it answers, and no other.
type Callback struct {
	ID      CallbackID
	Store   StoreID
	Env     Env
	Dialect Dialect
	// URL passed the rules for endpoints (VetTarget) when the request came; the
	// address behind it is checked again at each send.
	URL       string
	Scheme    Scheme    // "" is unsigned
	Secret    id.Secret // of a scheme that has secrets; sealed at rest
	CreatedAt time.Time
	// Locked says that the secret does not open with this master key; it is then
	// empty. Never stored.
	Locked bool
}

// Bounds of a callback.
const (
	maxCallbackID  = 100  // bytes
	maxCallbackURL = 2048 // characters, as of an endpoint's URL (spec/webhook-engine.md §4, spec/waypay.md §4)
)

// Validate checks everything that needs neither network nor database. Whether
// the URL may be called is the URLPolicy's to say (VetTarget), before the
// transaction. Its faults are of kind Invalid and name "id", "store", "env",
// "dialect", "url", "scheme", "secret" or "createdAt".
func (c Callback) Validate() error {
	switch {
	case c.ID == "" || len(c.ID) > maxCallbackID:
		return fault.Invalidf("id", "bad_callback_id", "A callback needs an id of at most %d characters.", maxCallbackID)
	case c.Store == "":
		return fault.Invalidf("store", "store_required", "A callback belongs to a store.")
	case c.Env != Test && c.Env != Prod:
		return fault.Invalidf("env", "unknown_environment", "env must be test or prod; got %q.", string(c.Env))
	case c.Dialect == "":
		return fault.Invalidf("dialect", "dialect_required", "A callback needs the dialect that it is told in.")
	case c.URL == "":
		return fault.Invalidf("url", "url_required", "A callback needs a URL.")
	case utf8.RuneCountInString(c.URL) > maxCallbackURL:
		return fault.Invalidf("url", "url_too_long", "A URL has at most %d characters.", maxCallbackURL)
	case c.host() == "":
		return fault.Invalidf("url", "url_malformed", "The URL must be an http or https URL with a host.")
	case c.CreatedAt.IsZero():
		return fault.Invalidf("createdAt", "created_at_required", "A callback needs the time of its request.")
	}
	return c.validateSecret()
}

// validateSecret checks that the scheme has what it signs with, and nothing that
// it would leave unused.
func (c Callback) validateSecret() error {
	switch {
	case c.Scheme.HasSecret():
		_, err := ParseSecret(c.Scheme, c.Secret)
		return err
	case c.Scheme != "" && c.Scheme != PancakeScheme:
		return fault.Invalidf("scheme", "unknown_scheme", "There is no signing scheme %q.", string(c.Scheme))
	case !c.Secret.IsZero():
		return fault.Invalidf("secret", "secret_unused", "A callback with a secret needs a scheme that signs with it.")
	}
	return nil
}

// callbackQueue leads the queue ids of callbacks, and the names of their keys.
// No endpoint's id, which is a UUID, begins so.
const callbackQueue = "callback:"

// Queue is where deliveries to the callback wait: in one line with those to the
// same host that came with other requests of the store, since they share its
// fate, and apart from every other host and store. Test and live have lines of
// their own, so that a receiver under construction pauses no live event.
func (c Callback) Queue() QueueID {
	return QueueID(callbackQueue + string(c.Store) + ":" + string(c.Env) + ":" + c.host())
}

// caller is the store of a queue of callbacks; false of other queues.
func (q QueueID) caller() (StoreID, bool) {
	rest, is := strings.CutPrefix(string(q), callbackQueue)
	store, _, cut := strings.Cut(rest, ":")
	return StoreID(store), is && cut
}

// host is the URL's host and port in the one form that they have: lower case,
// without the final dot of a name, and the port only where it is not the
// scheme's own. Empty of what is no http or https URL.
func (c Callback) host() string {
	parsed, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(parsed.Hostname()), ".")
	usual, known := map[string]string{"http": "80", "https": "443"}[parsed.Scheme]
	if !known || host == "" {
		return ""
	}
	if port := parsed.Port(); port != "" && port != usual {
		return net.JoinHostPort(host, port)
	}
	return host
}

// KeyName is Delivery.KeyName of a delivery that the callback's secret signs;
// empty where the scheme has no secrets.
func (c Callback) KeyName() string {
	if !c.Scheme.HasSecret() {
		return ""
	}
	return callbackQueue + string(c.ID)
}

// CallbackOfKey is the callback whose secret a Delivery.KeyName means; false of
// an endpoint's and of the platform's.
func CallbackOfKey(name string) (CallbackID, bool) {
	callback, is := strings.CutPrefix(name, callbackQueue)
	return CallbackID(callback), is
}
