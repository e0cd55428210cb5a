package diddo

import "tillway/internal/api"

// createWebhookWire is the request of POST /webhook (spec/diddo.md §2).
type createWebhookWire struct {
	URL         api.Optional[string]   `json:"url"`
	Events      api.Optional[[]string] `json:"events"`
	Description api.Optional[string]   `json:"description"`
}

// updateWebhookWire is the request of PUT /webhook/{id}. What is absent stays.
type updateWebhookWire struct {
	Active      api.Optional[bool]     `json:"active"`
	Description api.Optional[string]   `json:"description"`
	Events      api.Optional[[]string] `json:"events"`
	URL         api.Optional[string]   `json:"url"`
}

// webhookWire is a subscription. Secret is there once, when it was made.
type webhookWire struct {
	ID          string   `json:"id"`
	URL         string   `json:"url"`
	Events      []string `json:"events"`
	Description string   `json:"description"`
	Active      bool     `json:"active"`
	CreatedAt   string   `json:"created_at"`
	UpdatedAt   string   `json:"updated_at"`
	Secret      string   `json:"secret,omitempty"`
}

type webhookListWire struct {
	Webhooks []webhookWire `json:"webhooks"`
	Total    int           `json:"total"`
	Limit    int           `json:"limit"`
	Offset   int           `json:"offset"`
}

type webhookDeletedWire struct {
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

// testWebhookWire is the request of POST /webhook/{id}/test. Without an event it
// is the first that the subscription asks for.
type testWebhookWire struct {
	Event api.Optional[string] `json:"event"`
}

type webhookTestWire struct {
	DeliveryID string `json:"delivery_id"`
	Event      string `json:"event"`
	Status     string `json:"status"`
}

// rotateSecretWire is the request of POST /webhook/{id}/rotate-secret. The old
// secret signs beside the new one for so long, a day when it is absent.
type rotateSecretWire struct {
	OverlapHours api.Optional[api.Number] `json:"overlap_hours"`
}

type secretWire struct {
	ID             string  `json:"id"`
	Secret         string  `json:"secret"`
	OldSecretUntil *string `json:"old_secret_until"`
}

// deliveryRowWire is a line of GET /webhook/{id}/deliveries.
type deliveryRowWire struct {
	ID          string  `json:"id"`
	Event       string  `json:"event"`
	Status      string  `json:"status"` // pending, succeeded or failed
	Attempts    int     `json:"attempts"`
	LastStatus  *int    `json:"last_status"` // HTTP status of the last attempt
	LastError   *string `json:"last_error"`
	Test        bool    `json:"test"`
	CreatedAt   string  `json:"created_at"`
	LastAttempt *string `json:"last_attempt_at"`
	NextAttempt *string `json:"next_attempt_at"`
}

type deliveryListWire struct {
	Deliveries []deliveryRowWire `json:"deliveries"`
	Next       *string           `json:"next"` // after of the following page
}
