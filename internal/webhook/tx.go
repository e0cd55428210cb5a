package webhook

import "time"

// Tx is what the commands of this package and fanout need of a transaction.
// The store implements it over the transaction that also holds the payment, so
// that an event and its deliveries commit with the fact (DESIGN §3 rule 10).
//
// A fault of kind NotFound means the row is absent; any other error means that
// the transaction is lost.
type Tx interface {
	// Endpoints lists a store's endpoints in one environment, oldest first,
	// whatever their state. There are at most MaxEndpoints and MaxListeners.
	Endpoints(store StoreID, env Env) ([]Endpoint, error)
	Endpoint(id EndpointID) (Endpoint, error)
	// CountEndpoints counts a store's endpoints over both environments, without
	// its listeners.
	CountEndpoints(store StoreID) (int, error)
	InsertEndpoint(endpoint Endpoint) error
	// UpdateEndpoint rewrites everything a person may change. It is guarded by
	// the update time the caller read: a lost race is a conflict. How the
	// endpoint does belongs to Store.Record and is left alone, unless the
	// endpoint becomes active, which wipes it.
	UpdateEndpoint(endpoint Endpoint, read Endpoint) error
	DeleteEndpoint(id EndpointID) error
	// HaltWaiting ends some of what waits for an endpoint, as a claim does with
	// what comes due while the endpoint is disabled: class Halted, and no attempt.
	// It returns how many it ended; fewer than the limit were all.
	HaltWaiting(halt Halt) (int, error)
	// InsertCallback writes an address that came with a request. Validate was
	// asked before, outside of the transaction.
	InsertCallback(callback Callback) error
	// Callback reads one; a fault of kind NotFound when it is absent.
	Callback(id CallbackID) (Callback, error)
	// InsertDelivery writes a new delivery and returns it as it was written: an
	// ordered one may have to sleep until those before it are over. Only what is
	// Awake may be handed to Dispatcher.Admit.
	InsertDelivery(delivery Delivery) (Delivery, error)
	// TouchListener notes that a listener was connected at a time; of other
	// endpoints, and of none, it does nothing.
	TouchListener(id EndpointID, at time.Time) error
	recoveryTx
}

// Halt says what of an endpoint's backlog is to end. Neither what is leased nor
// what is held without a lease does: it is being sent.
type Halt struct {
	Endpoint EndpointID
	Held     []DeliveryID // which Watched completes
	Limit    int
	Now      time.Time // when it ended
}
