package diddo_test

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tillway/internal/api/diddo"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

var everyEvent = []any{
	"checkout.initialized", "checkout.in_progress", "checkout.succeeded", "checkout.failed", "checkout.cancelled", "order.submitted",
}

// told is a delivery's body.
type told struct {
	ID, Type  string
	CreatedAt string `json:"created_at"`
	Livemode  bool
	Data      object
}

func mustTold(t *testing.T, d webhook.Delivery) (body told) {
	t.Helper()
	if err := json.Unmarshal(d.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestTheSixEventsAreDelivered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play func(t *testing.T, w *world, live string)
		want []string
	}{
		"of a sale that is paid at the second try": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, "4000000000000002")
				w.mustPress(t, live, "4242424242424242")
			},
			[]string{"checkout.initialized", "checkout.in_progress", "checkout.failed", "checkout.succeeded", "order.submitted"},
		},
		"of a sale whose payment fails three times": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, "4000000000000002")
				w.mustPress(t, live, "4000000000000002")
				w.mustPress(t, live, "4000000000000002")
			},
			[]string{"checkout.initialized", "checkout.in_progress", "checkout.failed", "checkout.failed", "checkout.failed", "checkout.cancelled"},
		},
		"of a sale that nobody takes up": {
			func(t *testing.T, w *world, _ string) {
				w.Clock.Advance(cart.Life)
				w.PlayTimers(t)
			},
			[]string{"checkout.initialized", "checkout.cancelled"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.mustHook(t, hookURL, everyEvent...)
			begun := w.mustBegin(t)
			c.play(t, w, begun["cart_id"].(string))
			var got []string
			seen := map[string]bool{}
			for _, delivery := range w.deliveries() {
				body := mustTold(t, delivery)
				got = append(got, string(delivery.EventType))
				if body.Type != string(delivery.EventType) || body.Livemode || uuid.Validate(body.ID) != nil || seen[body.ID] {
					t.Errorf("told %+v", body)
				}
				seen[body.ID] = true
				if body.Data["checkout_id"] != begun["checkout_id"] || body.Data["cart_id"] != begun["cart_id"] || body.Data["template_cart_id"] != begun["template_cart_id"] {
					t.Errorf("told of %v", body.Data)
				}
				if delivery.Scheme != webhook.DiddoScheme || delivery.KeyName == "" || delivery.Schedule != webhook.Diddo.Name {
					t.Errorf("it travels as %+v", delivery)
				}
				for _, want := range []webhook.Header{
					{Name: "Content-Type", Value: "application/json"},
					{Name: "User-Agent", Value: "Diddo-Webhooks/1.0"},
					{Name: "X-Diddo-Event", Value: body.Type},
					{Name: "X-Diddo-Event-Id", Value: body.ID},
				} {
					if !slices.Contains(delivery.Headers, want) {
						t.Errorf("the headers %v lack %v", delivery.Headers, want)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}

// told is what the deliveries so far say under some of their data's members, one
// text for each; a member that is absent is "-".
func (w *world) told(t *testing.T, members ...string) (list []string) {
	t.Helper()
	for _, delivery := range w.deliveries() {
		body := mustTold(t, delivery)
		said := []string{body.Type}
		for _, member := range members {
			switch value := body.Data[member].(type) {
			case nil:
				said = append(said, "-")
			case object:
				said = append(said, fmt.Sprint(value["code"], ": ", value["message"]))
			default:
				said = append(said, fmt.Sprint(value))
			}
		}
		list = append(list, strings.Join(said, ", "))
	}
	return list
}

// What real checkouts tell of their failures and of their end.
func TestEventsSayWhatHappened(t *testing.T) {
	t.Parallel()
	const (
		declined = "4000000000000002"
		open     = "checkout.initialized, initialized, -, -, -"
		begun    = "checkout.in_progress, in_progress, -, -, -"
		refused  = ", card, generic_decline: The card was declined"
		failed   = "checkout.failed, failed, -" + refused
	)
	ends := func(t *testing.T, w *world) {
		t.Helper()
		w.Clock.Advance(cart.Life)
		w.PlayTimers(t)
	}
	for name, c := range map[string]struct {
		play func(t *testing.T, w *world, live string)
		want []string
	}{
		"a failure says why, and the success after it does not": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, declined)
				w.mustPress(t, live, "4242424242424242")
			},
			[]string{open, begun, failed, "checkout.succeeded, succeeded, -, card, -", "order.submitted, succeeded, -, card, -"},
		},
		"the third failure cancels": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, declined)
				w.mustPress(t, live, declined)
				w.mustPress(t, live, declined)
			},
			[]string{open, begun, failed, failed, failed, "checkout.cancelled, cancelled, too_many_failures" + refused},
		},
		"a buyer who gives up cancels": {
			func(t *testing.T, w *world, live string) {
				session := w.mustSession(t, live)
				paytest.MustRun(t, w.Core, pay.CancelSale, pay.SaleCancellation{
					Session: session.ID, Actor: pay.Actor{Kind: pay.ByVisitor, Store: session.Store, Env: session.Env}, At: w.Core.Now(),
				})
			},
			[]string{open, "checkout.cancelled, cancelled, cancelled, -, -"},
		},
		"time runs out while nothing has happened": {
			func(t *testing.T, w *world, _ string) { ends(t, w) },
			[]string{open, "checkout.cancelled, cancelled, expired, -, -"},
		},
		"time runs out while it is in progress": {
			func(t *testing.T, w *world, live string) {
				w.ask(t, "POST", "/diddo/checkout/shipping", object{"cart_id": live, "buyer_info": jane}).wants(t, 200)
				ends(t, w)
			},
			[]string{open, begun, "checkout.cancelled, cancelled, expired, -, -"},
		},
		"time runs out after a failure": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, declined)
				ends(t, w)
			},
			[]string{open, begun, failed, "checkout.cancelled, cancelled, expired" + refused},
		},
		"a second try is in progress, which is not told again": {
			func(t *testing.T, w *world, live string) {
				w.mustPay(t, live, declined)
				shows := func(want string) {
					t.Helper()
					if got := w.ask(t, "GET", "/diddo/cart/status/"+live, nil).wants(t, 200).body(t)["checkout_status"]; got != want {
						t.Errorf("the checkout is %v, want %s", got, want)
					}
				}
				shows("failed")
				w.mustPress(t, live, "4576750000001574") // stays pending for a minute, then succeeds
				shows("in_progress")
			},
			[]string{open, begun, failed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.mustHook(t, hookURL, everyEvent...)
			c.play(t, w, w.mustBegin(t)["cart_id"].(string))
			if got := w.told(t, "status", "reason", "payment_option", "failure"); !slices.Equal(got, c.want) {
				t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
	t.Run("a cart that is nobody's copy has no template", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.mustHook(t, hookURL, everyEvent...)
		w.ask(t, "POST", begin+w.mustIdentified(t), nil).wants(t, 200)
		data := mustTold(t, w.deliveries()[0]).Data
		if template, told := data["template_cart_id"]; !told || template != nil {
			t.Errorf("told %v", data)
		}
	})
}

func TestWhoAsksForNothingElseGetsNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustHook(t, hookURL, "order.submitted")
	w.mustHook(t, hookURL+"/2", "order.submitted", "checkout.failed")
	off := w.mustHook(t, hookURL+"/3", "order.submitted")["id"].(string)
	w.ask(t, "PUT", "/diddo/webhook/"+off, object{"active": false}).wants(t, 200)
	w.mustPay(t, w.mustBegin(t)["cart_id"].(string), "4242424242424242")
	// A sale of the core's own is none of this dialect's.
	session := w.MustOpen(t)
	w.MustPlace(t, session)
	born := w.deliveries()
	if len(born) != 2 || string(born[0].Body) != string(born[1].Body) || born[0].ID == born[1].ID {
		t.Errorf("delivered %+v", born)
	}
	// The subscription that is active again has no backlog.
	w.ask(t, "PUT", "/diddo/webhook/"+off, object{"active": true}).wants(t, 200)
	if len(w.deliveries()) != 2 {
		t.Error("what it missed was sent")
	}
}

// A delivery that waits for its next try is over when its subscription is switched
// off and on again (spec/diddo.md §3); one that never was off keeps its own.
func TestASubscriptionThatIsOnAgainHasNoBacklog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := "/diddo/webhook/" + w.mustHook(t, hookURL, "checkout.initialized")["id"].(string)
	w.mustHook(t, hookURL+"/2", "checkout.initialized")
	w.mustBegin(t)
	const (
		more = 1200 // than a page
		same = `queue_id, endpoint_id, store_id, env, channel, event_id, event_type, event_key, scheme, key_name, schedule,
			state, attempts, wake_at, lease_owner, last_at, last_status, last_class, created_at, url, headers, body`
	)
	err := w.DB.Write(t.Context(), func(tx sqldb.Tx) error {
		tx.Exec(`UPDATE webhook_deliveries SET lease_owner = '', attempts = 1, last_class = 'http'`)
		for n := range more {
			tx.Exec(`INSERT INTO webhook_deliveries (id, `+same+`) SELECT id || $2, `+same+` FROM webhook_deliveries
				WHERE id = (SELECT MIN(id) FROM webhook_deliveries WHERE endpoint_id = $1)`, path.Base(one), fmt.Sprint("-", n))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	waiting := func(want int64) {
		t.Helper()
		if n := w.Int(t, `SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'pending' AND wake_at > 0`); n != want {
			t.Errorf("%d deliveries wait, want %d", n, want)
		}
	}
	w.ask(t, "PUT", one, object{"active": true}).wants(t, 200) // as it is
	waiting(more + 2)
	w.ask(t, "PUT", one, object{"active": false}).wants(t, 200)
	w.ask(t, "PUT", one, object{"active": true, "description": "Again"}).wants(t, 200)
	waiting(1)
	row := w.ask(t, "GET", one+"/deliveries", nil).wants(t, 200).body(t)["deliveries"].([]any)[0].(object)
	if row["status"] != "failed" || row["attempts"] != float64(1) || row["next_attempt_at"] != nil {
		t.Errorf("the log says %v", row)
	}
}

// sold is a snapshot of a paid checkout.
func sold() cart.Snapshot {
	usd := func(minor int64) money.Amount { return money.New(minor, "USD") }
	return cart.Snapshot{
		Checkout: "01JHX3Z8Q2M6S7T9V0W1X2Y3Z4", Cart: "01JHX3Z8Q2M6S7T9V0W1X2Y3Z5", Origin: "01JHX3Z8Q2M6S7T9V0W1X2Y3Z6", Status: cart.CheckoutSucceeded,
		Option: "card", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", StoreName: "Söhne & <Co>",
		Lines: []cart.SoldLine{{Available: true, Line: cart.Line{
			Variant: "PROD_0Aq3Zt8uVbKc5LmN1oPxYd", Quantity: 2, Choices: []cart.Choice{{Key: "badges", Values: []string{"cup", "league"}}, {Key: "name", Text: "DOE"}},
			Pin: &cart.Pin{Title: "Jersey", Description: "Red & white", Price: usd(5925)},
		}}},
		Subtotal: usd(11850), Shipping: usd(495), Tax: usd(0), Total: usd(12345), Method: "Parcel", Email: "b@example.test",
		Buyer: pay.Buyer{FirstName: "Jane", LastName: "Doe", Address1: "1 Main St", City: "Springfield", Country: "US"},
		Order: "ORD_5Fq3Zt8uVbKc5LmN1oPxYd", OrderNumber: "1X2Y3Z5",
	}
}

func eventOf(t *testing.T, kind pay.EventType, env pay.Env, snapshot cart.Snapshot) pay.Event {
	t.Helper()
	detail, err := json.Marshal(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return pay.Event{
		ID: "EVT_0000000000000000000001", Env: env, Type: kind, Dialect: cart.Dialect, Noun: pay.Noun{ID: "c", Row: 4, Detail: string(detail)},
		At: time.Date(2026, 1, 18, 8, 17, 57, 999_999_000, time.UTC),
	}
}

const head = `"checkout_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4","cart_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z5","template_cart_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z6",`

const amount = `"amount":{"value":12345,"display_value":"$123.45","currency":"USD"}`

const orderPart = `"order_id":"ORD_5Fq3Zt8uVbKc5LmN1oPxYd","order_number":"1X2Y3Z5","stores":[{"store":"STO_0Aq3Zt8uVbKc5LmN1oPxYd","cart_lines":[{"quantity":2,` +
	`"variant":{"id":"PROD_0Aq3Zt8uVbKc5LmN1oPxYd","title":"Jersey","marketplace":"Söhne & <Co>","description":"Red & white","is_available":true,"price":{"value":5925,"display_value":"$59.25","currency":"USD"}},` +
	`"product":{"id":"PROD_0Aq3Zt8uVbKc5LmN1oPxYd","title":"Jersey","marketplace":"Söhne & <Co>","description":"Red & white","is_available":true,"price":{"value":5925,"display_value":"$59.25","currency":"USD"}},` +
	`"customizations":[{"key":"badges","value":["cup","league"]},{"key":"name","text_value":"DOE"}]}],` +
	`"subtotal":{"value":11850,"display_value":"$118.50","currency":"USD"},"shipping":{"value":495,"display_value":"$4.95","currency":"USD"},"tax":{"value":0,"display_value":"$0.00","currency":"USD"}}],` +
	`"cost":{"subtotal":{"value":11850,"display_value":"$118.50","currency":"USD"},"tax":{"value":0,"display_value":"$0.00","currency":"USD"},` +
	`"shipping":{"value":495,"display_value":"$4.95","currency":"USD"},"total":{"value":12345,"display_value":"$123.45","currency":"USD"}},` +
	`"buyer_info":{"first_name":"Jane","last_name":"Doe","address1":"1 Main St","address2":"","city":"Springfield","province_code":"","country_code":"US","postal_code":"","email":"b@example.test","phone":""}`

func TestCodec(t *testing.T) {
	t.Parallel()
	cancelled := sold()
	cancelled.Status, cancelled.Reason, cancelled.Email, cancelled.Origin, cancelled.Option = cart.CheckoutCancelled, cart.Expired, "", "", ""
	failed := sold()
	failed.Status, failed.Failure = cart.CheckoutFailed, &cart.Failure{Code: "insufficient_funds", Message: "The card has insufficient funds"}
	refund := eventOf(t, pay.RefundDone, pay.Test, sold())
	refund.Refund = &pay.Refund{ID: "REF_9Gq3Zt8uVbKc5LmN1oPxYd", Amount: money.New(1450, "USD"), State: pay.RefundSucceeded, Reason: "late"}
	asked := refund
	asked.Type = cart.ReturnInitiated
	for name, c := range map[string]struct {
		event pay.Event
		name  string
		want  string
	}{
		"a success has what is known": {
			eventOf(t, pay.OrderDone, pay.Prod, sold()), "checkout.succeeded",
			`"livemode":true,"data":{` + head + `"status":"succeeded","payment_option":"card",` + amount + `,"customer":{"email":"b@example.test"}}}`,
		},
		"what is not known is absent, but for the template": {
			eventOf(t, cart.Cancelled, pay.Test, cancelled), "checkout.cancelled",
			`"livemode":false,"data":{` + head[:strings.Index(head, `"template`)] + `"template_cart_id":null,"status":"cancelled","reason":"expired",` + amount + `}}`,
		},
		"a failure says why": {
			eventOf(t, cart.Failed, pay.Test, failed), "checkout.failed",
			`"livemode":false,"data":{` + head + `"status":"failed","payment_option":"card",` + amount +
				`,"failure":{"code":"insufficient_funds","message":"The card has insufficient funds"},"customer":{"email":"b@example.test"}}}`,
		},
		"an order is told whole": {
			eventOf(t, pay.OrderDone, pay.Test, sold()), "order.submitted",
			`"livemode":false,"data":{` + head + `"status":"succeeded","payment_option":"card",` + amount + `,"customer":{"email":"b@example.test"},` + orderPart + `}}`,
		},
		"so is a cart": {
			eventOf(t, pay.OrderDone, pay.Test, sold()), "cart.submitted",
			`"livemode":false,"data":{` + head + `"status":"succeeded","payment_option":"card",` + amount + `,"customer":{"email":"b@example.test"},` + orderPart + `}}`,
		},
		"a refund says how much": {
			refund, "refund.issued",
			`"livemode":false,"data":{` + head + `"status":"succeeded","payment_option":"card",` + amount + `,"customer":{"email":"b@example.test"},` + orderPart +
				`,"refund":{"id":"REF_9Gq3Zt8uVbKc5LmN1oPxYd","amount":{"value":1450,"display_value":"$14.50","currency":"USD"},"status":"succeeded","reason":"late"}}}`,
		},
		"a return does too": {
			asked, "return.initiated",
			`"livemode":false,"data":{` + head + `"status":"succeeded","payment_option":"card",` + amount + `,"customer":{"email":"b@example.test"},` + orderPart +
				`,"refund":{"id":"REF_9Gq3Zt8uVbKc5LmN1oPxYd","amount":{"value":1450,"display_value":"$14.50","currency":"USD"},"status":"succeeded","reason":"late"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if names := (diddo.Codec{}).Names(c.event); !slices.Contains(names, c.name) {
				t.Fatalf("names %q", names)
			}
			body, headers, err := diddo.Codec{}.Encode(c.event, "ignored", c.event.At, c.name)
			if err != nil {
				t.Fatal(err)
			}
			front := `{"id":"` + headers["X-Diddo-Event-Id"] + `","type":"` + c.name + `","created_at":"2026-01-18T08:17:57Z",`
			if string(body) != front+c.want {
				t.Errorf("got  %s\nwant %s", body, front+c.want)
			}
			other, _, err := diddo.Codec{}.Encode(c.event, "another", c.event.At, c.name)
			if err != nil || string(other) != string(body) {
				t.Errorf("another subscription gets %s (%v)", other, err)
			}
		})
	}
	t.Run("a sale is told before its order", func(t *testing.T) {
		t.Parallel()
		names := (diddo.Codec{}).Names(eventOf(t, pay.OrderDone, pay.Test, sold()))
		if !slices.Equal(names, []string{"checkout.succeeded", "order.submitted", "cart.submitted"}) {
			t.Errorf("names %q", names)
		}
	})
	t.Run("what is none of ours is told to nobody", func(t *testing.T) {
		t.Parallel()
		foreign, unheard, damaged, bare := eventOf(t, pay.OrderDone, pay.Test, sold()), eventOf(t, "unheard.of", pay.Test, sold()), eventOf(t, pay.OrderDone, pay.Test, sold()), refund
		foreign.Dialect, damaged.Noun.Detail, bare.Refund = "wayl", "{", nil
		for _, event := range []pay.Event{foreign, unheard, eventOf(t, pay.RefundNotDone, pay.Test, sold())} {
			if names := (diddo.Codec{}).Names(event); len(names) != 0 {
				t.Errorf("%s of %s has names %q", event.Type, event.Dialect, names)
			}
		}
		for name, event := range map[string]pay.Event{"checkout.succeeded": foreign, "order.submitted": damaged, "refund.issued": bare, "checkout.failed": eventOf(t, pay.OrderDone, pay.Test, sold())} {
			if _, _, err := (diddo.Codec{}).Encode(event, "", event.At, name); !fault.Is(err, fault.Internal) {
				t.Errorf("%s of %s: %v", name, event.Type, err)
			}
			if _, err := (diddo.Codec{}).Card(event, event.At, name, format.English); !fault.Is(err, fault.Internal) {
				t.Errorf("a card of %s: %v", name, err)
			}
		}
	})
}

func TestSamples(t *testing.T) {
	t.Parallel()
	in := webhook.SampleIn{Delivery: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", StoreName: "Acme", Env: webhook.Test, At: time.Unix(1768724277, 0)}
	another := in
	another.Delivery = "another"
	_, legal := diddo.Events()
	if !slices.Equal(legal, diddo.Codec{}.SampleNames()) {
		t.Errorf("there are samples of %q", diddo.Codec{}.SampleNames())
	}
	for _, name := range legal {
		body, headers, err := diddo.Codec{}.Sample(name, in)
		if err != nil {
			t.Fatal(err)
		}
		same, _, _ := diddo.Codec{}.Sample(name, in)
		other, _, _ := diddo.Codec{}.Sample(name, another)
		if string(same) != string(body) || string(other) == string(body) || headers["X-Diddo-Event"] != name || !json.Valid(body) {
			t.Errorf("%s: %s", name, body)
		}
		for _, language := range []format.Language{format.English, format.Chinese} {
			card, err := diddo.Codec{PublicURL: "https://pay.example.test/"}.SampleCard(name, in, language)
			if err != nil || card.Title == "" || card.Mark == "" || card.Tone == "" || len(card.Lines) < 2 || card.Footer != "Acme" {
				t.Errorf("%s: the card is %+v (%v)", name, card, err)
			}
		}
	}
	if _, _, err := (diddo.Codec{}).Sample("order.completed", in); fault.CodeOf(err) != "unknown_event" {
		t.Errorf("an unknown one: %v", err)
	}
	if _, err := (diddo.Codec{}).SampleCard("order.completed", in, format.English); fault.CodeOf(err) != "unknown_event" {
		t.Errorf("an unknown card: %v", err)
	}
}
