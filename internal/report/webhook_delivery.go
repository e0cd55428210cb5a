package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// DeliveryQuery says which deliveries a list holds. The zero query asks for the
// newest of the scope; each member that is set leaves fewer.
type DeliveryQuery struct {
	Endpoint  webhook.EndpointID // may name one that was removed
	EventType webhook.EventType
	State     webhook.State
	Status    *int          // HTTP status of the last attempt; 0 is an attempt without an answer
	Class     webhook.Class // why the last attempt failed
	Subject   string        // what the event is about: an order, ORD_…, or a dialect's noun
	Origin    webhook.Origin
	Since     time.Time // made at or after; zero is the beginning
	Until     time.Time // made before; zero is now
	After     Cursor    // the end of the page before
	Limit     int       // at most MostListed; ListedUnlessAsked when zero
}

// longestFilter bounds a text that is looked for, in characters.
const longestFilter = 200

// check returns the query in the form in which it is stored.
// Errors: Invalid, naming the member.
func (q DeliveryQuery) check() (_ DeliveryQuery, err error) {
	if q.Limit, err = pageLimit(q.Limit); err != nil {
		return q, err
	}
	for field, text := range map[string]string{
		"endpoint": string(q.Endpoint), "event": string(q.EventType), "subject": q.Subject,
	} {
		if clean, err := pay.CleanText(field, text, 0, longestFilter); err != nil || clean != text {
			return q, fault.Invalidf(field, "bad_text", "%s holds what none of these can hold", field).WithCause(err)
		}
	}
	if q.State != "" && !slices.Contains([]webhook.State{webhook.Pending, webhook.Succeeded, webhook.Failed}, q.State) {
		return q, fault.Invalidf("state", "bad_state", "state must be pending, succeeded or failed")
	}
	if classes := webhook.Classes(); q.Class != "" && !slices.Contains(classes, q.Class) {
		return q, fault.Invalidf("class", "bad_class", "There is no class of failure %.64q", string(q.Class)).
			WithHint("The classes are " + strings.Trim(fmt.Sprint(classes), "[]"))
	}
	if q.Origin != "" && !slices.Contains([]webhook.Origin{webhook.FromEvent, webhook.FromTest}, q.Origin) {
		return q, fault.Invalidf("origin", "bad_origin", "origin must be event or test")
	}
	const mostStatus = 999 // three digits
	if q.Status != nil && (*q.Status < 0 || *q.Status > mostStatus) {
		return q, fault.Invalidf("status", "bad_status", "status must be an HTTP status such as 500, or 0 for no answer")
	}
	return q, checkSpan(q.Since, q.Until)
}

// checkSpan refuses a span that cannot hold anything. Errors: Invalid "until".
func checkSpan(since, until time.Time) error {
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return fault.Invalidf("until", "bad_span", "until must be later than since")
	}
	return nil
}

// LoggedDelivery is a delivery as lists show it, without its body.
type LoggedDelivery struct {
	Scope
	ID        webhook.DeliveryID
	Endpoint  webhook.EndpointID // may name one that was removed; empty when the URL came with a request
	Channel   webhook.Channel
	Origin    webhook.Origin
	EventID   string
	EventType webhook.EventType
	EventKey  string
	Subject   string
	URL       string // as it may be shown
	State     webhook.State
	Attempts  int
	// NextTry is the wall time at which a pending delivery is tried again; zero
	// when it is over, and while Sending.
	NextTry    time.Time
	Sending    bool          // a node holds it right now
	LastAt     time.Time     // start of the last attempt; zero before the first
	LastStatus int           // HTTP status of it; 0 without an answer
	LastClass  webhook.Class // why it failed, or why nothing was sent
	BodySize   int           // bytes
	CreatedAt  time.Time
}

// Called reports whether the URL came with a request.
func (d LoggedDelivery) Called() bool { return d.Endpoint == "" }

// DeliveryPage is one page of a list.
type DeliveryPage struct {
	PageEnd
	Deliveries []LoggedDelivery
}

// ListDeliveries lists deliveries of a scope from new to old.
// Errors: Invalid, naming the member of the query.
func ListDeliveries(ctx context.Context, log WebhookLog, scope Scope, query DeliveryQuery) (DeliveryPage, error) {
	checked, err := query.check()
	if err != nil {
		return DeliveryPage{}, err
	}
	return log.Deliveries(ctx, scope, checked)
}

// Exchange is one delivery whole: what was to be sent, and each try with what
// was said on both sides.
type Exchange struct {
	LoggedDelivery
	Scheme   webhook.Scheme
	Schedule webhook.ScheduleName
	Headers  []webhook.Header // the dialect's own; an attempt's has all of them
	Body     []byte           // the same in every attempt
	// Behind is the delivery whose end it waits for, of one that sleeps in the
	// order of its subject; empty of every other.
	Behind webhook.DeliveryID
	Tries  []webhook.Attempt // the latest, oldest first
	Tried  int               // how many there are in the log
}
