package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"testing"
)

// The states of a checkout as its JSON tells them (DESIGN §5 "pay").
const (
	Details   = "details"
	Payment   = "payment"
	Challenge = "challenge"
	Waiting   = "waiting"
	Paid      = "paid"
	Used      = "used"
	BeingPaid = "being_paid"
	Expired   = "expired"
)

// Checkout is what a checkout's endpoints answer in JSON.
type Checkout struct {
	Status    int    `json:"-"` // HTTP
	State     string `json:"state"`
	Turn      int64  `json:"turn"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	OrderID   string `json:"orderId"`
	PaymentID string `json:"paymentId"`
	Decline   *struct {
		Reason  string `json:"reason"`
		Kind    string `json:"kind"`
		Message string `json:"message"`
	} `json:"decline"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
}

// Card is what is typed at the payment step.
type Card struct {
	Number string
	Expiry string // "12/40" when empty
	CVC    string // "123" when empty
}

// Cards of the simulator that tests buy with.
const (
	GoodCard      = "4576750000000110"
	DeclinedCard  = "4576750000000220"
	ChallengeCard = "4576750000003224"
	MovedCard     = "4576750000000584" // the answer is lost, the money moved
	NotMovedCard  = "4576750000000592" // the answer is lost, no money moved
)

// Buyer is one browser: it keeps its cookie from visit to visit.
type Buyer struct{ client *http.Client }

// NewBuyer makes a buyer without a history.
func NewBuyer(t testing.TB) *Buyer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatalf("harness: %v", err)
	}
	client := *plenty
	client.Jar = jar
	return &Buyer{client: &client}
}

// Look asks where the checkout of an address is.
func (b *Buyer) Look(ctx context.Context, url string) (Checkout, error) {
	return b.do(ctx, http.MethodGet, url, nil)
}

// GiveDetails takes the consumer step as a private buyer in Germany.
func (b *Buyer) GiveDetails(ctx context.Context, url, email string) (Checkout, error) {
	return b.do(ctx, http.MethodPost, url+"/details", map[string]any{"email": email, "country": "DE"})
}

// Pay presses the pay button on the page of a turn.
func (b *Buyer) Pay(ctx context.Context, url string, turn int64, card Card) (Checkout, error) {
	if card.Expiry == "" {
		card.Expiry = "12/40"
	}
	if card.CVC == "" {
		card.CVC = "123"
	}
	return b.do(ctx, http.MethodPost, url+"/pay", map[string]any{
		"method": "card", "number": card.Number, "expiry": card.Expiry, "cvc": card.CVC, "holder": "B. Buyer", "turn": turn,
	})
}

// AnswerChallenge approves or refuses at the provider's challenge.
func (b *Buyer) AnswerChallenge(ctx context.Context, url string, approve bool) (Checkout, error) {
	answer := "refuse"
	if approve {
		answer = "approve"
	}
	return b.do(ctx, http.MethodPost, url+"/challenge", map[string]any{"answer": answer})
}

// Buy goes from the address to the end of one attempt with a card, without
// waiting for an outcome that is not known at once. It is what a purchase
// costs in requests: three, and a fourth at a challenge.
func (b *Buyer) Buy(ctx context.Context, url, email string, card Card) (Checkout, error) {
	look, err := b.GiveDetails(ctx, url, email)
	if err != nil || look.State != Payment {
		return look, err
	}
	look, err = b.Pay(ctx, url, look.Turn, card)
	if err == nil && look.State == Challenge {
		return b.AnswerChallenge(ctx, url, true)
	}
	return look, err
}

func (b *Buyer) do(ctx context.Context, method, url string, in any) (out Checkout, err error) {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return out, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, url, &body)
	if err != nil {
		return out, err
	}
	request.Header.Set("Accept", "application/json")
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := b.client.Do(request)
	if err != nil {
		return out, err
	}
	defer func() { _ = answer.Body.Close() }() // what counts has been read
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		return out, fmt.Errorf("%s %s: status %d: %w", method, url, answer.StatusCode, err)
	}
	out.Status = answer.StatusCode
	return out, nil
}
