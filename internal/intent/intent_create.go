package intent

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// walletCurrency is the only one that the wallets hold.
const walletCurrency money.Currency = "PKR"

// least is what an intent's amount must exceed, in major units.
const least = 10

// NewIntent is the input of a creation. Everything that is minted is minted
// before. Optional members are zero.
type NewIntent struct {
	ID          ID
	Transaction TransactionID
	TxnRef      string
	Token       string
	Session     pay.SessionID
	Order       pay.OrderID
	CallbackID  webhook.CallbackID
	Actor       pay.Actor // whose store it is, and its environment
	Reference   OrderRef
	Amount      money.Amount
	Description string
	Customer    Customer
	Purpose     string
	Preferred   connector.Method
	Metadata    string
	CallbackURL string    // that passed the rules of egress
	Secret      id.Secret // the merchant's, which signs what the callback is told
	SuccessURL  string    // as it came
	CancelURL   string    // as it came
	Policy      Policy
	At          time.Time
}

// Faults of creations (spec/waypay.md §8).
var (
	ErrAmountTooLow = fault.New(fault.State, "amount_too_low", "amount must be greater than 10").WithField("amount")
	ErrCurrency     = fault.New(fault.State, "unsupported_currency", "This currency is not supported").WithField("currency").
			WithHint("Use PKR or USD")
	ErrMethod = fault.New(fault.State, "unsupported_payment_method", "This payment method is not supported").WithField("paymentMethod").
			WithHint("Use 1 for JazzCash or 2 for Easypaisa, both in PKR, or leave it out to let the customer choose")
)

// Creation is a NewIntent on its way into the rows.
type Creation struct {
	NewIntent
	intents *Intents
}

// Creation prepares the input of CreateIntent.
func (s *Intents) Creation(in NewIntent) Creation { return Creation{NewIntent: in, intents: s} }

// Recover finds the intent that was made.
func (in Creation) Recover(r pay.Records) (Intent, bool, error) {
	return pay.Found(in.intents.rows(r).Intent(in.ID))
}

// Validate judges amount, currency and method.
// Errors: ErrAmountTooLow, ErrCurrency, ErrMethod; those of pay.NewSale and of
// webhook.Callback.
func (in Creation) Validate() error {
	currency := in.Amount.Currency()
	switch {
	case !slices.Contains(Currencies(), currency):
		return ErrCurrency
	case in.Amount.Minor() <= least*unit(currency):
		return ErrAmountTooLow
	case in.Preferred != "" && !slices.Contains(methods(currency), in.Preferred):
		return ErrMethod
	}
	if callback, told := in.callback(); told {
		if err := callback.Validate(); err != nil {
			return err
		}
	}
	return in.sale(in.intent()).Validate()
}

// unit is one of a currency in minor units.
func unit(currency money.Currency) int64 {
	one := int64(1)
	for range currency.Exponent() {
		one *= 10
	}
	return one
}

// methods are the ways to pay in a currency, as far as connectors serve them.
func methods(currency money.Currency) []connector.Method {
	if currency == walletCurrency {
		return []connector.Method{connector.Card, connector.JazzCash, connector.Easypaisa}
	}
	return []connector.Method{connector.Card}
}

// CreateIntent opens an intent and the checkout behind it.
// Errors: ErrDuplicate; those of pay.CreateSale.
func CreateIntent(ctx context.Context, tx pay.Tx, in Creation) (Intent, error) {
	made := in.intent()
	// The intent goes first: of two requests with one reference the second finds
	// out here, before it has opened anything.
	fresh, err := in.intents.rows(tx.Records).InsertIntent(made)
	if err != nil {
		return Intent{}, err
	}
	if !fresh {
		return Intent{}, ErrDuplicate
	}
	if callback, told := in.callback(); told {
		if err := in.intents.callbacks(tx.Records).InsertCallback(callback); err != nil {
			return Intent{}, err
		}
	}
	_, err = pay.CreateSale(ctx, tx, in.sale(made))
	return made, err
}

// callback is where the intent's webhooks go; false without a callbackUrl.
func (in Creation) callback() (webhook.Callback, bool) {
	if in.CallbackURL == "" {
		return webhook.Callback{}, false
	}
	return webhook.Callback{
		ID: in.CallbackID, Store: webhook.StoreID(in.Actor.Store), Env: webhook.Env(in.Actor.Env), Dialect: webhook.Dialect(Dialect),
		URL: in.CallbackURL, Scheme: webhook.WaypayScheme, Secret: in.Secret, CreatedAt: in.At,
	}, true
}

// intent is the new row.
func (in Creation) intent() Intent {
	made := Intent{
		ID: in.ID, Transaction: in.Transaction, TxnRef: in.TxnRef, Store: in.Actor.Store, Env: in.Actor.Env, Reference: in.Reference,
		Amount: in.Amount, Description: in.Description, Customer: in.Customer, Purpose: in.Purpose, Preferred: in.Preferred,
		Metadata: in.Metadata, CallbackURL: in.CallbackURL, Token: in.Token, Status: Pending, Session: in.Session, Row: 1,
		CreatedAt: in.At, UpdatedAt: in.At, ExpiresAt: in.At.Add(in.Policy.Life),
	}
	if callback, told := in.callback(); told {
		made.Callback = string(callback.ID)
	}
	return made
}

// sale is the checkout behind an intent. A buyer is led to the request's own
// address for the outcome, or else to the callback (spec/waypay.md §7).
func (in Creation) sale(made Intent) pay.NewSale {
	fallback := ""
	if in.Policy.ToCallback {
		fallback = in.CallbackURL
	}
	item := pay.Item{
		Name:     cmp.Or(strings.TrimSpace(in.Description), in.Reference.OrderRef),
		Discount: strings.TrimSpace(text(in.Reference.Discount)), Tax: strings.TrimSpace(text(in.Reference.Tax)),
	}
	return pay.NewSale{
		ID: in.Session, Order: in.Order, Actor: in.Actor, Store: in.Actor.Store, Env: in.Actor.Env, Dialect: Dialect,
		Item: item, Price: in.Amount, Form: pay.FormNone,
		BuyerEmail: in.Customer.email(), Buyer: in.Customer.buyer(),
		SuccessURL: made.Return(cmp.Or(in.SuccessURL, fallback), Completed),
		CancelURL:  made.Return(cmp.Or(in.CancelURL, fallback), Cancelled),
		Life:       in.Policy.Life, ExternalID: in.Reference.OrderRef, Methods: in.offered(), Handles: []string{in.Token}, At: in.At,
	}
}

// offered lists the ways to pay, the preferred one first: the page shows it
// chosen.
func (in Creation) offered() []connector.Method {
	all := methods(in.Amount.Currency())
	if at := slices.Index(all, in.Preferred); at > 0 {
		all = slices.Insert(slices.Delete(all, at, at+1), 0, in.Preferred)
	}
	return all
}
