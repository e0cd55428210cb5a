package link

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"

	"github.com/google/uuid"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Snapshot is a link as an event tells of it: everything that a webhook's body
// or a card may need, frozen. It is the Detail of a pay.Noun.
type Snapshot struct {
	ID         ID               `json:"id"`
	Code       string           `json:"code"`
	Reference  string           `json:"reference"`
	StoreName  string           `json:"storeName"`
	Status     Status           `json:"status"`
	Word       string           `json:"word"` // paymentStatus, in the vocabulary that the store wants
	Total      money.Amount     `json:"total"`
	Lines      []Line           `json:"lines"`
	Parameter  string           `json:"parameter,omitempty"`
	Method     connector.Method `json:"method,omitempty"` // "" until it was paid
	Processor  string           `json:"processor,omitempty"`
	Commission money.Amount     `json:"commission"` // zero without a fee rule
	Customer   Customer         `json:"customer"`
}

// Customer is who the merchant is told bought. Members are "" while the page
// has not asked.
type Customer struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	City    string `json:"city"`
	Country string `json:"country"`
	Address string `json:"address"`
}

// wordPaid is Wayl's word for a successful payment in the vocabulary of
// payments (spec/wayl.md §6).
const wordPaid = "Paid"

// homeCountry is where buyers are who did not say.
const homeCountry = "IQ"

// ReadSnapshot reads the Detail of a noun of this dialect.
func ReadSnapshot(noun pay.Noun) (s Snapshot, err error) {
	if err := json.Unmarshal([]byte(noun.Detail), &s); err != nil {
		return Snapshot{}, fault.New(fault.Internal, "bad_snapshot", "The event of a link is damaged").WithCause(err)
	}
	return s, nil
}

// noun is the link as an event tells of it, after a step: order and payment are
// those of the step, and zero where there are none.
func (l *Links) noun(tx pay.Tx, link Link, order pay.Order, payment pay.Payment) (pay.Noun, error) {
	store, err := tx.StoreEver(link.Store)
	if err != nil {
		return pay.Noun{}, err
	}
	settings, err := tx.Settings(link.Store)
	if err != nil {
		return pay.Noun{}, err
	}
	s := Snapshot{
		ID: link.ID, Code: link.Code, Reference: link.Reference, StoreName: store.Name, Status: link.Status,
		Word: string(link.Status), Total: link.Total, Lines: link.told(), Parameter: link.Parameter,
		Method: link.Method, Processor: link.Processor, Commission: money.Zero(link.Total.Currency()),
		Customer: customerOf(link, order.Buyer),
	}
	if link.Status == Complete && settings.Get(vocabulary) == paymentWords {
		s.Word = wordPaid
	}
	if payment.Fee.IsSet() {
		s.Commission = payment.Fee
	}
	detail, err := json.Marshal(s)
	return pay.Noun{ID: string(link.ID), Row: link.Row, Detail: string(detail), Callback: link.Callback}, err
}

// customerOf is who a buyer is to the link's store. The same phone is the same
// customer.
func customerOf(link Link, buyer pay.Buyer) Customer {
	c := Customer{
		Name: buyer.FullName(), Phone: buyer.Phone, City: buyer.City, Country: cmp.Or(buyer.Country, homeCountry), Address: buyer.Address1,
	}
	if buyer.Address2 != "" {
		c.Address += ", " + buyer.Address2
	}
	if known := cmp.Or(c.Phone, c.Name); known != "" {
		hash := sha256.Sum256([]byte("customer\x00" + string(link.Store) + "\x00" + string(link.Env) + "\x00" + known))
		c.ID = id.CUIDOf(version7(hash))
	}
	return c
}

// version7 is a hash as a UUID that a CUID can spell. Its time lies in the range
// of 25 characters.
func version7(hash [sha256.Size]byte) uuid.UUID {
	derived := uuid.UUID(hash[:16])
	derived[0] = 0x01 // the years 2004 to 2039
	derived[6] = derived[6]&0x0f | 0x70
	derived[8] = derived[8]&0x3f | 0x80
	return derived
}
