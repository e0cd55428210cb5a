package wayl

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/link"
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
	snapshot, err := sample(name, in)
	if err != nil {
		return nil, nil, err
	}
	return fromSnapshot(snapshot, name).encode()
}

// SampleCard draws the same for people, with the errors of Sample.
func (c Codec) SampleCard(name string, in webhook.SampleIn, language format.Language) (format.Card, error) {
	snapshot, err := sample(name, in)
	if err != nil {
		return format.Card{}, err
	}
	return c.card(snapshot, name, pay.Env(in.Env), in.At, language), nil
}

// sample is of a link over 10,000 dinars that was paid by card, or that was
// delivered after that.
func sample(name string, in webhook.SampleIn) (link.Snapshot, error) {
	if !slices.Contains(eventNames, name) {
		return link.Snapshot{}, fault.Invalidf("event", "unknown_event", "There is no event %.40q", name).
			WithHint("The events are " + strings.Join(eventNames, ", "))
	}
	total := money.New(10_000*dinar, link.Currency)
	s := link.Snapshot{
		ID: link.ID(sampleID("link", in)), Code: "I94F590I", Reference: "order-1001", StoreName: in.StoreName,
		Status: link.Complete, Word: "Paid", Total: total, Method: connector.Card, Processor: "simulator",
		Lines:      []link.Line{{Label: link.BasketValue, Amount: total, Effect: link.Increase}},
		Commission: money.Zero(link.Currency),
		Customer: link.Customer{
			ID: sampleID("customer", in), Name: "Ali", Phone: "9647500000000", City: "iraq_al_basrah", Country: "IQ", Address: "Baghdad",
		},
	}
	if name == orderUpdated {
		s.Status, s.Word = link.Delivered, string(link.Delivered)
	}
	return s, nil
}

// sampleID is an identifier that belongs to the delivery.
func sampleID(of string, in webhook.SampleIn) string {
	hash := sha256.Sum256([]byte("sample " + of + " " + string(in.Delivery)))
	derived := uuid.UUID(hash[:16])
	// A version 7 of today, as a minted one is.
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(in.At.UnixMilli()))
	copy(derived[:6], ms[2:])
	derived[6] = derived[6]&0x0f | 0x70
	derived[8] = derived[8]&0x3f | 0x80
	return id.CUIDOf(derived)
}
