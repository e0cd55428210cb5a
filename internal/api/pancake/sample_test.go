package pancake_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/api/pancake"
	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func sampleIn() webhook.SampleIn {
	return webhook.SampleIn{
		Delivery: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", StoreName: "Acme", Env: webhook.Test,
		At: time.Date(2026, 11, 20, 9, 31, 2, 114_000_000, time.UTC),
	}
}

// The members of spec/pancake.md §10.5 as the official SDK's types have them
// (WebhookEventData of 0.25.0), written down by hand.
const (
	commonKeys = "orderId buyerEmail merchantProvidedBuyerIdentity orderMerchantExternalId currency billingDetail orderMetadata " +
		"amount taxAmount taxRate taxName subtotal total productName productDescription productMetadata"
	paymentKeys      = " paymentId paymentStatus paymentMethod paymentLast4 paymentDate chargedAmount listPrice"
	subscriptionKeys = " orderStatus periodNumber billingPeriod currentPeriodStart currentPeriodEnd planPrice"
	refundKeys       = " orderStatus refundTicketMerchantExternalId refundStatus refundReason refundCreatedAt originalChargedAmount originalPayment"
	envelopeKeys     = "id timestamp eventType eventId storeId storeName mode data"
	breakdownKeys    = "total subtotal taxAmount taxRate taxName"
)

// sampleCases are all events, with the keys of their data, their status and the
// shape of their eventId.
var sampleCases = map[string]struct{ keys, status, eventID string }{
	"order.completed":                    {commonKeys + " orderStatus" + paymentKeys, "completed", `PAY_\w{22}`},
	"subscription.payment_succeeded":     {commonKeys + " periodNumber" + paymentKeys, "", `PAY_\w{22}`},
	"subscription.activated":             {commonKeys + subscriptionKeys, "active", `ORD_\w{22}`},
	"subscription.renewed":               {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-renewed-2026-12-20`},
	"subscription.recovered":             {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.plan_changed":          {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.plan_change_scheduled": {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.plan_change_failed":    {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.canceling":             {commonKeys + subscriptionKeys, "canceling", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.uncanceled":            {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.canceled":              {commonKeys + subscriptionKeys + " canceledAt", "canceled", `ORD_\w{22}`},
	"subscription.past_due":              {commonKeys + subscriptionKeys, "past_due", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"subscription.updated":               {commonKeys + subscriptionKeys, "active", `ORD_\w{22}-2026-11-20T09:31:02.114Z`},
	"refund.succeeded":                   {commonKeys + refundKeys + " refundedAmount", "completed", `REF_\w{22}`},
	"refund.failed":                      {commonKeys + refundKeys, "completed", `REF_\w{22}`},
}

func TestSample(t *testing.T) {
	t.Parallel()
	for name, c := range sampleCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, headers, err := pancake.Codec{}.Sample(name, sampleIn())
			if err != nil {
				t.Fatal(err)
			}
			if headers["X-Waffo-Event"] != name || headers["Content-Type"] != "application/json" || len(headers) != 2 {
				t.Errorf("headers %v", headers)
			}
			envelope := mustObject(t, body)
			mustHaveKeys(t, "envelope", envelope, envelopeKeys)
			data := envelope["data"].(object)
			mustHaveKeys(t, "data", data, c.keys)
			for member, want := range (object{
				"id": "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", "timestamp": "2026-11-20T09:31:02.114Z", "eventType": name,
				"storeId": "STO_0Aq3Zt8uVbKc5LmN1oPxYd", "storeName": "Acme", "mode": "test",
			}) {
				if envelope[member] != want {
					t.Errorf("%s is %v, want %v", member, envelope[member], want)
				}
			}
			if id := envelope["eventId"].(string); !regexp.MustCompile("^" + c.eventID + "$").MatchString(id) {
				t.Errorf("eventId %s, want %s", id, c.eventID)
			}
			if status, _ := data["orderStatus"].(string); status != c.status {
				t.Errorf("orderStatus %q, want %q", status, c.status)
			}
			mustBePlausible(t, data)
		})
	}

	t.Run("every event that an endpoint may ask for has one", func(t *testing.T) {
		t.Parallel()
		_, _, err := pancake.Codec{}.Sample("order.paid", sampleIn())
		problem := fault.From(err)
		if !fault.Is(err, fault.Invalid) || problem.Field != "event" {
			t.Fatalf("got %v", err)
		}
		listed := strings.Split(strings.TrimPrefix(problem.Hint, "The events are "), ", ")
		slices.Sort(listed)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(sampleCases)), listed); diff != "" {
			t.Error(diff)
		}
	})

	t.Run("equal arguments give equal bytes, and another delivery another order", func(t *testing.T) {
		t.Parallel()
		for name := range sampleCases {
			one, _, err := pancake.Codec{}.Sample(name, sampleIn())
			if err != nil {
				t.Fatal(err)
			}
			again, _, _ := pancake.Codec{}.Sample(name, sampleIn())
			if !bytes.Equal(one, again) {
				t.Errorf("%s differs from itself", name)
			}
			other := sampleIn()
			other.Delivery = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f8"
			two, _, _ := pancake.Codec{}.Sample(name, other)
			if mustObject(t, one)["eventId"] == mustObject(t, two)["eventId"] {
				t.Errorf("two deliveries of %s share their eventId", name)
			}
		}
	})

	t.Run("what is told of the same order names the same order", func(t *testing.T) {
		t.Parallel()
		seen := map[any]bool{}
		for name := range sampleCases {
			body, _, err := pancake.Codec{}.Sample(name, sampleIn())
			if err != nil {
				t.Fatal(err)
			}
			seen[mustObject(t, body)["data"].(object)["orderId"]] = true
		}
		if len(seen) != 1 {
			t.Errorf("orders %v", seen)
		}
	})

	t.Run("a period ends a month after it began, also where the next month is shorter", func(t *testing.T) {
		t.Parallel()
		in := sampleIn()
		in.At = time.Date(2027, 1, 31, 23, 30, 0, 0, time.UTC)
		body, _, err := pancake.Codec{}.Sample("subscription.renewed", in)
		if err != nil || !contains(body, `"currentPeriodStart":"2027-01-31","currentPeriodEnd":"2027-02-28"`, `-renewed-2027-02-28"`) {
			t.Errorf("%s %v", body, err)
		}
	})
}

// mustBePlausible checks the forms of values: amounts as texts, the rate as a
// fraction here and in per cent there, dates and timestamps.
func mustBePlausible(t *testing.T, data object) {
	t.Helper()
	amount := regexp.MustCompile(`^\d+\.\d\d$`)
	for _, member := range []string{"amount", "taxAmount", "subtotal", "total", "chargedAmount", "refundedAmount", "originalChargedAmount"} {
		if value, given := data[member]; given && !amount.MatchString(value.(string)) {
			t.Errorf("%s is %v", member, value)
		}
	}
	if data["taxRate"] != 0.19 {
		t.Errorf("taxRate %v, want a fraction", data["taxRate"])
	}
	for _, block := range []string{"listPrice", "planPrice", "originalPayment"} {
		breakdown, given := data[block].(object)
		if !given {
			continue
		}
		mustHaveKeys(t, block, breakdown, breakdownKeys)
		if breakdown["taxRate"] != 19.0 || breakdown["total"] != data["total"] || breakdown["subtotal"] != data["subtotal"] {
			t.Errorf("%s is %v", block, breakdown)
		}
	}
	forms := map[string]string{
		"paymentDate": time.DateOnly, "currentPeriodStart": time.DateOnly, "currentPeriodEnd": time.DateOnly,
		"canceledAt": "2006-01-02T15:04:05.000Z", "refundCreatedAt": "2006-01-02T15:04:05.000Z",
	}
	for member, form := range forms {
		if value, given := data[member]; given {
			if _, err := time.Parse(form, value.(string)); err != nil {
				t.Errorf("%s: %v", member, err)
			}
		}
	}
	for _, member := range []string{"orderMetadata", "productMetadata"} {
		for name, value := range data[member].(object) {
			if _, isText := value.(string); !isText {
				t.Errorf("%s.%s is %v, want a text", member, name, value)
			}
		}
	}
}

func mustObject(t *testing.T, body []byte) (decoded object) {
	t.Helper()
	if err := json.Unmarshal(body, &decoded); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return decoded
}

func mustHaveKeys(t *testing.T, of string, got object, want string) {
	t.Helper()
	keys := strings.Fields(want)
	slices.Sort(keys)
	if diff := cmp.Diff(keys, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("keys of %s (-want +got):\n%s", of, diff)
	}
}
