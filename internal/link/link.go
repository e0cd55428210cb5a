package link

import (
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Dialect is whose noun a link is.
const Dialect pay.Dialect = "wayl"

// Currency is the only one that links are in (spec/wayl.md §2.1).
const Currency money.Currency = "IQD"

// ID is a CUID, as Wayl's ids are.
type ID string

// Link is one request for one payment, and what became of it.
type Link struct {
	ID          ID
	Code        string // eight letters and digits; part of its page's address
	Store       pay.StoreID
	Env         pay.Env
	Reference   string // the merchant's own name for it, unique within the store over both environments
	Total       money.Amount
	Lines       []Line // what the total is made of, none when the merchant did not say
	Parameter   string // customParameter, "" is none
	WebhookURL  string // "" is none
	Callback    string // the webhook.Callback behind WebhookURL, "" is none
	Redirection string // where the buyer goes after paying, with what was appended; "" is none
	ExpiresIn   string // the life as it was asked for, such as 1h
	Status      Status
	Session     pay.SessionID
	Order       pay.OrderID      // "" before the buyer's details
	Payment     pay.PaymentID    // that pays it, "" until then
	Method      connector.Method // of the payment, "" until then
	Processor   string           // the connector that took it, "" until then
	Row         int64            // version of this row
	CreatedAt   time.Time
	UpdatedAt   time.Time
	ExpiresAt   time.Time
	CompletedAt time.Time // when it was paid first, zero until then
}

// Expired reports whether the link has run out of time unpaid. A payment under
// way keeps it alive (DESIGN §3 rule 5).
func (l Link) Expired(now time.Time) bool {
	return l.Status.Waiting() && !now.Before(l.ExpiresAt)
}

// At is the link as a reader sees it now: one whose time is up is Cancelled,
// whether or not the sweeper has come to it (spec/wayl.md §5).
func (l Link) At(now time.Time) Link {
	if l.Expired(now) {
		l.Status, l.UpdatedAt = Cancelled, l.endedAt()
	}
	return l
}

// endedAt is when a link ended that has run out of time: when its time was up,
// or when the payment came to nothing that had kept it alive. Readers are told
// so before and after its row says it.
func (l Link) endedAt() time.Time { return later(l.UpdatedAt, l.ExpiresAt) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Reversible reports whether money of the link can still go back.
func (l Link) Reversible() bool { return l.Status.Paid() }

// Query asks for the newest links of a store.
type Query struct {
	Store    pay.StoreID
	Statuses []Status // none is every state; they are states as At tells them
	Now      time.Time
	Take     int
	Skip     int
}

// Records is the port to the rows inside a transaction of the core; package
// store implements it. Readers return the noun's own fault for an absent row.
type Records interface {
	// Link errors: ErrNotFound.
	Link(ID) (Link, error)
	// LinkByReference finds a store's link by the merchant's name for it.
	// Errors: ErrNotFound.
	LinkByReference(store pay.StoreID, reference string) (Link, error)
	// LinkByCode errors: ErrNotFound.
	LinkByCode(code string) (Link, error)
	// LinkOfSession finds the link that a checkout session stands for.
	// Errors: ErrNotFound.
	LinkOfSession(pay.SessionID) (Link, error)
	// Links lists a store's links, newest first.
	Links(Query) ([]Link, error)
	// InsertLink writes a new link unless the store has one of that reference;
	// fresh says which.
	InsertLink(Link) (fresh bool, err error)
	// UpdateLink writes what may change of a link, guarded by the version that
	// was read.
	UpdateLink(Link)

	refundRecords
	productRecords
}

// Faults of links.
var (
	ErrNotFound       = fault.New(fault.NotFound, "link_not_found", "Link not found")
	ErrReferenceTaken = fault.New(fault.Conflict, "reference_taken", "A link with this referenceId already exists").
				WithField("referenceId").WithHint("Read it with GET /api/v1/links/{referenceId}, or choose another referenceId")
)
