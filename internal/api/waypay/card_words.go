package waypay

import (
	"tillway/internal/intent"
	"tillway/internal/webhook/format"
)

// cardText is all that cards say in one language.
type cardText struct {
	titles   map[intent.Status]string
	statuses map[intent.Status]string // as a value

	testMark, view                          string
	amount, description, was, reason, buyer string
	transaction, reference                  string
}

func cardWords(language format.Language) *cardText {
	if language == format.Chinese {
		return &chineseCard
	}
	return &englishCard
}

var englishCard = cardText{
	titles: map[intent.Status]string{
		intent.Pending: "Payment pending", intent.InProgress: "Payment in progress", intent.Completed: "Payment completed",
		intent.Failed: "Payment failed", intent.Cancelled: "Payment cancelled", intent.Expired: "Payment expired",
		intent.RefundRequested: "Refund requested", intent.RefundFailed: "Refund failed", intent.Refunded: "Payment refunded",
	},
	statuses: map[intent.Status]string{
		intent.Pending: "Pending", intent.InProgress: "In progress", intent.Completed: "Completed", intent.Failed: "Failed",
		intent.Cancelled: "Cancelled", intent.Expired: "Expired", intent.RefundRequested: "Refund requested",
		intent.RefundFailed: "Refund failed", intent.Refunded: "Refunded",
	},
	testMark: "[Test] ", view: "View transaction",
	amount: "Amount", description: "Description", was: "Was", reason: "Reason", buyer: "Buyer",
	transaction: "Transaction", reference: "Your reference",
}

var chineseCard = cardText{
	titles: map[intent.Status]string{
		intent.Pending: "待付款", intent.InProgress: "付款处理中", intent.Completed: "付款成功",
		intent.Failed: "付款失败", intent.Cancelled: "付款已取消", intent.Expired: "付款已过期",
		intent.RefundRequested: "已申请退款", intent.RefundFailed: "退款失败", intent.Refunded: "已退款",
	},
	statuses: map[intent.Status]string{
		intent.Pending: "待付款", intent.InProgress: "处理中", intent.Completed: "已完成", intent.Failed: "失败",
		intent.Cancelled: "已取消", intent.Expired: "已过期", intent.RefundRequested: "已申请退款",
		intent.RefundFailed: "退款失败", intent.Refunded: "已退款",
	},
	testMark: "【测试】", view: "查看交易",
	amount: "金额", description: "说明", was: "原状态", reason: "原因", buyer: "买家",
	transaction: "交易号", reference: "商户订单号",
}
