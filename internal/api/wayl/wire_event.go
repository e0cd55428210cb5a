package wayl

import "encoding/json"

// eventWire is the body of a webhook (spec/wayl.md §6). The order of its fields
// is the order of the bytes.
type eventWire struct {
	Verb             string          `json:"verb"` // POST
	Event            string          `json:"event"`
	ReferenceID      string          `json:"referenceId"`
	PaymentMethod    string          `json:"paymentMethod"`    // "" while unpaid
	PaymentStatus    string          `json:"paymentStatus"`    // Paid, or the link's own status
	PaymentProcessor string          `json:"paymentProcessor"` // "" while unpaid
	Total            json.Number     `json:"total"`
	Commission       json.Number     `json:"commission"`
	Code             string          `json:"code"`
	Customer         customerWire    `json:"customer"`
	Items            []eventItemWire `json:"items"`
	ID               string          `json:"id"` // the link's
	CustomParameter  string          `json:"customParameter,omitempty"`
}

// customerWire is who paid; texts are "" where the page has not asked.
type customerWire struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	City    string `json:"city"`
	Country string `json:"country"`
	Address string `json:"address"`
}

// eventItemWire is one part of the total.
type eventItemWire struct {
	Type   string      `json:"type"`
	Label  string      `json:"label"`
	Amount json.Number `json:"amount"`
}
