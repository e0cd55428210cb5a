package connector

import (
	"log/slog"
	"time"

	"tillway/internal/money"
)

// Environment separates play money from real money.
type Environment string

// The two environments. A connector states in Capabilities which it serves.
const (
	Test Environment = "test"
	Live Environment = "prod"
)

// Method is a way of paying, in Pancake's words where it has one.
type Method string

// Methods known to the core.
const (
	Card      Method = "card"
	ApplePay  Method = "applepay"
	GooglePay Method = "googlepay"
	WeChat    Method = "wechat"
	Wallet    Method = "wallet"
	Voucher   Method = "voucher"
	Bank      Method = "bank"

	// Mobile wallets of Pakistan: the buyer types the account's phone number,
	// and the provider asks for a one-time password (spec/waypay.md §7).
	JazzCash  Method = "jazzcash"
	Easypaisa Method = "easypaisa"

	// Wallets of Iraq: nothing is typed here, and the provider asks its customer.
	QiCard   Method = "qicard"
	ZainCash Method = "zaincash"
	FIB      Method = "fib" // First Iraqi Bank
)

// Ref names one attempt on both sides.
type Ref struct {
	Reference  string // ours, durable before the first byte leaves; unique for ever
	ProviderID string // the provider's, empty until it answered
}

// Charge asks for money.
type Charge struct {
	Reference   string
	Environment Environment
	Amount      money.Amount
	Method      Method
	Instrument  Instrument
	Customer    Customer
	Description string
	ReturnURL   string
	// Instructions is what the store tells buyers who pay by hand, "" when it
	// lets nobody.
	Instructions string
}

// Customer is what a provider may want to know of the buyer.
type Customer struct {
	Email   string
	Country string // ISO 3166-1 alpha-2
	IP      string
}

// Instrument is what the money is drawn from. Exactly one member is set, or
// none for Bank, where the buyer sends the money, and for QiCard, ZainCash and
// FIB, whose provider knows its customer. JazzCash and Easypaisa draw on Wallet.
// Raw card numbers exist only for the simulator in test mode; an instrument is
// never stored and never printed.
type Instrument struct {
	Card   *CardDetails
	Wallet *WalletAccount
	Token  string
}

// CardDetails is a card as typed on the hosted page in test mode.
type CardDetails struct {
	Number      string // digits only
	ExpiryMonth int    // 1–12
	ExpiryYear  int    // four digits
	CVC         string
	Holder      string
}

// WalletAccount is a mobile wallet's account.
type WalletAccount struct {
	Provider string // "jazzcash", "easypaisa", …
	Phone    string // digits only, national form
	CNIC     string // Pakistan's identity card, or its last six digits; "" when the provider wants none
}

// LogValue keeps an instrument out of every log.
func (Instrument) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String keeps an instrument out of every formatted message.
func (Instrument) String() string { return "[redacted]" }

// GoString keeps an instrument out of %#v.
func (Instrument) GoString() string { return "[redacted]" }

// Refund asks for captured money to go back.
type Refund struct {
	Reference string // ours, durable before the call
	Charge    Ref
	Amount    money.Amount
	Reason    string
}

// CustomerInput is what the customer did at a challenge: Fields holds the
// posted form or the query of the redirect back.
type CustomerInput struct {
	Fields map[string]string
}

// Result is a provider's answer to Begin, Continue, Cancel or Refund.
type Result struct {
	Outcome    Outcome
	ProviderID string
	Captured   money.Amount // set when Succeeded; the amount that really moved
	Decline    Decline      // set when Declined
	Reason     Reason       // set when Declined, Rejected or NotAttempted
	Message    string       // for the merchant's log; redacted by the connector
	Action     *Action      // set when RequiresAction
	Receipt    Receipt      // what may be shown and stored of the instrument
	ExpiresAt  time.Time    // when Pending or RequiresAction: after this the provider gives up; zero if it never says
}

// Action is what the customer must do next.
type Action struct {
	Kind ActionKind        `json:"kind"`
	URL  string            `json:"url,omitempty"`  // for Redirect
	Code string            `json:"code,omitempty"` // for ShowCode: what to show to the customer
	Data map[string]string `json:"data,omitempty"`
}

// Asks reports whether our page asks the customer something: an answer, or a code
// that was sent to them.
func (a *Action) Asks() bool { return a != nil && (a.Kind == Challenge || a.Kind == OneTimeCode) }

// ActionKind is the closed set of customer actions.
type ActionKind string

// The kinds of action.
const (
	Redirect     ActionKind = "redirect"       // send the browser to URL
	Challenge    ActionKind = "challenge"      // our page asks; the answer goes to Continue as field "answer": "approve" or "refuse"
	ApproveOnApp ActionKind = "approve_on_app" // wait while the customer confirms elsewhere
	ShowCode     ActionKind = "show_code"      // a voucher or reference to pay elsewhere
	OneTimeCode  ActionKind = "one_time_code"  // our page asks for the password that the provider sent (ActionTries)
)

// ActionTries is the member of Action.Data that says how many more codes may be
// typed at a OneTimeCode, in decimal and at least one. Continue takes the code as
// field "code"; field "answer" with "refuse" declines instead, as cancelled by
// the customer. A wrong code costs a try and requires the action again, and the
// last try that fails declines.
const ActionTries = "tries"

// ActionInstructions is the member of Action.Data that says in the store's own
// words how to pay by hand; Code is then what the buyer pays under.
const ActionInstructions = "instructions"

// Receipt is the storable residue of an instrument.
type Receipt struct {
	Brand       string // "visa", "mastercard", "jazzcash", …
	Last4       string
	ExpiryMonth int
	ExpiryYear  int
}
