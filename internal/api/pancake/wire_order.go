package pancake

// buyerOrderWire is the request of onetime-order/create-order as the checkout
// page makes it. What else the body names is ignored (spec/pancake.md §5.10).
type buyerOrderWire struct {
	CheckoutSessionID string       `json:"checkoutSessionId"`
	BillingDetail     *billingWire `json:"billingDetail"`
	BuyerEmail        string       `json:"buyerEmail"`
	BuyerIP           string       `json:"buyerIp"` // the connection's address is what counts
	SuccessURL        string       `json:"successUrl"`
}

// merchantOrderWire is the same request signed by a merchant. Without a session
// it is a request for one.
type merchantOrderWire struct {
	merchantSessionWire
	CheckoutSessionID string `json:"checkoutSessionId"`
	BuyerIP           string `json:"buyerIp"`
}

// orderWire is the response when there was a session; otherwise it is a sessionWire.
type orderWire struct {
	CheckoutURL string `json:"checkoutUrl"`
	OrderID     string `json:"orderId"`
}

// cancelOrderWire is the request of onetime-order/cancel-order.
type cancelOrderWire struct {
	OrderID string `json:"orderId"`
}

// orderStatusWire is its response.
type orderStatusWire struct {
	OrderID string `json:"orderId"`
	Status  string `json:"status"`
}
