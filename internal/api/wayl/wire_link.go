package wayl

import "tillway/internal/api"

// createLinkWire is the request of POST /links (spec/wayl.md §2.1).
type createLinkWire struct {
	Env             *string     `json:"env"`
	ReferenceID     *string     `json:"referenceId"`
	Total           *api.Number `json:"total"`
	Currency        *string     `json:"currency"`
	CustomParameter *string     `json:"customParameter"`
	LineItem        []lineWire  `json:"lineItem"`
	WebhookURL      *string     `json:"webhookUrl"`
	WebhookSecret   *string     `json:"webhookSecret"`
	RedirectionURL  *string     `json:"redirectionUrl"`
	LinkExpiresIn   *string     `json:"linkExpiresIn"`
}

// lineWire is one part of the total.
type lineWire struct {
	Label  *string     `json:"label"`
	Amount *api.Number `json:"amount"`
	Type   *string     `json:"type"`
	Image  *string     `json:"image"`
}

// batchWire is the request of POST /links/batch (spec/wayl.md §2.6).
type batchWire struct {
	ReferenceIDs *[]string `json:"referenceIds"`
}

// linkWire is a payment link, with every member that Wayl has anywhere.
type linkWire struct {
	CustomParameter string  `json:"customParameter"` // "" is none
	ReferenceID     string  `json:"referenceId"`
	ID              string  `json:"id"`
	Total           string  `json:"total"` // whole dinars, as text
	Currency        string  `json:"currency"`
	Code            string  `json:"code"`
	PaymentMethod   *string `json:"paymentMethod"` // null until paid
	Type            string  `json:"type"`          // Order
	Reversable      bool    `json:"reversable"`    // Wayl's spelling
	Status          string  `json:"status"`
	CompletedAt     *string `json:"completedAt"`
	CreatedAt       string  `json:"createdAt"`
	UpdatedAt       string  `json:"updatedAt"`
	URL             string  `json:"url"`
	WebhookURL      *string `json:"webhookUrl"`
	RedirectionURL  *string `json:"redirectionUrl"` // with what was appended
	LinkExpiresIn   string  `json:"linkExpiresIn"`
}

// batchAnswerWire is the answer of POST /links/batch.
type batchAnswerWire struct {
	envelope
	TotalRequested int `json:"totalRequested"`
	TotalFound     int `json:"totalFound"`
}
