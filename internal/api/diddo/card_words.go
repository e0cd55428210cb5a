package diddo

import (
	"tillway/internal/cart"
	"tillway/internal/connector"
	"tillway/internal/webhook/format"
)

// cardText is all that cards say in one language.
type cardText struct {
	titles map[string]string // of events

	testMark, view                    string
	amount, refunded, original, buyer string
	paidBy, failure, reason, products string
	order, orderNumber, cart          string
	methods                           map[string]string
	reasons                           map[string]string // of cancellations
}

func cardWords(language format.Language) *cardText {
	if language == format.Chinese {
		return &chineseCard
	}
	return &englishCard
}

// methodOf names how somebody paid. One that is new here is shown as it is.
func (t *cardText) methodOf(option string) string {
	if name, known := t.methods[option]; known {
		return name
	}
	return option
}

func (t *cardText) reasonOf(reason string) string {
	if name, known := t.reasons[reason]; known {
		return name
	}
	return reason
}

var englishCard = cardText{
	titles: map[string]string{
		checkoutInitialized: "Checkout opened", checkoutInProgress: "Checkout in progress", checkoutSucceeded: "Checkout paid",
		checkoutFailed: "Payment failed", checkoutCancelled: "Checkout cancelled", orderSubmitted: "New order",
		cartSubmitted: "Cart submitted", returnInitiated: "Return initiated", refundIssued: "Refund issued",
	},
	testMark: "[Test] ", view: "View order",
	amount: "Amount", refunded: "Refund amount", original: "Originally charged", buyer: "Buyer", paidBy: "Payment method",
	failure: "Failure reason", reason: "Reason", products: "Products", order: "Order", orderNumber: "Order no.", cart: "Cart",
	methods: map[string]string{string(connector.Card): "Card", string(connector.Bank): "Bank transfer"},
	reasons: map[string]string{
		string(cart.TooManyFailures): "Too many failed payments", string(cart.Expired): "Ran out of time", string(cart.GivenUp): "Given up by the buyer",
	},
}

var chineseCard = cardText{
	titles: map[string]string{
		checkoutInitialized: "结账已开始", checkoutInProgress: "结账进行中", checkoutSucceeded: "结账已付款",
		checkoutFailed: "付款失败", checkoutCancelled: "结账已取消", orderSubmitted: "新订单",
		cartSubmitted: "购物车已提交", returnInitiated: "已发起退货", refundIssued: "已退款",
	},
	testMark: "【测试】", view: "查看订单",
	amount: "金额", refunded: "退款金额", original: "原支付金额", buyer: "买家", paidBy: "支付方式",
	failure: "失败原因", reason: "原因", products: "商品", order: "订单号", orderNumber: "订单编号", cart: "购物车",
	methods: map[string]string{string(connector.Card): "银行卡", string(connector.Bank): "银行转账"},
	reasons: map[string]string{
		string(cart.TooManyFailures): "付款失败次数过多", string(cart.Expired): "已超时", string(cart.GivenUp): "买家放弃",
	},
}
