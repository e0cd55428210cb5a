package pancake

import (
	"testing"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
)

// FuzzDecode reads any text as each kind of request: nothing panics, and every
// refusal is the caller's fault, of the text or of what it says.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"storeId":"STO_0350qXWCjpG6tIZvAbY6EL","buyerIdentity":"u-9"}`, `{"webhookId":"","secret":null}`,
		`{"prices":{"USD":{"amount":"29.00","taxCategory":"saas"},"usd":{"amount":"-1"},"":null}}`, `{"prices":{"JPY":{"amount":"1e400"}},"media":[{}]}`,
		`{"checkoutSessionId":"cs_01a1f8cb-00ef-74c8-9179-f8dfe4b3f300","billingDetail":{"country":"DE","isBusiness":true,"taxId":"\ud800"}}`,
		`{"expiresInSeconds":1e400,"billingDetail":{"country":"US","isBusiness":false,"state":"NY","postcode":"10001"}}`, `{"expiresInSeconds":-0.0}`,
		`{"checkoutSettings":{"light":{"checkoutColorPrimary":null},"dark":null}}`, `{"channel":"telegram","url":"https://h","events":null,"testMode":1}`,
		"{\"name\":\"\x00\xff\"}", `{"name":"a","name":"b"}`, `{"metadata":{"a":{"b":[1,2,{}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var product createProductWire
		var session merchantSessionWire
		var order buyerOrderWire
		var store updateStoreWire
		var hook addWebhookWire
		for _, wire := range []any{
			&product, &session, &order, &store, &hook, new(issueSessionTokenWire), new(createKeyWire), new(deleteKeyWire), new(createStoreWire),
			new(deleteStoreWire), new(updateWebhookWire), new(removeWebhookWire), new(updateProductWire), new(publishProductWire),
			new(productStatusWire), new(visitorSessionWire), new(planChangeWire), new(previewTaxWire), new(previewTrialWire),
			new(merchantOrderWire), new(cancelOrderWire),
		} {
			if err := api.Decode(body, wire, api.IgnoreUnknown); err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("%T: %v", wire, err)
			}
		}
		prices, err := toPrices(product.Prices)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("the prices: %v", err)
		}
		if err == nil && len(prices) != len(product.Prices) {
			t.Errorf("%v are read as %v", product.Prices, prices)
		}
		billing, err := toBilling(order.BillingDetail)
		if err == nil && billing.IsSet() {
			err = billing.Clean().Shape()
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("the billing details: %v", err)
		}
		if life, err := toLife(session.ExpiresInSeconds); err != nil && !fault.Is(err, fault.Invalid) || err == nil && (life < 0 || life > pay.MaxSessionLife) {
			t.Errorf("a life of %s: %v", life, err)
		}
		if _, err := toEventTypes(orNone(hook.Events)); err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("the events: %v", err)
		}
		toAppearanceUpdate(store.CheckoutSettings)
	})
}

func orNone(names *[]string) []string {
	if names == nil {
		return nil
	}
	return *names
}
