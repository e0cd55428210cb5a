package pancake

import "tillway/internal/api"

// addWebhookWire is the request of store/add-webhook (spec/pancake.md §5.4).
type addWebhookWire struct {
	StoreID  string    `json:"storeId"`
	Channel  string    `json:"channel"`
	URL      string    `json:"url"`
	Events   *[]string `json:"events"`
	TestMode *bool     `json:"testMode"`
	Secret   *string   `json:"secret"`
}

// updateWebhookWire is the request of store/update-webhook. What is absent
// stays; channel and testMode never change.
type updateWebhookWire struct {
	ID     string               `json:"id"`
	URL    *string              `json:"url"`
	Events *[]string            `json:"events"`
	Secret api.Optional[string] `json:"secret"`
}

// removeWebhookWire is the request of store/remove-webhook.
type removeWebhookWire struct {
	ID string `json:"id"`
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
