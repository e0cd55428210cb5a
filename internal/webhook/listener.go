package webhook

import (
	"errors"
	"strings"
	"time"
)

// MaxListeners is how many listeners a store may have in one environment,
// beside its MaxEndpoints.
const MaxListeners = 10

// ListenerLife is how long a listener outlives its last connection. What it
// was sent waits so long for it to come back.
const ListenerLife = 24 * time.Hour

// Listeners are the streams that developers hold open on this node; package
// listen implements it.
type Listeners interface {
	// Connected reports whether a stream of the endpoint is open here. It is
	// asked under the dispatcher's lock and must not call the dispatcher.
	Connected(endpoint EndpointID) bool
	// To is a client that hands a request to the stream of the delivery's
	// endpoint, between AwaitTurn and PassTurn, and waits for what the
	// developer's program answered. Its error
	// is ErrAway when the stream is not there or breaks meanwhile, and a
	// *Reported when the program could not be asked.
	To(delivery Delivery) Client
}

// ErrAway means that a listener's stream was not there to take a request to
// its end: nothing is known of the receiver, so it is no attempt.
var ErrAway = errors.New("webhook: nobody listens")

// Reported is the failure of a request that somebody else made for us.
type Reported struct {
	Class  Class
	Reason string // in words, for the merchant
}

// Error is the reason.
func (r *Reported) Error() string { return r.Reason }

// listenerQueue leads the queue ids of listeners: what waits there is left in
// the table until the stream is open.
const listenerQueue = "listener:"

// Queue is where deliveries to the endpoint wait.
func (e Endpoint) Queue() QueueID {
	if e.Channel == Listener {
		return queueOfListener(e.ID)
	}
	return QueueID(e.ID)
}

func queueOfListener(endpoint EndpointID) QueueID { return listenerQueue + QueueID(endpoint) }

// listener is the endpoint of a listener's queue; false of other queues.
func (q QueueID) listener() (EndpointID, bool) {
	endpoint, is := strings.CutPrefix(string(q), listenerQueue)
	return EndpointID(endpoint), is
}
