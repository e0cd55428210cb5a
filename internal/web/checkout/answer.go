package checkout

import (
	"encoding/json"
	"net/http"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/ui"
)

// Answer is what a JSON client is told of a checkout. Members that do not
// apply to the state are absent.
type Answer struct {
	State     pay.CheckoutState  `json:"state,omitempty"` // absent when there is no such checkout
	SessionID pay.SessionID      `json:"sessionId,omitempty"`
	Mode      pay.Env            `json:"mode,omitempty"`
	Turn      int64              `json:"turn"` // to be sent with /pay
	Store     *AnswerStore       `json:"store,omitempty"`
	Product   *AnswerProduct     `json:"product,omitempty"`
	Currency  string             `json:"currency,omitempty"`
	Amount    string             `json:"amount,omitempty"` // the total, a display string in major units
	Subtotal  string             `json:"subtotal,omitempty"`
	Tax       string             `json:"tax,omitempty"` // absent before the consumer step
	TaxName   string             `json:"taxName,omitempty"`
	Methods   []connector.Method `json:"methods,omitempty"`
	Form      pay.Form           `json:"form,omitempty"`  // what the consumer step asks, when it is not billing details
	Ended     pay.CheckoutEnd    `json:"ended,omitempty"` // why there is nothing more to pay
	CancelURL string             `json:"cancelUrl,omitempty"`
	ExpiresAt *time.Time         `json:"expiresAt,omitempty"`
	Decline   *AnswerDecline     `json:"decline,omitempty"` // of this client's last attempt
	Action    *connector.Action  `json:"action,omitempty"`
	OrderID   pay.OrderID        `json:"orderId,omitempty"`   // when paid by this client
	PaymentID pay.PaymentID      `json:"paymentId,omitempty"` // when paid by this client
	ReturnURL string             `json:"successUrl,omitempty"`
	Errors    []AnswerError      `json:"errors,omitempty"`
}

// AnswerStore is who sells.
type AnswerStore struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
}

// AnswerProduct is what is sold.
type AnswerProduct struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Image       string `json:"image,omitempty"`
}

// AnswerDecline is why the last attempt failed.
type AnswerDecline struct {
	Reason  connector.Reason  `json:"reason,omitempty"`
	Kind    connector.Decline `json:"kind,omitempty"` // hard: the same card will never do
	Unsent  bool              `json:"unsent,omitempty"`
	Message string            `json:"message"`
}

// AnswerError is one mistake. Field is "" when it is no field's.
type AnswerError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// statusOf is the status of a POST that was understood: 2xx when the purchase
// went on, 402 for a decline, and what keeps it from going on otherwise.
func statusOf(look pay.Checkout) int {
	switch look.State {
	case pay.CheckoutPayment:
		if look.LastReason != "" || look.Unsent {
			return http.StatusPaymentRequired
		}
	case pay.CheckoutWaiting:
		return http.StatusAccepted
	case pay.CheckoutUsed, pay.CheckoutBeingPaid:
		return http.StatusConflict
	case pay.CheckoutExpired:
		return http.StatusGone
	case pay.CheckoutUnavailable:
		return http.StatusServiceUnavailable
	case pay.CheckoutDetails, pay.CheckoutChallenge, pay.CheckoutPaid:
	}
	return http.StatusOK
}

// answer writes the state in JSON.
func (h *Handler) answer(v *visit, status int, problems []ui.Problem) {
	body := h.describe(v)
	for _, p := range problems {
		body.Errors = append(body.Errors, AnswerError(p))
	}
	if status >= http.StatusBadRequest && len(body.Errors) == 0 {
		body.Errors = []AnswerError{{Message: h.obstacle(v)}}
	}
	writeJSON(v.w, status, body)
}

// describe is the state without errors.
func (h *Handler) describe(v *visit) Answer {
	look := v.look
	if look.Session.ID == "" {
		return Answer{}
	}
	item := itemOf(look.Product)
	body := Answer{
		State: look.State, SessionID: look.Session.ID, Mode: look.Session.Env, Turn: look.Turn,
		Store:    &AnswerStore{Name: look.Store.Name, Slug: look.Store.Slug},
		Product:  &AnswerProduct{Name: item.Name, Description: look.Product.Description, Image: item.Picture},
		Currency: string(look.Quote.Total.Currency()), Amount: look.Quote.Total.String(),
		Subtotal: look.Quote.Subtotal.String(), Tax: look.Quote.Tax.String(),
		Methods: look.Methods, ExpiresAt: &look.Session.ExpiresAt, Action: look.Action,
		Form: look.Session.Form, Ended: look.Ended(),
	}
	body.CancelURL = h.door.back(look)
	if look.Order.ID != "" {
		body.TaxName = look.Quote.Rate.Name
	}
	if declined(v) {
		body.Decline = &AnswerDecline{
			Reason: look.LastReason, Kind: look.LastKind, Unsent: look.Unsent, Message: declineText(v),
		}
	}
	if look.State == pay.CheckoutPaid {
		body.OrderID, body.PaymentID, body.ReturnURL = look.Order.ID, look.Payment.ID, look.SuccessURL
	}
	return body
}

// obstacle is why the purchase does not go on, in a sentence.
func (h *Handler) obstacle(v *visit) string {
	if v.look.State == pay.CheckoutPayment {
		return declineText(v)
	}
	words := wordsOf(v)
	return words.Heading + ". " + words.Lead
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, fault.From(err).Message, http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "strict-origin")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the reader has gone; nothing is left to do
}
