package diddo

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
)

// FuzzDecode reads any text as each kind of request: nothing panics, every
// refusal is the caller's fault, and what is taken can be told back.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"url":"https://a.example.test","events":["checkout.failed"],"description":null}`, `{"active":false}`,
		`{"item":{"variant_id":"PROD_0Aq3Zt8uVbKc5LmN1oPxYd","quantity":2,"customizations":[{"key":"size","value":["M","L"]},{"key":"name","text_value":"DOE"}]}}`,
		`{"item":{"variant_id":"PROD_0Aq3Zt8uVbKc5LmN1oPxYd","quantity":1e400,"customizations":[{"key":"size","value":{"a":[1]}}]}}`,
		`{"cart_id":"01JHX3Z8Q2M6S7T9V0W1X2Y3Z4","buyer_identity":{"email":"a@example.test","country_code":"US"}}`, `{"overlap_hours":0.5}`,
		`{"buyer_info":{"address1":"\ud800"}}`, `{"limit":99999999999999999999,"offset":-1}`, "{\"url\":\"\x00\xff\"}", `{"url":"a","url":"b"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var item itemWire
		var search searchWire
		var customer customerWire
		for _, wire := range []any{
			new(createWebhookWire), new(updateWebhookWire), new(testWebhookWire), new(rotateSecretWire), &item, new(removalWire), &customer,
			new(methodWire), new(deliveryWire), new(tokenWire), &search,
		} {
			if err := api.Decode(body, wire, api.IgnoreUnknown); err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("%T: %v", wire, err)
			}
		}
		made, err := toItem(item.Item)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("the item: %v", err)
		}
		for _, choice := range made.Choices {
			if back, err := toChoice(fromChoice(choice)); err != nil || back.Key != choice.Key || len(back.Values) != len(choice.Values) {
				t.Errorf("%+v comes back as %+v (%v)", choice, back, err)
			}
		}
		if customer.BuyerIdentity != nil && fromBuyer(customer.BuyerIdentity.Email, customer.BuyerIdentity.buyer()) != *customer.BuyerIdentity {
			t.Errorf("%+v does not come back", *customer.BuyerIdentity)
		}
		if limit := toInt(search.Limit, 1); limit < -1 || limit > unlimited {
			t.Errorf("the limit is %d", limit)
		}
	})
}

// FuzzBearer reads any text as the header of a credential: what is taken is one
// bearer's, without spaces at its ends, and anything else is a 401.
func FuzzBearer(f *testing.F) {
	for _, seed := range []string{
		"", "Bearer", "Bearer ", "bearer  dk_test_a ", "Basic YTpi", "Bearer dt_a", "Bearer\tdk_test_a", "Bearer a b", "Bearer \u00a0", "BEARER dk_live_",
		"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiIwMUpIWDNaOFEyTTZTN1Q5VjBXMVgyWTNaNCJ9.AA", "Bearer eyJhbGciOiJub25lIn0.e30.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		bearer, err := bearerOf(http.Header{"Authorization": {sent}})
		if err != nil {
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%q: %v", sent, err)
			}
			return
		}
		text := bearer.Reveal()
		if text == "" || text != strings.TrimSpace(text) || !strings.EqualFold(sent[:len("Bearer ")], "Bearer ") || !strings.HasSuffix(strings.TrimSpace(sent), text) {
			t.Errorf("%q is the bearer %q", sent, text)
		}
		if cart.IsToken(bearer) && strings.Count(text, ".") != 2 {
			t.Errorf("%q is a customer's token", text)
		}
		if _, err := bearerOf(http.Header{"Authorization": {sent, sent}}); err == nil {
			t.Errorf("%q is taken twice", sent)
		}
	})
}

// FuzzCartID reads any text as a cart's id: whatever is taken is one spelling.
func FuzzCartID(f *testing.F) {
	for _, seed := range []string{"", "01JHX3Z8Q2M6S7T9V0W1X2Y3Z4", "01jhx3z8q2m6s7t9v0w1x2y3z4", "00000000-0000-7000-8000-000000000001", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ÄÄÄÄÄÄÄÄÄÄÄÄÄ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		made, err := toCartID("cart_id", raw)
		if err != nil {
			if problem := fault.From(err); problem.Kind != fault.Invalid || problem.Field != "cart_id" {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if again, err := toCartID("cart_id", string(made)); err != nil || again != made || len(made) != 26 {
			t.Errorf("%q is %q and then %q (%v)", raw, made, again, err)
		}
	})
}

// FuzzNormalised compares any URL with itself: what is normal stays so.
func FuzzNormalised(f *testing.F) {
	for _, seed := range []string{"", "https://A.example.test:443/x//", "https://a.example.test:8443?", "http://a:80/%2F/", "https://[::1]:443/", "%", "https://a.example.test/#x", "HTTPS://"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once := normalised(raw)
		if twice := normalised(once); twice != once {
			t.Errorf("%q is %q and then %q", raw, once, twice)
		}
		if parsed, err := url.Parse(once); err == nil && parsed.Host != strings.ToLower(parsed.Host) {
			t.Errorf("%q has the host %q", once, parsed.Host)
		}
	})
}
