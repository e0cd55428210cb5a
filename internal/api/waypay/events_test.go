package waypay_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/waypay"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"

	"github.com/google/uuid"
)

// The source's own sample: its values give its bytes (spec/waypay.md §6).
const sourceBody = `{"id":"36e98f20908e426fa8a2b67fdfb088f0","type":"TransactionStatusChanged","created":1768724277,"livemode":false,` +
	`"data":{"TransactionId":"829727d1-7193-4177-9da8-9765b18699c3","PreviousStatus":"Pending","CurrentStatus":"Completed",` +
	`"Amount":20.00,"Currency":"PKR","Reason":null,"TransactionReference":"WPAYTREA51GR85549B81","CustomerRef":null,` +
	`"OrderRef":"{\"OrderRef\":\"Abcd12456\",\"Discount\":null,\"Tax\":null}","MerchantId":"dd15c78a-83b0-499f-9e6c-beba37a8f875",` +
	`"Timestamp":"2026-01-18T08:17:57.6448040+00:00"},"api_version":"v1"}`

const sourceDelivery = "36e98f20-908e-426f-a8a2-b67fdfb088f0"

// The core counts microseconds, so that the seventh digit is 0.
var sourceTime = time.Date(2026, 1, 18, 8, 17, 57, 644_804_000, time.UTC)

func sourceSnapshot() intent.Snapshot {
	return intent.Snapshot{
		Intent: "550e8400-e29b-41d4-a716-446655440000", Transaction: "829727d1-7193-4177-9da8-9765b18699c3", TxnRef: "WPAYTREA51GR85549B81",
		Reference: intent.OrderRef{OrderRef: "Abcd12456"}, Amount: money.New(2000, "PKR"), Before: intent.Pending, Status: intent.Completed,
		Description: "Product Purchase", StoreName: "Acme", Changed: true,
	}
}

func eventOf(t *testing.T, change intent.Snapshot) pay.Event {
	t.Helper()
	return pay.Event{
		ID: "EVT_1", Store: pay.StoreID(id.Format(id.Store, uuid.MustParse("dd15c78a-83b0-499f-9e6c-beba37a8f875"))), Env: pay.Test,
		Type: pay.OrderDone, At: sourceTime, Dialect: intent.Dialect, Noun: pay.Noun{ID: "i", Detail: string(mustJSON(t, change))},
	}
}

func TestTheBodyIsTheSourcesByteForByte(t *testing.T) {
	t.Parallel()
	event := eventOf(t, sourceSnapshot())
	body, headers, err := waypay.Codec{}.Encode(event, sourceDelivery, event.At, "TransactionStatusChanged")
	if err != nil || string(body) != sourceBody {
		t.Errorf("%v\n got %s\nwant %s", err, body, sourceBody)
	}
	if len(headers) != 2 || headers["Content-Type"] != "application/json" || headers["User-Agent"] != "Waypay-Webhook/1.0" {
		t.Errorf("the headers are %v", headers)
	}
}

func TestTheBodyWithEverything(t *testing.T) {
	t.Parallel()
	change := sourceSnapshot()
	name, email, cnic, phone, discount, tax := "Ali & Co", "ali@example.com", "3520108345678", "03123456789", "10", "15"
	change.Customer = &intent.Customer{
		Name: &name, Email: &email, CNIC: &cnic, Phone: &phone, ShippingAddress: json.RawMessage(`{"city":"Lahore"}`), EstimatedDays: json.RawMessage(`3`),
	}
	change.Reference.Discount, change.Reference.Tax = &discount, &tax
	change.Metadata, change.Reason = `{"cart":"<C9>"}`, "The card was declined"
	change.Status = intent.Failed
	event := eventOf(t, change)
	event.Env = pay.Prod
	body, _, err := waypay.Codec{}.Encode(event, sourceDelivery, event.At, "TransactionStatusChanged")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`"livemode":true`, `"CurrentStatus":"Failed"`, `"Reason":"The card was declined"`,
		`"CustomerRef":"{\"Name\":\"Ali & Co\",\"Email\":\"ali@example.com\",\"Cnic\":\"3520108345678\",\"Phone\":\"03123456789\",\"ShippingAddress\":{\"city\":\"Lahore\"},\"EstimatedDays\":3}"`,
		`"OrderRef":"{\"OrderRef\":\"Abcd12456\",\"Discount\":\"10\",\"Tax\":\"15\"}"`,
		`"Timestamp":"2026-01-18T08:17:57.6448040+00:00","MetadataJson":"{\"cart\":\"<C9>\"}"}`,
	} {
		if !strings.Contains(string(body), text) {
			t.Errorf("%s\nhas no %s", body, text)
		}
	}
	change.Customer = &intent.Customer{Name: &name}
	body, _, err = waypay.Codec{}.Encode(eventOf(t, change), sourceDelivery, event.At, "TransactionStatusChanged")
	want := `{\"Name\":\"Ali & Co\",\"Email\":null,\"Cnic\":null,\"Phone\":null,\"ShippingAddress\":null,\"EstimatedDays\":null}`
	if err != nil || !strings.Contains(string(body), want) {
		t.Errorf("%s\nhas no %s", body, want)
	}
}

func TestTheCodecTellsOfItsOwnChangesAlone(t *testing.T) {
	t.Parallel()
	own := eventOf(t, sourceSnapshot())
	if names := (waypay.Codec{}).Names(own); len(names) != 1 || names[0] != "TransactionStatusChanged" {
		t.Errorf("it is called %q", names)
	}
	same := sourceSnapshot()
	same.Changed = false
	broken, foreign, core := eventOf(t, same), own, own
	broken.Noun.Detail = "{"
	foreign.Dialect, core.Dialect, core.Noun = "wayl", "", pay.Noun{}
	for what, event := range map[string]pay.Event{
		"an event that changed nothing": eventOf(t, same), "a broken one": broken, "one of another dialect": foreign, "one of the core's own": core,
	} {
		if names := (waypay.Codec{}).Names(event); names != nil {
			t.Errorf("%s is called %q", what, names)
		}
	}
	for _, event := range []pay.Event{foreign, core} {
		if _, _, err := (waypay.Codec{}).Encode(event, sourceDelivery, own.At, "TransactionStatusChanged"); fault.CodeOf(err) != "no_codec" {
			t.Errorf("encoded %v", err)
		}
		if _, err := (waypay.Codec{}).Card(event, own.At, "TransactionStatusChanged", format.English); fault.CodeOf(err) != "no_codec" {
			t.Errorf("drawn %v", err)
		}
	}
	if _, _, err := (waypay.Codec{}).Encode(own, sourceDelivery, own.At, "order.completed"); fault.CodeOf(err) != "no_codec" {
		t.Errorf("encoded under another name: %v", err)
	}
	if _, _, err := (waypay.Codec{}).Encode(broken, sourceDelivery, own.At, "TransactionStatusChanged"); fault.CodeOf(err) != "bad_snapshot" {
		t.Errorf("encoded a broken one: %v", err)
	}
}

func TestEventsThatEndpointsMayAskFor(t *testing.T) {
	t.Parallel()
	current, legal := waypay.Events()
	if len(current) != 1 || current[0] != "TransactionStatusChanged" || len(legal) != 1 || legal[0] != current[0] {
		t.Errorf("%q of %q", current, legal)
	}
	if waypay.Scheme != webhook.WaypayScheme || (waypay.Codec{}).Dialect() != "waypay" {
		t.Errorf("the scheme is %s", waypay.Scheme)
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	in := webhook.SampleIn{
		Delivery: sourceDelivery, Store: "STO_1", StoreName: "Acme", Env: webhook.Test, At: sourceTime,
	}
	for _, name := range (waypay.Codec{}).SampleNames() {
		body, headers, err := waypay.Codec{}.Sample(name, in)
		again, _, _ := waypay.Codec{}.Sample(name, in)
		if err != nil || string(body) != string(again) || headers["User-Agent"] != "Waypay-Webhook/1.0" {
			t.Errorf("%s: %v, %v", name, headers, err)
		}
		var told struct {
			ID   string
			Data struct{ TransactionReference, MerchantId, CurrentStatus string } //nolint:revive // the wire's own name
		}
		if err := json.Unmarshal(body, &told); err != nil || told.ID != strings.ReplaceAll(sourceDelivery, "-", "") ||
			!regexp.MustCompile(`^WPAY[A-Z0-9]{16}$`).MatchString(told.Data.TransactionReference) || !uuidShape.MatchString(told.Data.MerchantId) {
			t.Errorf("%s: %s, %v", name, body, err)
		}
		other := in
		other.Delivery = "0197b1c6-3c2e-7d11-8c7f-52a0f1e0b9aa"
		different, _, _ := waypay.Codec{}.Sample(name, other)
		if strings.Contains(string(different), told.Data.TransactionReference) {
			t.Errorf("two samples are of one transaction: %s", different)
		}
		for _, language := range []format.Language{format.English, format.Chinese} {
			card, err := waypay.Codec{PublicURL: "https://pay.example.test/"}.SampleCard(name, in, language)
			if err != nil || card.Title == "" || card.Footer != "Acme" || !strings.HasPrefix(card.Link.URL, "https://pay.example.test/dashboard/") {
				t.Errorf("%s in %s: %+v, %v", name, language, card, err)
			}
		}
	}
	if _, _, err := (waypay.Codec{}).Sample("order.completed", in); fault.CodeOf(err) != "unknown_event" {
		t.Errorf("a sample of another's event: %v", err)
	}
	if _, err := (waypay.Codec{}).SampleCard(strings.Repeat("x", 500), in, format.English); fault.CodeOf(err) != "unknown_event" || len(err.Error()) > 300 {
		t.Errorf("a card of another's event: %v", err)
	}
}

// Every status has words in every language.
func TestCardsHaveWordsForEveryStatus(t *testing.T) {
	t.Parallel()
	for _, status := range intent.Statuses() {
		for _, language := range []format.Language{format.English, format.Chinese} {
			change := sourceSnapshot()
			change.Status, change.Before, change.Reason = status, status, "because"
			card, err := waypay.Codec{}.Card(eventOf(t, change), sourceTime, "TransactionStatusChanged", language)
			if err != nil || card.Title == "" || card.Tone == "" || card.Mark == "" || card.Link.URL != "" {
				t.Errorf("%s in %s: %+v, %v", status, language, card, err)
			}
			said := map[string]bool{}
			for _, line := range card.Lines {
				said[line.Value] = true
				if line.Label == "" || line.Value == "" {
					t.Errorf("%s in %s: an empty line %+v", status, language, line)
				}
			}
			for _, value := range []string{"20.00 PKR", "Product Purchase", "because", "WPAYTREA51GR85549B81", "Abcd12456"} {
				if !said[value] {
					t.Errorf("%s in %s does not say %q", status, language, value)
				}
			}
		}
	}
}
