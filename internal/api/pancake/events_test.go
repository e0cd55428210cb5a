package pancake_test

import (
	"testing"
	"time"

	"tillway/internal/api/pancake"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

func usd(minor int64) money.Amount { return money.New(minor, "USD") }

// sale is the sale of spec/pancake.md Appendix A.
func sale() pay.Event {
	at := time.Date(2026, 11, 20, 9, 31, 1, 0, time.UTC)
	return pay.Event{
		ID: "EVT_0000000000000000000001", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", Env: pay.Test, Type: pay.OrderDone,
		Key: "PAY_3Dq3Zt8uVbKc5LmN1oPxYd", At: at,
		Sale: &pay.Sale{
			StoreName: "Acme", ProductName: "Guide", Description: "PDF", Metadata: "{}",
			Order: pay.Order{
				ID: "ORD_5Fq3Zt8uVbKc5LmN1oPxYd", Status: pay.OrderCompleted, BuyerEmail: "b@example.test", Identity: "u-9", ExternalID: "A-1",
				Quote:   pay.Quote{Subtotal: usd(1000), Tax: usd(190), Total: usd(1190), Rate: pay.TaxRate{Name: "VAT", Rate: 190_000}},
				Billing: pay.Billing{Country: "DE"}, Metadata: `{"k":"v"}`,
			},
			Payment: pay.Payment{
				ID: "PAY_3Dq3Zt8uVbKc5LmN1oPxYd", Status: pay.PaymentSucceeded, Method: connector.Card, Charged: usd(1190),
				Receipt: connector.Receipt{Brand: "visa", Last4: "0110"}, PaidAt: at,
			},
		},
	}
}

const fullBody = `{"id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","timestamp":"2026-11-20T09:31:02.114Z","eventType":"order.completed","eventId":"PAY_3Dq3Zt8uVbKc5LmN1oPxYd",` +
	`"storeId":"STO_0Aq3Zt8uVbKc5LmN1oPxYd","storeName":"Acme","mode":"test",` +
	`"data":{"orderId":"ORD_5Fq3Zt8uVbKc5LmN1oPxYd","orderStatus":"completed","buyerEmail":"b@example.test","merchantProvidedBuyerIdentity":"u-9","orderMerchantExternalId":"A-1",` +
	`"currency":"USD","billingDetail":{"country":"DE","isBusiness":false},"orderMetadata":{"k":"v"},` +
	`"chargedAmount":"11.90","listPrice":{"total":"11.90","subtotal":"10.00","taxAmount":"1.90","taxRate":19,"taxName":"VAT"},` +
	`"amount":"11.90","taxAmount":"1.90","taxRate":0.19,"taxName":"VAT","subtotal":"10.00","total":"11.90",` +
	`"productName":"Guide","productDescription":"PDF","productMetadata":{},` +
	`"paymentId":"PAY_3Dq3Zt8uVbKc5LmN1oPxYd","paymentStatus":"succeeded","paymentMethod":"card","paymentLast4":"0110","paymentDate":"2026-11-20"}}`

// refunded is the refund of spec/pancake.md Appendix A: 5.00 of that sale.
func refunded(state pay.RefundState, external string) pay.Event {
	event := sale()
	event.Type, event.Key = pay.RefundDone, "REF_9Gq3Zt8uVbKc5LmN1oPxYd"
	if state == pay.RefundFailed {
		event.Type = pay.RefundNotDone
	}
	event.Refund = &pay.Refund{
		ID: "REF_9Gq3Zt8uVbKc5LmN1oPxYd", Origin: pay.OriginSale, State: state, Amount: usd(500), Tax: usd(80), Reason: "duplicate",
		ExternalID: external, CreatedAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	}
	return event
}

const refundHead = `"eventId":"REF_9Gq3Zt8uVbKc5LmN1oPxYd","storeId":"STO_0Aq3Zt8uVbKc5LmN1oPxYd","storeName":"Acme","mode":"test",` +
	`"data":{"orderId":"ORD_5Fq3Zt8uVbKc5LmN1oPxYd","orderStatus":"completed","buyerEmail":"b@example.test","merchantProvidedBuyerIdentity":"u-9","orderMerchantExternalId":"A-1",`

const refundMiddle = `"originalChargedAmount":"11.90","originalPayment":{"total":"11.90","subtotal":"10.00","taxAmount":"1.90","taxRate":19,"taxName":"VAT"},` +
	`"amount":"5.00","taxAmount":"1.90","taxRate":0.19,"taxName":"VAT","subtotal":"10.00","total":"11.90",` +
	`"productName":"Guide","productDescription":"PDF","productMetadata":{},`

const doneBody = `{"id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","timestamp":"2026-11-20T09:31:02.114Z","eventType":"refund.succeeded",` + refundHead +
	`"refundTicketMerchantExternalId":"R-7","currency":"USD","billingDetail":{"country":"DE","isBusiness":false},"orderMetadata":{"k":"v"},` +
	`"refundedAmount":"5.00",` + refundMiddle + `"refundStatus":"succeeded","refundReason":"duplicate","refundCreatedAt":"2026-11-20T10:00:00.000Z"}}`

const notDoneBody = `{"id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","timestamp":"2026-11-20T09:31:02.114Z","eventType":"refund.failed",` + refundHead +
	`"currency":"USD","billingDetail":{"country":"DE","isBusiness":false},"orderMetadata":{"k":"v"},` +
	refundMiddle + `"refundStatus":"failed","refundReason":"duplicate","refundCreatedAt":"2026-11-20T10:00:00.000Z"}}`

const bareBody = `{"id":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9","timestamp":"2026-11-20T09:31:02.114Z","eventType":"order.completed","eventId":"PAY_3Dq3Zt8uVbKc5LmN1oPxYd",` +
	`"storeId":"STO_0Aq3Zt8uVbKc5LmN1oPxYd","storeName":"Söhne & <Co>","mode":"test",` +
	`"data":{"orderId":"ORD_5Fq3Zt8uVbKc5LmN1oPxYd","orderStatus":"completed","buyerEmail":"b@example.test",` +
	`"currency":"USD","orderMetadata":{},` +
	`"chargedAmount":"10.00","listPrice":{"total":"10.00","subtotal":"10.00","taxAmount":"0.00","taxRate":0,"taxName":"None"},` +
	`"amount":"10.00","taxAmount":"0.00","taxRate":0,"taxName":"None","subtotal":"10.00","total":"10.00",` +
	`"productName":"Guide","productMetadata":{},` +
	`"paymentId":"PAY_3Dq3Zt8uVbKc5LmN1oPxYd","paymentStatus":"succeeded","paymentMethod":"wechat","paymentDate":"2026-11-20"}}`

func TestCodec(t *testing.T) {
	t.Parallel()
	const delivery = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
	at := time.Date(2026, 11, 20, 10, 31, 2, 114_999_999, time.FixedZone("", 3600))
	bare := sale()
	bare.Sale.StoreName, bare.Sale.Description = "Söhne & <Co>", ""
	bare.Sale.Order.Identity, bare.Sale.Order.ExternalID, bare.Sale.Order.Billing, bare.Sale.Order.Metadata = "", "", pay.Billing{}, "{}"
	bare.Sale.Order.Quote = pay.Quote{Subtotal: usd(1000), Tax: usd(0), Total: usd(1000), Rate: pay.TaxRate{Name: pay.NoTax}}
	bare.Sale.Payment.Charged, bare.Sale.Payment.Receipt, bare.Sale.Payment.Method = usd(1000), connector.Receipt{}, connector.WeChat

	for name, c := range map[string]struct {
		event pay.Event
		name  string
		want  string
	}{
		"a full sale has every key in its order":         {sale(), "order.completed", fullBody},
		"what is not known is absent, not zero":          {bare, "order.completed", bareBody},
		"a refund names what went back of what":          {refunded(pay.RefundSucceeded, "R-7"), "refund.succeeded", doneBody},
		"a refund that failed says of no money it moved": {refunded(pay.RefundFailed, ""), "refund.failed", notDoneBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := pancake.Codec{}.Names(c.event)
			if len(names) != 1 || names[0] != c.name {
				t.Fatalf("names %q", names)
			}
			body, headers, err := pancake.Codec{}.Encode(c.event, delivery, at, names[0])
			if err != nil {
				t.Fatal(err)
			}
			if string(body) != c.want {
				t.Errorf("got  %s\nwant %s", body, c.want)
			}
			if headers["X-Waffo-Event"] != c.name || headers["Content-Type"] != "application/json" || len(headers) != 2 {
				t.Errorf("headers %v", headers)
			}
		})
	}

	t.Run("rates keep every digit", func(t *testing.T) {
		t.Parallel()
		event := sale()
		event.Sale.Order.Quote.Rate.Rate = 88_750
		body, _, err := pancake.Codec{}.Encode(event, delivery, at, "order.completed")
		if err != nil || !contains(body, `"taxRate":8.875,`, `"taxRate":0.08875,`) {
			t.Errorf("%s %v", body, err)
		}
	})

	t.Run("a sale of another dialect is not told here", func(t *testing.T) {
		t.Parallel()
		for _, event := range []pay.Event{sale(), refunded(pay.RefundSucceeded, "")} {
			if names := (pancake.Codec{}).Names(event); len(names) != 1 {
				t.Errorf("a sale of its own has names %q", names)
			}
			event.Dialect = "wayl"
			if names := (pancake.Codec{}).Names(event); names != nil {
				t.Errorf("names %q", names)
			}
		}
	})

	t.Run("an event without a name here is told to nobody", func(t *testing.T) {
		t.Parallel()
		event := sale()
		event.Type = "unheard.of"
		if names := (pancake.Codec{}).Names(event); names != nil {
			t.Errorf("names %q", names)
		}
		if _, _, err := (pancake.Codec{}).Encode(event, delivery, at, "order.completed"); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
		if _, _, err := (pancake.Codec{}).Encode(sale(), delivery, at, "refund.succeeded"); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
		without := refunded(pay.RefundSucceeded, "")
		without.Refund = nil
		if _, _, err := (pancake.Codec{}).Encode(without, delivery, at, "refund.succeeded"); !fault.Is(err, fault.Internal) {
			t.Errorf("a refund without a refund: %v", err)
		}
	})
}
