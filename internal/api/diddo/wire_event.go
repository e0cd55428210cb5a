package diddo

// eventWire is the envelope of a webhook (spec/diddo.md §3). The order of its
// fields is the order of the bytes.
type eventWire struct {
	ID        string        `json:"id"` // the same on retries, and to every subscription
	Type      string        `json:"type"`
	CreatedAt string        `json:"created_at"`
	Livemode  bool          `json:"livemode"`
	Data      eventDataWire `json:"data"`
}

// eventDataWire is the data of every event. What is not known is absent, but for
// the template, which is null where the cart is nobody's copy, as in answers.
type eventDataWire struct {
	CheckoutID     string        `json:"checkout_id"`
	CartID         string        `json:"cart_id"`
	TemplateCartID *string       `json:"template_cart_id"`
	Status         string        `json:"status"`
	Reason         string        `json:"reason,omitempty"` // of checkout.cancelled
	PaymentOption  string        `json:"payment_option,omitempty"`
	Amount         moneyWire     `json:"amount"`
	Failure        *failureWire  `json:"failure,omitempty"` // of the last payment that failed
	Customer       *customerTold `json:"customer,omitempty"`
	*orderTold                   // of order.submitted, cart.submitted and refunds
	Refund         *refundTold   `json:"refund,omitempty"` // of return.initiated and refund.issued
}

type failureWire struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type customerTold struct {
	Email string `json:"email"`
}

// orderTold is an order.
type orderTold struct {
	OrderID     string        `json:"order_id"`
	OrderNumber string        `json:"order_number"`
	Stores      []storeTold   `json:"stores"`
	Cost        costTold      `json:"cost"`
	BuyerInfo   buyerInfoWire `json:"buyer_info"`
}

type storeTold struct {
	Store     string         `json:"store"`
	CartLines []cartLineWire `json:"cart_lines"`
	Subtotal  moneyWire      `json:"subtotal"`
	Shipping  moneyWire      `json:"shipping"`
	Tax       moneyWire      `json:"tax"`
}

type costTold struct {
	Subtotal moneyWire `json:"subtotal"`
	Tax      moneyWire `json:"tax"`
	Shipping moneyWire `json:"shipping"`
	Total    moneyWire `json:"total"`
}

type refundTold struct {
	ID     string    `json:"id"`
	Amount moneyWire `json:"amount"`
	Status string    `json:"status"`
	Reason string    `json:"reason"`
}
