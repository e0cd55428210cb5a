package pancake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/api/pancake"
	"tillway/internal/fault"
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
	codec := pancake.Codec{PublicURL: "https://pay.example.test/"}
	for name, c := range map[string]struct {
		language format.Language
		want     []string
	}{
		"in English": {format.English, []string{
			"good: [Test] Order completed", "Amount: 11.90 USD", "Product: Guide", "Buyer: b@example.test (u-9)", "Payment method: Card •••• 0110",
			"Order: ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "Your reference: A-1",
			"View order -> https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "Acme",
		}},
		"in Chinese": {format.Chinese, []string{
			"good: 【测试】订单已完成", "金额: 11.90 USD", "商品: Guide", "买家: b@example.test (u-9)", "支付方式: 银行卡（尾号 0110）",
			"订单号: ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "商户订单号: A-1",
			"查看订单 -> https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "Acme",
		}},
	} {
		t.Run("a sale "+name, func(t *testing.T) {
			t.Parallel()
			card, err := codec.Card(sale(), sale().At, "order.completed", c.language)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, shown(card)); diff != "" || !card.At.Equal(sale().At) {
				t.Errorf("at %v (-want +got):\n%s", card.At, diff)
			}
		})
	}

	t.Run("a live sale has no mark, and what is not known no line", func(t *testing.T) {
		t.Parallel()
		event := sale()
		event.Env, event.Sale.Order.Identity, event.Sale.Order.ExternalID, event.Sale.Payment.Receipt.Last4 = pay.Prod, "", "", ""
		card, err := pancake.Codec{}.Card(event, event.At, "order.completed", format.English)
		want := []string{
			"good: Order completed", "Amount: 11.90 USD", "Product: Guide", "Buyer: b@example.test", "Payment method: Card",
			"Order: ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "View order -> ", "Acme",
		}
		if diff := cmp.Diff(want, shown(card)); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	})

	t.Run("a refund says what went back of what, and why", func(t *testing.T) {
		t.Parallel()
		for state, want := range map[pay.RefundState]string{
			pay.RefundSucceeded: "neutral: [Test] Refund completed", pay.RefundFailed: "bad: [Test] Refund failed",
		} {
			event := refunded(state, "R-7")
			card, err := codec.Card(event, event.At, string(event.Type), format.English)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{
				want, "Refund amount: 5.00 USD", "Product: Guide", "Buyer: b@example.test (u-9)", "Reason: Duplicate payment",
				"Originally charged: 11.90 USD", "Order: ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "Your reference: A-1", "Your refund reference: R-7",
				"View order -> https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd", "Acme",
			}, shown(card)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
	})

	t.Run("an event without a name here has no card", func(t *testing.T) {
		t.Parallel()
		if _, err := codec.Card(sale(), sale().At, "refund.succeeded", format.English); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
		if _, err := codec.SampleCard("order.paid", sampleIn(), format.English); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v", err)
		}
	})
}

// sampleCards are what the samples say beside the order, in English and in Chinese.
var sampleCards = map[string][2]string{
	"order.completed":                    {"good: [Test] Order completed|Amount: 11.90 USD", "good: 【测试】订单已完成|金额: 11.90 USD"},
	"subscription.payment_succeeded":     {"good: [Test] Subscription payment received|Amount: 14.28 USD|Plan: Team", "good: 【测试】订阅扣款成功|金额: 14.28 USD|套餐: Team"},
	"subscription.activated":             {"good: [Test] New subscription|Price: 14.28 USD per month|Period no.: 1", "good: 【测试】新增订阅|订阅价格: 14.28 USD / 月|期数: 1"},
	"subscription.renewed":               {"good: [Test] Subscription renewed|Current period: 2026-11-20 – 2026-12-20", "good: 【测试】订阅已续期|当前周期: 2026-11-20 – 2026-12-20"},
	"subscription.recovered":             {"good: [Test] Subscription recovered", "good: 【测试】订阅已恢复正常"},
	"subscription.plan_changed":          {"neutral: [Test] Subscription plan changed|Price: 35.70 USD per month|Plan: Business", "neutral: 【测试】订阅套餐已变更|套餐: Business"},
	"subscription.plan_change_scheduled": {"neutral: [Test] Plan change scheduled for the next period|Current period: 2026-11-08 – 2026-12-08", "neutral: 【测试】套餐变更将于下期生效"},
	"subscription.plan_change_failed":    {"bad: [Test] Plan change failed", "bad: 【测试】套餐变更失败"},
	"subscription.canceling":             {"warning: [Test] Subscription will end with this period", "warning: 【测试】订阅将于本期结束后取消"},
	"subscription.uncanceled":            {"good: [Test] Cancellation withdrawn, subscription continues", "good: 【测试】已撤销取消，订阅继续"},
	"subscription.canceled":              {"warning: [Test] Subscription canceled|Canceled at: 20 Nov 2026, 09:31:02 UTC", "warning: 【测试】订阅已取消|取消时间: 2026-11-20 17:31:02 (UTC+8)"},
	"subscription.past_due":              {"bad: [Test] Subscription payment failed", "bad: 【测试】订阅扣款失败"},
	"subscription.updated":               {"neutral: [Test] Subscription updated", "neutral: 【测试】订阅信息已更新"},
	"refund.succeeded": {
		"neutral: [Test] Refund completed|Refund amount: 5.95 USD|Originally charged: 11.90 USD|Reason: Duplicate payment|Your refund reference: R-1042",
		"neutral: 【测试】退款成功|退款金额: 5.95 USD|原支付金额: 11.90 USD|退款原因: 重复支付|商户退款单号: R-1042",
	},
	"refund.failed": {"bad: [Test] Refund failed|Refund amount: 5.95 USD", "bad: 【测试】退款失败|退款金额: 5.95 USD"},
}

func TestSampleCard(t *testing.T) {
	t.Parallel()
	codec := pancake.Codec{PublicURL: "https://pay.example.test"}
	for name := range sampleCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, language := range []format.Language{format.English, format.Chinese} {
				card, err := codec.SampleCard(name, sampleIn(), language)
				if err != nil {
					t.Fatal(err)
				}
				says := strings.Join(shown(card), "\n") + "\n"
				for _, want := range append(strings.Split(sampleCards[name][i], "|"), "jane.doe@example.com (user_1042)", "A-1042", "/dashboard/orders/ORD_", "Acme") {
					if !strings.Contains(says, want) {
						t.Errorf("%s: %q is not said in\n%s", language, want, says)
					}
				}
				for _, line := range card.Lines {
					if line.Label == "" {
						t.Errorf("%s: %q has no label", language, line.Value)
					}
				}
			}
		})
	}

	t.Run("a live sample bears no mark", func(t *testing.T) {
		t.Parallel()
		in := sampleIn()
		in.Env = webhook.Prod
		if card, err := codec.SampleCard("order.completed", in, format.English); err != nil || card.Mark != "" {
			t.Errorf("mark %q, %v", card.Mark, err)
		}
	})
}
