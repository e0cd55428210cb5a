package pancake

// addWebhookWire is the request of store/add-webhook (spec/pancake.md §5.4).
type addWebhookWire struct {
	StoreID  string    `json:"storeId"`
	Channel  string    `json:"channel"`
	URL      string    `json:"url"`
	Events   *[]string `json:"events"`
	TestMode *bool     `json:"testMode"`
	Secret   *string   `json:"secret"`
}

// webhookWire is an endpoint.
type webhookWire struct {
	ID        string   `json:"id"`
	StoreID   string   `json:"storeId"`
	Channel   string   `json:"channel"`
	URL       string   `json:"url"`
	Events    []string `json:"events"`
	TestMode  bool     `json:"testMode"`
	Secret    *string  `json:"secret"`
	CreatedAt string   `json:"createdAt"`
	UpdatedAt string   `json:"updatedAt"`
}

type webhookAnswerWire struct {
	Webhook webhookWire `json:"webhook"`
}
