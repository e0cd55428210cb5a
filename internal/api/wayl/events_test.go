package wayl_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"tillway/internal/api/wayl"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

var at = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

func dinars(n int64) money.Amount { return money.New(n*1000, "IQD") }

// paid is the sale of spec/wayl.md's vector Y1.
func paid() link.Snapshot {
	return link.Snapshot{
		ID: "cmlink_01hq_example", Code: "I94F590I", Reference: "order-1001", StoreName: "Acme", Status: link.Complete, Word: "Paid",
		Total: dinars(10_000), Lines: []link.Line{{Label: "Basket Value", Amount: dinars(10_000), Effect: link.Increase}},
		Method: connector.Card, Processor: "QiCard", Commission: dinars(0),
		Customer: link.Customer{
			ID: "cmcust0000000000000000001", Name: "Ali", Phone: "9647500000000", City: "iraq_al_basrah", Country: "IQ", Address: "Baghdad",
		},
	}
}

// event tells of a link.
func event(t *testing.T, kind pay.EventType, s link.Snapshot) pay.Event {
	t.Helper()
	detail, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return pay.Event{
		ID: "EVT_0000000000000000000001", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", Env: pay.Test, Type: kind, Key: "k", At: at, Dialect: link.Dialect,
		Noun: pay.Noun{ID: string(s.ID), Row: 4, Detail: string(detail), Callback: "cb"},
	}
}

const y1Body = `{"verb":"POST","event":"order.created","referenceId":"order-1001","paymentMethod":"Card","paymentStatus":"Paid","paymentProcessor":"QiCard",` +
	`"total":10000,"commission":0,"code":"I94F590I",` +
	`"customer":{"id":"cmcust0000000000000000001","name":"Ali","phone":"9647500000000","city":"iraq_al_basrah","country":"IQ","address":"Baghdad"},` +
	`"items":[{"type":"increase","label":"Basket Value","amount":10000}],"id":"cmlink_01hq_example"}`

const fullBody = `{"verb":"POST","event":"order.created","referenceId":"علي & <Co>","paymentMethod":"QiCard","paymentStatus":"Complete","paymentProcessor":"simulator",` +
	`"total":10000,"commission":125,"code":"I94F590I",` +
	`"customer":{"id":"cmcust0000000000000000001","name":"Ali","phone":"9647500000000","city":"iraq_al_basrah","country":"IQ","address":"Baghdad"},` +
	`"items":[{"type":"increase","label":"Guide","amount":12000},{"type":"decrease","label":"Discount","amount":2000}],"id":"cmlink_01hq_example","customParameter":"p-1"}`

const cancelledBody = `{"verb":"POST","event":"order.updated","referenceId":"order-1001","paymentMethod":"","paymentStatus":"Cancelled","paymentProcessor":"",` +
	`"total":10000,"commission":0,"code":"I94F590I",` +
	`"customer":{"id":"","name":"","phone":"","city":"","country":"IQ","address":""},` +
	`"items":[{"type":"increase","label":"Basket Value","amount":10000}],"id":"cmlink_01hq_example"}`

func TestCodec(t *testing.T) {
	t.Parallel()
	full := paid()
	full.Reference, full.Parameter, full.Word, full.Method, full.Processor = "علي & <Co>", "p-1", "Complete", connector.QiCard, "simulator"
	full.Commission = money.New(124_500, "IQD") // half a dinar is rounded up
	full.Lines = []link.Line{
		{Label: "Guide", Amount: dinars(12_000), Effect: link.Increase, Image: "https://shop.example.test/a.png"},
		{Label: "Discount", Amount: dinars(2_000), Effect: link.Decrease},
	}
	cancelled := paid()
	cancelled.Status, cancelled.Word, cancelled.Method, cancelled.Processor = link.Cancelled, "Cancelled", "", ""
	cancelled.Customer = link.Customer{Country: "IQ"}
	for name, c := range map[string]struct {
		event pay.Event
		name  string
		want  string
	}{
		"a sale is byte for byte the sheet's":          {event(t, pay.OrderDone, paid()), "order.created", y1Body},
		"nothing is escaped, and all that is known is": {event(t, pay.OrderDone, full), "order.created", fullBody},
		"what the page has not asked is empty":         {event(t, link.Updated, cancelled), "order.updated", cancelledBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := wayl.Codec{}.Names(c.event)
			if len(names) != 1 || names[0] != c.name {
				t.Fatalf("names %q", names)
			}
			body, headers, err := wayl.Codec{}.Encode(c.event, "delivery", at, names[0])
			if err != nil || string(body) != c.want {
				t.Errorf("%v\ngot  %s\nwant %s", err, body, c.want)
			}
			if headers["Content-Type"] != "application/json" || len(headers) != 1 {
				t.Errorf("headers %v", headers)
			}
		})
	}

	t.Run("an event of another dialect, or without a name here, is told to nobody", func(t *testing.T) {
		t.Parallel()
		foreign := event(t, pay.OrderDone, paid())
		foreign.Dialect = "waypay"
		for _, e := range []pay.Event{foreign, {Type: pay.OrderDone}, event(t, pay.RefundDone, paid()), event(t, pay.RefundNotDone, paid())} {
			if names := (wayl.Codec{}).Names(e); names != nil {
				t.Errorf("%s is called %q", e.Type, names)
			}
			if _, _, err := (wayl.Codec{}).Encode(e, "delivery", at, "order.created"); !fault.Is(err, fault.Internal) {
				t.Errorf("%s: %v", e.Type, err)
			}
		}
		if _, _, err := (wayl.Codec{}).Encode(event(t, pay.OrderDone, paid()), "delivery", at, "order.updated"); fault.CodeOf(err) != "no_codec" {
			t.Errorf("by another name: %v", err)
		}
		broken := event(t, pay.OrderDone, paid())
		broken.Noun.Detail = "{"
		if _, _, err := (wayl.Codec{}).Encode(broken, "delivery", at, "order.created"); fault.CodeOf(err) != "bad_snapshot" {
			t.Errorf("broken: %v", err)
		}
	})

	t.Run("every attempt has the same bytes", func(t *testing.T) {
		t.Parallel()
		one, _, _ := wayl.Codec{}.Encode(event(t, pay.OrderDone, paid()), "delivery", at, "order.created")
		two, _, _ := wayl.Codec{}.Encode(event(t, pay.OrderDone, paid()), "another", at.Add(time.Hour), "order.created")
		if !bytes.Equal(one, two) {
			t.Errorf("%s\n%s", one, two)
		}
	})
}

// The vectors of spec/wayl.md §6 (openssl dgst -sha256 -hmac).
func TestSignatures(t *testing.T) {
	t.Parallel()
	const y2 = `{"referenceId":"order-1001","paymentStatus":"Paid","total":10000}`
	encoded, _, err := wayl.Codec{}.Encode(event(t, pay.OrderDone, paid()), "delivery", at, "order.created")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ secret, body, want string }{
		"Y1":          {"1234567890", y1Body, "d0c3369953af477970fcd307b29d8dfda8e84fa5df67002df224b1db769c376f"},
		"Y1, encoded": {"1234567890", string(encoded), "d0c3369953af477970fcd307b29d8dfda8e84fa5df67002df224b1db769c376f"},
		"Y2":          {"1234567890", y2, "c74cce5b27c0e23c017c980be8c8571f527739497a1e5e98123a337bf09b3029"},
		"Y3": {
			"1234567890", `{"referenceId": "order-1001", "paymentStatus": "Paid", "total": 10000}`,
			"520c466b670858205dc72cdac99ff669efd007dcb2c7b054002a90346f0a756b",
		},
		"Y4": {"local-webhook-secret-01", `{"referenceId":"order-1001","customer":{"name":"علي"}}`, "e9213b63f44f284aae5f99d6b62ee4bb8f8f69b5190b0a09c586f9a5d81d0a7e"},
		"Y5": {"1234567890", "", "ba92e0bfa35d8a018831f3675f0b4314c8468d4d96e6981b85ba3390c23308fd"},
		"Y6": {"0987654321", y2, "2b5c212f6bee094935f73ac782ae0d4a1c4518a34d41a3c143b92a666568a5cc"},
	} {
		headers, err := webhook.WaylSigner{}.Sign(webhook.Signed{Body: []byte(c.body)}, []webhook.Key{webhook.HMACKey([]byte(c.secret))}, at)
		if err != nil || len(headers) != 1 || headers[0].Name != "X-Wayl-Signature-256" || headers[0].Value != c.want {
			t.Errorf("%s: %v %v", name, headers, err)
		}
	}
	if (webhook.WaylSigner{}).Scheme() != wayl.Scheme {
		t.Errorf("the dialect's scheme is %s", wayl.Scheme)
	}
}

// What a sale through the API tells is what its link says.
func TestASaleIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.mustCreate(t, "order-1", object{
		"customParameter": "p-1", "webhookUrl": "https://shop.example.test/hook", "webhookSecret": "1234567890",
		"lineItem": []any{object{"label": " Guide ", "amount": 10000, "type": "increase"}},
	})
	w.mustPress(t, made["code"].(string), "4111111111111111")
	events := w.mustTell(t)
	if len(events) != 1 || events[0].Noun.Callback == "" {
		t.Fatalf("%d events", len(events))
	}
	body, _, err := wayl.Codec{}.Encode(events[0], "delivery", at, "order.created")
	if err != nil {
		t.Fatal(err)
	}
	var told object
	if err := json.Unmarshal(body, &told); err != nil {
		t.Fatal(err)
	}
	for member, want := range (object{
		"verb": "POST", "event": "order.created", "referenceId": "order-1", "paymentMethod": "Card", "paymentStatus": "Paid",
		"paymentProcessor": "simulator", "total": 10000.0, "commission": 0.0, "code": made["code"], "id": made["id"], "customParameter": "p-1",
		"items": []any{object{"label": " Guide ", "amount": 10000.0, "type": "increase"}},
	}) {
		if fmt.Sprint(told[member]) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", member, told[member], want)
		}
	}
	if customer := told["customer"].(object); customer["name"] != "Ali" || customer["city"] != "iraq_al_basrah" || customer["address"] != "Baghdad" {
		t.Errorf("customer %v", customer)
	}
}
