package wayl

import (
	"tillway/internal/link"
	"tillway/internal/webhook/format"
)

// cardText is all that cards say in one language.
type cardText struct {
	titles map[link.Status]string

	testMark, view                  string
	amount, customer, phone, paidBy string
	commission, reference, code     string
}

func cardWords(language format.Language) *cardText {
	if language == format.Chinese {
		return &chineseCard
	}
	return &englishCard
}

var englishCard = cardText{
	titles: map[link.Status]string{
		link.Complete:  "Payment link paid",
		link.Delivered: "Order delivered",
		link.Returned:  "Order returned",
		link.Cancelled: "Payment link cancelled",
		link.Rejected:  "Payment link rejected",
	},
	testMark: "[Test] ", view: "View link",
	amount: "Amount", customer: "Customer", phone: "Phone", paidBy: "Payment method",
	commission: "Commission", reference: "Your reference", code: "Code",
}

var chineseCard = cardText{
	titles: map[link.Status]string{
		link.Complete:  "付款链接已支付",
		link.Delivered: "订单已送达",
		link.Returned:  "订单已退回",
		link.Cancelled: "付款链接已取消",
		link.Rejected:  "付款链接被拒绝",
	},
	testMark: "【测试】", view: "查看链接",
	amount: "金额", customer: "客户", phone: "电话", paidBy: "支付方式",
	commission: "手续费", reference: "商户订单号", code: "链接代码",
}
