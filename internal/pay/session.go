package pay

import (
	"context"
	"slices"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
)

// SessionID is "cs_" and a UUID. Whoever has it may visit the checkout, so it
// is as unguessable as a UUIDv7 is.
type SessionID string

// Limits of checkout sessions (spec/pancake.md §5.9).
const (
	DefaultSessionLife = 45 * time.Minute
	MaxSessionLife     = 7 * 24 * time.Hour
	maxExternalID      = 128
)

// SessionStatus is the closed set of stored states of a session. That an open
// one has run out of time is derived: see Session.Expired.
type SessionStatus string

// The states of a session and their arrows: open → used, open → ended.
const (
	SessionOpen  SessionStatus = "open"
	SessionUsed  SessionStatus = "used"  // its order is completed
	SessionEnded SessionStatus = "ended" // expired or its order was canceled
)

// Session is one hosted checkout: it pins what is sold, its price and currency,
// and owns at most one order.
type Session struct {
	ID          SessionID
	Store       StoreID
	Env         Env
	Dialect     Dialect
	Product     ProductID // "" when an amount is sold
	Version     VersionID // of the product
	Item        Item      // what is sold without a product
	Form        Form      // what the consumer step asks for
	Status      SessionStatus
	Price       Price // pinned, tax-exclusive
	BuyerEmail  string
	Identity    string // the merchant's name for the buyer, "" while anonymous
	Billing     Billing
	Buyer       Buyer  // as far as it is known
	SuccessURL  string // "" leaves it to the product
	CancelURL   string // where who gives up is led, "" is none
	Language    string
	DarkMode    *bool
	Metadata    string // flat JSON object of strings
	ExternalID  string // the merchant's own order reference
	Methods     []connector.Method
	Order       OrderID // "" until the consumer step is done
	Row         int64   // version of this row
	CreatedAt   time.Time
	ExpiresAt   time.Time
	CompletedAt time.Time
}

// Expired reports whether an open session has run out of time. A session whose
// attempt is still open does not expire; its caller looks at the order for that.
func (s Session) Expired(now time.Time) bool {
	return s.Status == SessionOpen && !now.Before(s.ExpiresAt)
}

// sold is what the session sells: its product's version, or its item as such a
// version.
func (s Session) sold(r Records) (ProductVersion, error) {
	if s.Version == "" {
		return ProductVersion{Name: s.Item.Name, Description: s.Item.Description}, nil
	}
	return r.ProductVersion(s.Version)
}

type sessionRecords interface {
	handleRecords
	// Session errors: NotFound "session_not_found".
	Session(SessionID) (Session, error)
	InsertSession(Session)
	UpdateSession(Session)
	// RepriceSession writes the price of a sale of an amount.
	RepriceSession(Session)
}

// ErrSessionNotFound is the answer to an unknown session; ErrSessionExpired to
// one that has run out or is used up (spec/pancake.md §4: both are 404).
var (
	ErrSessionNotFound = fault.New(fault.NotFound, "session_not_found", "Checkout session not found")
	ErrSessionExpired  = fault.New(fault.NotFound, "session_expired", "Checkout session not found or expired").
				WithHint("Make a new session with checkout/create-session")
)

// NewSession is the input of CreateSession. Optional members are zero when
// they were not given.
type NewSession struct {
	ID         SessionID
	Actor      Actor
	Product    ProductID
	Currency   money.Currency
	Override   *Price // merchant only
	BuyerEmail string
	Billing    Billing
	SuccessURL string
	Life       time.Duration
	Language   string
	DarkMode   *bool
	Metadata   string
	ExternalID string
	Include    []connector.Method
	Exclude    []connector.Method
	At         time.Time
}

// Validate checks every field that needs no look-up.
func (in NewSession) Validate() error {
	if in.BuyerEmail != "" {
		if _, err := CleanEmail("buyerEmail", in.BuyerEmail); err != nil {
			return err
		}
	}
	if in.Billing.IsSet() {
		if err := in.Billing.Clean().Shape(); err != nil {
			return err
		}
	}
	if err := CheckSuccessURL(in.SuccessURL); err != nil {
		return err
	}
	if in.Life < 0 || in.Life > MaxSessionLife {
		return fault.Invalidf("expiresInSeconds", "bad_expiry", "expiresInSeconds must be a positive integer of at most %d", int64(MaxSessionLife/time.Second))
	}
	if _, err := CleanText("orderMerchantExternalId", in.ExternalID, 0, maxExternalID); err != nil {
		return err
	}
	if len(in.Include) > 0 && len(in.Exclude) > 0 {
		return fault.Invalidf("includePaymentMethods", "exclusive_fields", "includePaymentMethods and excludePaymentMethods are mutually exclusive")
	}
	return nil
}

// Recover finds the session that was made.
func (in NewSession) Recover(r Records) (SessionCreated, bool, error) {
	session, made, err := Found(r.Session(in.ID))
	if err != nil || !made {
		return SessionCreated{}, false, err
	}
	store, err := r.Store(session.Store)
	return SessionCreated{Session: session, StoreSlug: store.Slug}, err == nil, err
}

// oneTimeMethods is the chargeable matrix for one-time sales (spec/pancake.md §2.5).
var oneTimeMethods = map[money.Currency][]connector.Method{
	"USD": {connector.Card, connector.ApplePay, connector.GooglePay, connector.WeChat},
	"EUR": {connector.Card, connector.ApplePay, connector.GooglePay},
	"GBP": {connector.Card, connector.ApplePay, connector.GooglePay},
	"HKD": {connector.Card, connector.ApplePay, connector.GooglePay},
	"JPY": {connector.Card, connector.ApplePay, connector.GooglePay},
	"CNY": {connector.WeChat},
}

// methods narrows the matrix by what the merchant includes or excludes. A store
// that takes payments by hand does so in every currency.
func (in NewSession) methods(instructions string) ([]connector.Method, error) {
	all := slices.Clone(oneTimeMethods[in.Currency])
	if instructions != "" {
		all = append(all, byHand)
	}
	if len(all) == 0 {
		return nil, fault.Invalidf("currency", "currency_not_chargeable", "Currency %s cannot be charged for a one-time purchase", in.Currency)
	}
	for _, m := range in.Include {
		if !slices.Contains(all, m) {
			return nil, fault.Invalidf("includePaymentMethods", "method_not_supported", "Payment method %q is not supported for %s", m, in.Currency)
		}
	}
	left := slices.DeleteFunc(all, func(m connector.Method) bool {
		return (len(in.Include) > 0 && !slices.Contains(in.Include, m)) || slices.Contains(in.Exclude, m)
	})
	if len(left) == 0 {
		return nil, fault.Invalidf("excludePaymentMethods", "no_method_left", "No payment method is left for %s", in.Currency)
	}
	return left, nil
}

// CreateSession opens a checkout for one product in the actor's environment.
// Errors: Invalid fields, ErrProductNotFound, ErrNoStoreAccess, ErrStoreInactive,
// State "no_version" and "product_inactive"; NotEnabled "no_connector" for real
// money that nobody can take.
func CreateSession(_ context.Context, tx Tx, in NewSession) (SessionCreated, error) {
	product, err := tx.Product(in.Product)
	if err != nil {
		return SessionCreated{}, err
	}
	store, err := tx.Store(product.Store)
	if err != nil {
		return SessionCreated{}, err
	}
	if in.Actor.Kind == ByMerchant {
		if err := Permit(tx, in.Actor, store.ID, Member); err != nil {
			return SessionCreated{}, err
		}
	} else if in.Actor.Store != store.ID {
		return SessionCreated{}, ErrProductNotFound
	}
	if err := store.OpenIn(in.Actor.Env); err != nil {
		return SessionCreated{}, err
	}
	version, price, err := in.offer(tx, product)
	if err != nil {
		return SessionCreated{}, err
	}
	instructions, err := tx.ManualInstructions(store.ID)
	if err != nil {
		return SessionCreated{}, err
	}
	methods, err := in.methods(instructions)
	if err != nil {
		return SessionCreated{}, err
	}
	if err := tx.liveServed(in.Actor.Env, methods, in.Currency, store.ID); err != nil {
		return SessionCreated{}, err
	}
	email, _ := CleanEmail("buyerEmail", in.BuyerEmail)
	if in.Life == 0 {
		in.Life = DefaultSessionLife
	}
	if in.Metadata == "" {
		in.Metadata = "{}"
	}
	s := Session{
		ID: in.ID, Store: store.ID, Env: in.Actor.Env, Product: product.ID, Version: version, Status: SessionOpen,
		Price: price, BuyerEmail: email, Identity: in.Actor.Buyer, Billing: in.Billing.Clean(), SuccessURL: in.SuccessURL,
		Language: in.Language, DarkMode: in.DarkMode, Metadata: in.Metadata, ExternalID: in.ExternalID,
		Methods: methods, Row: 1, CreatedAt: in.At, ExpiresAt: in.At.Add(in.Life),
	}
	tx.InsertSession(s)
	return SessionCreated{Session: s, StoreSlug: store.Slug}, nil
}

// SessionCreated is a new session and the slug its page's address needs.
type SessionCreated struct {
	Session
	StoreSlug string
}

// offer finds the version and price that the session pins.
func (in NewSession) offer(tx Tx, product Product) (VersionID, Price, error) {
	env := in.Actor.Env
	current := product.Current(env)
	if current == "" {
		return "", Price{}, ErrNoVersion
	}
	if product.Status(env) != ProductActive {
		return "", Price{}, fault.New(fault.State, "product_inactive", "Product is not active")
	}
	if in.Override != nil {
		return current, *in.Override, nil
	}
	version, err := tx.ProductVersion(current)
	if err != nil {
		return "", Price{}, err
	}
	price, ok := version.Prices.In(in.Currency)
	if !ok {
		return "", Price{}, fault.Invalidf("currency", "no_price", "Product has no price in %s", in.Currency)
	}
	return current, price, nil
}
