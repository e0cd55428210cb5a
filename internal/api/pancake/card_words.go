package pancake

import (
	"tillway/internal/connector"
	"tillway/internal/webhook/format"
)

// cardText is all that cards say in one language.
type cardText struct {
	titles map[string]string // of events

	testMark, view                                  string
	amount, price, refunded, original               string
	product, plan, buyer, paidBy, failure           string
	period, periodNumber, canceledAt, reason, order string
	reference, refundReference                      string

	methods  map[string]string                  // of payment
	last4    func(method, digits string) string // a method and the end of its number
	periods  map[string]string                  // billing periods, as they follow a price
	priceFor func(price, period string) string
	reasons  map[string]string // of refunds, as our own integrations name them
}

func cardWords(language format.Language) *cardText {
	if language == format.Chinese {
		return &chineseCard
	}
	return &englishCard
}

// paidWith names how somebody paid. A method that is new here is shown as it is.
func (t *cardText) paidWith(method, last4 string) string {
	name, known := t.methods[method]
	if !known {
		name = method
	}
	if last4 == "" {
		return name
	}
	return t.last4(name, last4)
}

func (t *cardText) every(price, billingPeriod string) string {
	period, known := t.periods[billingPeriod]
	if !known {
		return price
	}
	return t.priceFor(price, period)
}

// reasonOf words a reason that is a code, and leaves one that a person wrote.
func (t *cardText) reasonOf(reason string) string {
	if worded, known := t.reasons[reason]; known {
		return worded
	}
	return reason
}

var englishCard = cardText{
	titles: map[string]string{
		orderCompleted:        "Order completed",
		paymentSucceeded:      "Subscription payment received",
		subscriptionActivated: "New subscription",
		subscriptionRenewed:   "Subscription renewed",
		subscriptionRecovered: "Subscription recovered",
		planChanged:           "Subscription plan changed",
		planChangeScheduled:   "Plan change scheduled for the next period",
		planChangeFailed:      "Plan change failed",
		subscriptionCanceling: "Subscription will end with this period",
		subscriptionRestored:  "Cancellation withdrawn, subscription continues",
		subscriptionCanceled:  "Subscription canceled",
		subscriptionPastDue:   "Subscription payment failed",
		refundSucceeded:       "Refund completed",
		refundFailed:          "Refund failed",
		subscriptionUpdated:   "Subscription updated",
	},
	testMark: "[Test] ", view: "View order",
	amount: "Amount", price: "Price", refunded: "Refund amount", original: "Originally charged",
	product: "Product", plan: "Plan", buyer: "Buyer", paidBy: "Payment method", failure: "Failure reason",
	period: "Current period", periodNumber: "Period no.", canceledAt: "Canceled at", reason: "Reason", order: "Order",
	reference: "Your reference", refundReference: "Your refund reference",
	methods: map[string]string{
		string(connector.Card): "Card", string(connector.ApplePay): "Apple Pay", string(connector.GooglePay): "Google Pay",
		string(connector.WeChat): "WeChat Pay", string(connector.Bank): "Bank transfer",
	},
	last4:    func(method, digits string) string { return method + " •••• " + digits },
	periods:  map[string]string{"weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"},
	priceFor: func(price, period string) string { return price + " per " + period },
	reasons:  map[string]string{"duplicate": "Duplicate payment"},
}

var chineseCard = cardText{
	titles: map[string]string{
		orderCompleted:        "订单已完成",
		paymentSucceeded:      "订阅扣款成功",
		subscriptionActivated: "新增订阅",
		subscriptionRenewed:   "订阅已续期",
		subscriptionRecovered: "订阅已恢复正常",
		planChanged:           "订阅套餐已变更",
		planChangeScheduled:   "套餐变更将于下期生效",
		planChangeFailed:      "套餐变更失败",
		subscriptionCanceling: "订阅将于本期结束后取消",
		subscriptionRestored:  "已撤销取消，订阅继续",
		subscriptionCanceled:  "订阅已取消",
		subscriptionPastDue:   "订阅扣款失败",
		refundSucceeded:       "退款成功",
		refundFailed:          "退款失败",
		subscriptionUpdated:   "订阅信息已更新",
	},
	testMark: "【测试】", view: "查看订单",
	amount: "金额", price: "订阅价格", refunded: "退款金额", original: "原支付金额",
	product: "商品", plan: "套餐", buyer: "买家", paidBy: "支付方式", failure: "失败原因",
	period: "当前周期", periodNumber: "期数", canceledAt: "取消时间", reason: "退款原因", order: "订单号",
	reference: "商户订单号", refundReference: "商户退款单号",
	methods: map[string]string{
		string(connector.Card): "银行卡", string(connector.ApplePay): "Apple Pay", string(connector.GooglePay): "Google Pay",
		string(connector.WeChat): "微信支付", string(connector.Bank): "银行转账",
	},
	last4:    func(method, digits string) string { return method + "（尾号 " + digits + "）" },
	periods:  map[string]string{"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"},
	priceFor: func(price, period string) string { return price + " / " + period },
	reasons:  map[string]string{"duplicate": "重复支付"},
}
