package pay

import (
	"time"

	"tillway/internal/fault"
)

// OrderID is "ORD_" and 22 base62 characters.
type OrderID string

// OrderStatus is the closed set of states of a one-time order.
type OrderStatus string

// The states of an order. Completed is never left.
const (
	OrderPending   OrderStatus = "pending"
	OrderCompleted OrderStatus = "completed"
	OrderCanceled  OrderStatus = "canceled"
)

// orderArrows is the transition table (spec/pancake.md §7). canceled →
// completed exists only for a store that honours late captures (DESIGN §3 rule 6).
var orderArrows = map[OrderStatus][]OrderStatus{
	OrderPending:  {OrderCompleted, OrderCanceled},
	OrderCanceled: {OrderCompleted},
}

// Order is a buyer's promise to pay one frozen amount.
type Order struct {
	ID         OrderID
	Store      StoreID
	Env        Env
	Dialect    Dialect
	Session    SessionID
	Product    ProductID // "" when an amount is sold
	Version    VersionID // of the product
	Status     OrderStatus
	BuyerEmail string
	Identity   string
	Quote      Quote
	Category   TaxCategory
	Billing    Billing
	Buyer      Buyer
	SuccessURL string
	Metadata   string
	ExternalID string
	// Payment is the payment under way, "" when none is. It is the lock that
	// keeps a second charge from starting.
	Payment PaymentID
	// Turn counts the attempts and the changes of the order's details so far. A
	// page says which turn it was drawn for, so that a repeated click cannot
	// start another attempt, and no click charges a total it did not show.
	Turn        int64
	Row         int64 // version of this row
	CreatedAt   time.Time
	UpdatedAt   time.Time
	CompletedAt time.Time
	CanceledAt  time.Time
}

type orderRecords interface {
	// Order errors: NotFound "order_not_found".
	Order(OrderID) (Order, error)
	InsertOrder(Order)
	UpdateOrder(Order)
}

// ErrOrderNotFound is the answer to an unknown order.
var ErrOrderNotFound = fault.New(fault.NotFound, "order_not_found", "Order not found")

// order is a new pending order of the session, before anybody said who buys.
func (s Session) order(id OrderID, at time.Time) Order {
	return Order{
		ID: id, Store: s.Store, Env: s.Env, Dialect: s.Dialect, Session: s.ID, Product: s.Product, Version: s.Version,
		Status: OrderPending, Category: s.Price.TaxCategory, Metadata: s.Metadata, ExternalID: s.ExternalID, Row: 1, CreatedAt: at,
	}
}

// country is where the buyer is, "" when nobody said.
func (o Order) country() string {
	if o.Billing.IsSet() {
		return o.Billing.Country
	}
	return o.Buyer.Country
}

// move takes the order along one arrow. Errors: State "order_transition".
func (o *Order) move(to OrderStatus, at time.Time) error {
	if err := move("order", orderArrows, o.Status, to); err != nil {
		return err
	}
	o.Status, o.UpdatedAt = to, at
	switch to {
	case OrderCompleted:
		o.CompletedAt = at
	case OrderCanceled:
		o.CanceledAt = at
	}
	return nil
}
