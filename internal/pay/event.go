package pay

import "time"

// EventID is "EVT_" and 22 base62 characters.
type EventID string

// EventType names what happened, in words of the core. A dialect's codec maps
// it to the dialect's own name.
type EventType string

// The events.
const (
	// OrderDone is published once for an order, with its payment.
	OrderDone EventType = "order.completed"
	// RefundDone and RefundNotDone are published once for a refund of a sale, by
	// what the provider made of it. What is rejected or withdrawn, and the return
	// of a late capture, whose sale nobody was told of, are no events.
	RefundDone    EventType = "refund.succeeded"
	RefundNotDone EventType = "refund.failed"
)

// Event is a fact that others are told of. It commits with the fact.
type Event struct {
	ID    EventID
	Store StoreID
	Env   Env
	Type  EventType
	Key   string // unique with store, environment and type
	At    time.Time
	// Sale is the full snapshot of an order and its payment. Its order's version
	// puts the events about one order into their order: whoever emits one writes
	// the order's row in the same transaction.
	Sale   *Sale
	Refund *Refund // of RefundDone and RefundNotDone
	// Dialect and Noun are the noun that the sale belongs to, as it was when the
	// event happened; zero for the core's own sales.
	Dialect Dialect
	Noun    Noun
}

// Sale is what an event knows of an order: everything a body may need,
// frozen, so that it can be rendered again at any time.
type Sale struct {
	StoreName   string  `json:"storeName"`
	Order       Order   `json:"order"`
	Payment     Payment `json:"payment"`
	ProductName string  `json:"productName"`
	Description string  `json:"description"`
	Metadata    string  `json:"metadata"` // the product's
}

// saleOf takes the snapshot.
func saleOf(r Records, store Store, session Session, order Order, payment Payment) (Sale, error) {
	version, err := session.sold(r)
	return Sale{
		StoreName: store.Name, Order: order, Payment: payment,
		ProductName: version.Name, Description: version.Description, Metadata: version.Metadata,
	}, err
}

type eventRecords interface {
	// InsertEvent stores an event unless its key exists; fresh says which.
	InsertEvent(Event) (fresh bool, err error)
	// AddDeliveries notes how many deliveries an event was born with, so that a
	// missing one can be told from an event that nobody asked for.
	AddDeliveries(EventID, int)
	// AddReplayed notes deliveries that an event was given later, by a replay.
	AddReplayed(EventID, int)
	// WithholdEvent notes that an event has no delivery because its store is not
	// approved, and not because nobody asked for it.
	WithholdEvent(EventID)
	// Events lists the next events of a store and environment in the order of
	// time and id.
	Events(EventQuery) ([]StoredEvent, error)
}

// EventQuery asks for one page of a store's events.
type EventQuery struct {
	Store        StoreID
	Env          Env
	Since, Until time.Time // of the events' times; Until itself is outside
	AfterAt      time.Time // with AfterID, the last one that is known
	AfterID      EventID
	Limit        int
}

// StoredEvent is an event and what became of it.
type StoredEvent struct {
	Event
	Deliveries int // given to it, at birth and later
	Kept       int // of them, those that are still in the log
}
