package listener

import "tillway/internal/api"

// openWire is the request that opens a stream.
type openWire struct {
	StoreID   string   `json:"storeId"`   // the merchant's only store when absent
	Dialect   string   `json:"dialect"`   // the server's first when absent
	Events    []string `json:"events"`    // all when absent or empty
	Name      string   `json:"name"`      // by which the listener is found again
	ForwardTo string   `json:"forwardTo"` // shown in the log
}

// ackWire is the request that acknowledges a delivery, with a status or with a
// failure.
type ackWire struct {
	Connection string       `json:"connection"`
	Delivery   string       `json:"delivery"`
	Status     api.Number   `json:"status"`
	Headers    []headerWire `json:"headers"`
	Body       string       `json:"body"` // base64
	Failure    string       `json:"failure"`
}

type headerWire struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type ackAnswerWire struct {
	Data struct {
		Acknowledged bool `json:"acknowledged"`
	} `json:"data"`
}
