package pay

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// MaxSaleLife is how long a sale of an amount can wait to be paid.
const MaxSaleLife = 31 * 24 * time.Hour

// Limits of what is sold without a product, in characters.
const (
	maxItemName        = 255
	maxItemDescription = 2000
	maxItemExtra       = 64
	maxHandle          = 128  // bytes
	maxReturnURL       = 4096 // characters: a request's own of 2,048, and what its dialect adds
)

// Item is what is sold where there is no product.
type Item struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Discount and Tax are what the seller says of the price beside it, in words of
	// its own; the page shows them, and nothing is counted by them. "" is none.
	Discount string `json:"discount,omitempty"`
	Tax      string `json:"tax,omitempty"`
}

// NewSale is the input of CreateSale: a sale of an amount, begun through a
// dialect with a noun of its own. Optional members are zero.
type NewSale struct {
	ID         SessionID
	Order      OrderID // minted; used with FormNone
	Actor      Actor
	Store      StoreID
	Env        Env
	Dialect    Dialect
	Item       Item
	Price      money.Amount // final: nothing is added to it
	Form       Form
	BuyerEmail string
	Buyer      Buyer
	SuccessURL string
	CancelURL  string
	Life       time.Duration // DefaultSessionLife when zero
	Language   string
	Metadata   string
	ExternalID string
	Methods    []connector.Method
	Handles    []string // the names its page is found under
	At         time.Time
}

// ErrHandleTaken asks for other handles: one of them names another checkout.
var ErrHandleTaken = fault.New(fault.Conflict, "handle_taken", "The checkout's public name is taken")

// Validate checks every field that needs no look-up.
func (in NewSale) Validate() error {
	if in.Price.Sign() <= 0 {
		return fault.Invalidf("amount", "bad_amount", "The amount must be greater than zero")
	}
	if _, err := CleanText("name", in.Item.Name, 1, maxItemName); err != nil {
		return err
	}
	if _, err := CleanProse("description", in.Item.Description, 0, maxItemDescription); err != nil {
		return err
	}
	for field, text := range map[string]string{"discount": in.Item.Discount, "tax": in.Item.Tax} {
		if _, err := CleanText(field, text, 0, maxItemExtra); err != nil {
			return err
		}
	}
	if in.BuyerEmail != "" {
		if _, err := CleanEmail("buyerEmail", in.BuyerEmail); err != nil {
			return err
		}
	}
	// What is prefilled need not be complete.
	if err := in.Buyer.Clean().Complete(FormNone); err != nil {
		return err
	}
	if in.Life < 0 || in.Life > MaxSaleLife {
		return fault.Invalidf("life", "bad_expiry", "A checkout lives at most %d days", int64(MaxSaleLife/(24*time.Hour)))
	}
	for field, address := range map[string]string{"successUrl": in.SuccessURL, "cancelUrl": in.CancelURL} {
		if address != "" && (utf8.RuneCountInString(address) > maxReturnURL || !isWebURL(address)) {
			return fault.Invalidf(field, "bad_url", "%s must be an http or https address", field)
		}
	}
	for _, handle := range in.Handles {
		if handle == "" || len(handle) > maxHandle {
			return fault.New(fault.Internal, "bad_handle", "The checkout's public name is empty or too long")
		}
	}
	return nil
}

// Recover finds the session that was made.
func (in NewSale) Recover(r Records) (Session, bool, error) { return Found(r.Session(in.ID)) }

// CreateSale opens a checkout for an amount. The dialect's own row belongs into
// the same transaction. A store that takes payments by hand offers that as well.
// Errors: Invalid fields, ErrStoreNotFound, ErrNoStoreAccess, ErrStoreInactive,
// ErrHandleTaken, NotEnabled "prod_not_enabled" and "no_connector".
func CreateSale(_ context.Context, tx Tx, in NewSale) (Session, error) {
	store, err := tx.Store(in.Store)
	if err != nil {
		return Session{}, err
	}
	if err := Permit(tx, in.Actor, store.ID, Member); err != nil {
		return Session{}, err
	}
	if err := store.OpenIn(in.Env); err != nil {
		return Session{}, err
	}
	methods, err := in.methods(tx)
	if err != nil {
		return Session{}, err
	}
	session := in.session(methods)
	if in.Form == FormNone {
		session.Order = in.Order
		tx.InsertOrder(in.order(session))
	}
	tx.InsertSession(session)
	for _, handle := range in.Handles {
		fresh, err := tx.InsertHandle(handle, session.ID)
		if err != nil {
			return Session{}, err
		}
		if !fresh {
			return Session{}, ErrHandleTaken
		}
	}
	tx.setExpiry(session)
	return session, nil
}

// methods are those of the dialect and, where the store has instructions for
// it, paying by hand.
func (in NewSale) methods(tx Tx) ([]connector.Method, error) {
	instructions, err := tx.ManualInstructions(in.Store)
	if err != nil {
		return nil, err
	}
	methods := slices.Clone(in.Methods)
	if instructions != "" && !slices.Contains(methods, byHand) {
		methods = append(methods, byHand)
	}
	return methods, tx.liveServed(in.Env, methods, in.Price.Currency(), in.Store)
}

func (in NewSale) session(methods []connector.Method) Session {
	email, _ := CleanEmail("buyerEmail", in.BuyerEmail)
	life := in.Life
	if life == 0 {
		life = DefaultSessionLife
	}
	metadata := in.Metadata
	if metadata == "" {
		metadata = "{}"
	}
	return Session{
		ID: in.ID, Store: in.Store, Env: in.Env, Dialect: in.Dialect, Item: in.Item, Form: in.Form, Status: SessionOpen,
		Price: Price{Amount: in.Price}, BuyerEmail: email, Buyer: in.Buyer.Clean(), SuccessURL: in.SuccessURL, CancelURL: in.CancelURL,
		Language: in.Language, Metadata: metadata, ExternalID: in.ExternalID, Methods: methods, Row: 1,
		CreatedAt: in.At, ExpiresAt: in.At.Add(life),
	}
}

// order is the order of a checkout that asks nothing.
func (in NewSale) order(session Session) Order {
	order := session.order(in.Order, in.At)
	order.BuyerEmail, order.Buyer, order.Quote, order.UpdatedAt = session.BuyerEmail, session.Buyer, untaxed(in.Price), in.At
	order.SuccessURL = session.SuccessURL
	return order
}
