package waypay

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// SampleNames lists the events there are samples of: all that an endpoint may
// ask for.
func (Codec) SampleNames() []string { return slices.Clone(eventNames) }

// Sample renders a sample of an event as its delivery would be. Its bytes
// depend on the arguments alone. Errors: Invalid event "unknown_event".
func (Codec) Sample(name string, in webhook.SampleIn) (body []byte, headers map[string]string, err error) {
	change, err := sample(name, in)
	if err != nil {
		return nil, nil, err
	}
	wire, err := fromSnapshot(change, occasion{
		delivery: string(in.Delivery), store: pay.StoreID(in.Store), env: pay.Env(in.Env), at: in.At,
	})
	if err != nil {
		return nil, nil, err
	}
	return wire.encode()
}

// SampleCard draws the same for people, with the errors of Sample.
func (c Codec) SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error) {
	change, err := sample(name, in)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(change, pay.Env(in.Env), in.At, language), nil
}

// sample is a payment that went through. The buyer is the source's own test
// user (spec/waypay.md §7).
func sample(name string, in webhook.SampleIn) (intent.Snapshot, error) {
	if !slices.Contains(eventNames, name) {
		return intent.Snapshot{}, fault.Invalidf("event", "unknown_event", "There is no event %q", fault.Echo(name)).
			WithHint("The events are " + strings.Join(eventNames, ", "))
	}
	buyer, email, phone, cnic := "Test User", "test@example.com", "03123456789", "3520108345678"
	drawn := sha256.Sum256([]byte("sample " + string(in.Delivery)))
	reference := strings.ToUpper(strings.ReplaceAll(uuid.UUID(drawn[:16]).String(), "-", ""))
	return intent.Snapshot{
		Intent: intent.ID(uuid.UUID(drawn[16:]).String()), Transaction: intent.TransactionID(uuid.UUID(drawn[:16]).String()),
		TxnRef: "WPAY" + reference[:16], Reference: intent.OrderRef{OrderRef: "TEST" + reference[:8]},
		Customer:    &intent.Customer{Name: &buyer, Email: &email, Phone: &phone, CNIC: &cnic},
		Description: "Product Purchase", Amount: money.New(100_000, "PKR"), Before: intent.Pending, Status: intent.Completed,
		StoreName: in.StoreName, Changed: true,
	}, nil
}
