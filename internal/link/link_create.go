package link

import (
	"context"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// NewLink is the input of a creation. Everything that is minted is minted
// before: the ids, the secret is the merchant's.
type NewLink struct {
	ID         ID
	Codes      []string // candidates; the first that is free is taken
	Session    pay.SessionID
	Order      pay.OrderID
	CallbackID webhook.CallbackID
	Actor      pay.Actor // whose store it is, and the link's environment
	Reference  string
	Total      money.Amount
	Lines      []Line
	Parameter  string
	WebhookURL string
	Secret     id.Secret // of the webhook; "" leaves it unsigned
	// Redirection is the merchant's address, as it came.
	Redirection string
	ExpiresIn   string // in Wayl's notation, "" is DefaultLife
	Life        time.Duration
	At          time.Time
}

// methods are the ways to pay a link, as far as connectors serve them. The core
// adds paying by hand where the store has said how.
var methods = []connector.Method{connector.Card, connector.QiCard, connector.ZainCash, connector.FIB}

// Faults of creations.
var (
	// ErrNotVerified is worded as Wayl does (spec/wayl.md §1).
	ErrNotVerified = fault.New(fault.NotEnabled, "store_not_verified", "Store must be verified to create payment links")
	errNoCodeFree  = fault.New(fault.Unavailable, "no_code_free", "No code for the link is free").WithHint("Repeat the request")
)

// Creation is a NewLink on its way into the rows.
type Creation struct {
	NewLink
	links *Links
}

// Creation prepares the input of CreateLink.
func (l *Links) Creation(in NewLink) Creation { return Creation{NewLink: in, links: l} }

// Recover finds the link that was made.
func (in Creation) Recover(r pay.Records) (Link, bool, error) {
	return pay.Found(in.links.rows(r).Link(in.ID))
}

// callback is where the link's webhooks go; false without a webhookUrl.
func (in Creation) callback() (webhook.Callback, bool) {
	if in.WebhookURL == "" {
		return webhook.Callback{}, false
	}
	c := webhook.Callback{
		ID: in.CallbackID, Store: webhook.StoreID(in.Actor.Store), Env: webhook.Env(in.Actor.Env), Dialect: webhook.Dialect(Dialect),
		URL: in.WebhookURL, CreatedAt: in.At,
	}
	if !in.Secret.IsZero() {
		c.Scheme, c.Secret = webhook.WaylScheme, in.Secret
	}
	return c, true
}

// CreateLink opens a link and the checkout behind it.
// Errors: ErrNotVerified in the live environment; ErrReferenceTaken; those of
// pay.CreateSale.
func CreateLink(ctx context.Context, tx pay.Tx, in Creation) (Link, error) {
	store, err := tx.Store(in.Actor.Store)
	if err != nil {
		return Link{}, err
	}
	if in.Actor.Env == pay.Prod && !store.ProdEnabled {
		return Link{}, ErrNotVerified.WithHint("The operator approves it with: tillway store approve " + string(store.ID))
	}
	rows := in.links.rows(tx.Records)
	settings, err := tx.Settings(store.ID)
	if err != nil {
		return Link{}, err
	}
	made, err := in.link(tx)
	if err != nil {
		return Link{}, err
	}
	made.Redirection = redirection(in.Redirection, in.Reference, in.ID, settings.Get(legacyRedirect) == on)
	// The link goes first: of two requests with one reference the second finds
	// out here, before it has opened anything.
	fresh, err := rows.InsertLink(made)
	if err != nil {
		return Link{}, err
	}
	if !fresh {
		return Link{}, ErrReferenceTaken
	}
	if callback, told := in.callback(); told {
		if err := in.links.callbacks(tx.Records).InsertCallback(callback); err != nil {
			return Link{}, err
		}
	}
	_, err = pay.CreateSale(ctx, tx, in.sale(made))
	return made, err
}

// sale is the checkout behind a link.
func (in Creation) sale(made Link) pay.NewSale {
	return pay.NewSale{
		ID: in.Session, Order: in.Order, Actor: in.Actor, Store: in.Actor.Store, Env: in.Actor.Env, Dialect: Dialect,
		Item: pay.Item{Name: in.name(), Description: in.Reference}, Price: in.Total, Form: pay.FormContact,
		SuccessURL: made.Redirection, Life: in.Life, ExternalID: in.Reference, Methods: methods,
		Handles: []string{made.Code, string(in.ID)}, At: in.At,
	}
}

// Validate checks what needs no look-up. Errors: those of pay.NewSale and
// webhook.Callback.
func (in Creation) Validate() error {
	if callback, told := in.callback(); told {
		if err := callback.Validate(); err != nil {
			return inWords(err)
		}
	}
	return in.sale(Link{Code: in.Codes[0]}).Validate()
}

// callbackWords name the members of a callback as the merchant does.
var callbackWords = map[string]string{"url": "webhookUrl", "secret": "webhookSecret"}

// inWords names what is wrong with a callback as a member of the link.
func inWords(err error) error {
	problem := fault.From(err)
	if word, known := callbackWords[problem.Field]; known {
		return problem.WithField(word)
	}
	return problem
}

// link is the new row.
func (in Creation) link(tx pay.Tx) (Link, error) {
	code, err := in.code(tx)
	if err != nil {
		return Link{}, err
	}
	made := Link{
		ID: in.ID, Code: code, Store: in.Actor.Store, Env: in.Actor.Env, Reference: in.Reference, Total: in.Total, Lines: in.Lines,
		Parameter: in.Parameter, WebhookURL: in.WebhookURL, ExpiresIn: in.ExpiresIn, Status: Created, Session: in.Session,
		Row: 1, CreatedAt: in.At, UpdatedAt: in.At, ExpiresAt: in.At.Add(in.Life),
	}
	if callback, told := in.callback(); told {
		made.Callback = string(callback.ID)
	}
	return made, nil
}

// code is the first candidate that names no page.
func (in Creation) code(tx pay.Tx) (string, error) {
	for _, candidate := range in.Codes {
		if _, err := tx.SessionByHandle(candidate); fault.Is(err, fault.NotFound) {
			return candidate, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", errNoCodeFree
}

// name is what the page says is sold: the one line there is, or the basket.
func (in Creation) name() string {
	if len(in.Lines) == 1 {
		return in.Lines[0].Label
	}
	return BasketValue
}
