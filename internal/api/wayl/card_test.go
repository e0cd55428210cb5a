package wayl_test

import (
	"encoding/json"
	"slices"
	"testing"

	"tillway/internal/api/wayl"
	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// shown is a card as a list of what it says.
func shown(card format.Card) []string {
	lines := []string{string(card.Tone) + ": " + card.Mark + card.Title}
	for _, line := range card.Lines {
		lines = append(lines, line.Label+": "+line.Value)
	}
	return append(lines, card.Link.Label+" -> "+card.Link.URL, card.Footer)
}

func TestCard(t *testing.T) {
	t.Parallel()
	codec := wayl.Codec{PublicURL: "https://pay.example.test/"}
	rich := paid()
	rich.Commission = money.New(250_000, "IQD")
	cancelled := paid()
	cancelled.Status, cancelled.Method, cancelled.Processor, cancelled.Customer = link.Cancelled, "", "", link.Customer{Country: "IQ"}
	live := event(t, link.Updated, cancelled)
	live.Env = pay.Prod
	page := "https://pay.example.test/dashboard/links/cmlink_01hq_example"
	for name, c := range map[string]struct {
		event    pay.Event
		name     string
		language format.Language
		want     []string
	}{
		"a sale": {event(t, pay.OrderDone, rich), "order.created", format.English, []string{
			"good: [Test] Payment link paid", "Amount: 10000 IQD", "Customer: Ali", "Phone: 9647500000000", "Payment method: Card",
			"Commission: 250 IQD", "Your reference: order-1001", "Code: I94F590I", "View link -> " + page, "Acme",
		}},
		"a sale in Chinese": {event(t, pay.OrderDone, paid()), "order.created", format.Chinese, []string{
			"good: 【测试】付款链接已支付", "金额: 10000 IQD", "客户: Ali", "电话: 9647500000000", "支付方式: Card", "商户订单号: order-1001", "链接代码: I94F590I",
			"查看链接 -> " + page, "Acme",
		}},
		"a cancellation, live": {live, "order.updated", format.English, []string{
			"warning: Payment link cancelled", "Amount: 10000 IQD", "Your reference: order-1001", "Code: I94F590I", "View link -> " + page, "Acme",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card, err := codec.Card(c.event, at, c.name, c.language)
			if err != nil || !slices.Equal(shown(card), c.want) || !card.At.Equal(at) {
				t.Errorf("%v\ngot  %q\nwant %q", err, shown(card), c.want)
			}
		})
	}
	t.Run("every status that is told of has words and a tone", func(t *testing.T) {
		t.Parallel()
		for _, status := range []link.Status{link.Delivered, link.Returned, link.Cancelled, link.Rejected} {
			for _, language := range []format.Language{format.English, format.Chinese} {
				s := paid()
				s.Status = status
				if card, err := codec.Card(event(t, link.Updated, s), at, "order.updated", language); err != nil || card.Title == "" || card.Tone == "" {
					t.Errorf("%s in %s: %+v, %v", status, language, card, err)
				}
			}
		}
	})
	t.Run("an event without a name here has no card", func(t *testing.T) {
		t.Parallel()
		if _, err := codec.Card(event(t, pay.RefundDone, paid()), at, "order.created", format.English); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
		if _, err := codec.SampleCard("order.paid", sampleIn(), format.English); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v", err)
		}
	})
}

func sampleIn() webhook.SampleIn {
	return webhook.SampleIn{
		Delivery: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", Store: "STO_0Aq3Zt8uVbKc5LmN1oPxYd", StoreName: "Acme", Env: webhook.Test, At: at,
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	current, legal := wayl.Events()
	if names := (wayl.Codec{}).SampleNames(); !slices.Equal(names, legal) || !slices.Equal(current, legal) {
		t.Errorf("samples of %q, legal %q, current %q", names, legal, current)
	}
	for name, word := range map[string]string{"order.created": "Paid", "order.updated": "Delivered"} {
		body, headers, err := wayl.Codec{}.Sample(name, sampleIn())
		if err != nil || headers["Content-Type"] != "application/json" {
			t.Fatalf("%s: %v, %v", name, headers, err)
		}
		again, _, _ := wayl.Codec{}.Sample(name, sampleIn())
		other := sampleIn()
		other.Delivery = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f8"
		another, _, _ := wayl.Codec{}.Sample(name, other)
		if string(again) != string(body) || string(another) == string(body) {
			t.Errorf("%s: equal inputs give %t equal bytes, and another delivery %t", name, string(again) == string(body), string(another) == string(body))
		}
		var told object
		if err := json.Unmarshal(body, &told); err != nil || told["event"] != name || told["paymentStatus"] != word || len(told["id"].(string)) != 25 {
			t.Errorf("%s: %s %v", name, body, err)
		}
		card, err := wayl.Codec{}.SampleCard(name, sampleIn(), format.English)
		if err != nil || card.Mark != "[Test] " || card.Footer != "Acme" || card.Link.URL != "" {
			t.Errorf("%s: %+v, %v", name, card, err)
		}
	}
	_, _, err := wayl.Codec{}.Sample("order.paid", sampleIn())
	if problem := fault.From(err); !fault.Is(err, fault.Invalid) || problem.Field != "event" || problem.Hint != "The events are order.created, order.updated" {
		t.Errorf("got %v", err)
	}
}
