package pancake

import (
	"encoding/json"
	"time"

	"tillway/internal/pay"
)

// fromSale is the data of a one-time payment.
func fromSale(sale pay.Sale) eventDataWire {
	payment, list := sale.Payment, fromQuote(sale.Order.Quote)
	data := fromOrder(sale)
	data.ChargedAmount, data.ListPrice = payment.Charged.String(), &list
	data.paymentBlockWire = &paymentBlockWire{
		PaymentID: string(payment.ID), PaymentStatus: string(payment.Status), PaymentMethod: string(payment.Method),
		PaymentLast4: payment.Receipt.Last4, PaymentFailureReason: string(payment.Failure), PaymentDate: dateOf(payment.PaidAt),
	}
	data.price(sale.Order.Quote, payment.Charged.String())
	return data
}

// fromRefund is the data of a refund of a one-time payment. One that failed
// moved nothing, so that it has no refundedAmount; amount is what was asked.
func fromRefund(sale pay.Sale, refund pay.Refund) eventDataWire {
	original := fromQuote(sale.Order.Quote)
	data := fromOrder(sale)
	data.RefundMerchantExternalID = refund.ExternalID
	data.OriginalPayment, data.OriginalChargedAmount = &original, sale.Payment.Charged.String()
	if refund.State == pay.RefundSucceeded {
		data.RefundedAmount = refund.Amount.String()
	}
	data.refundBlockWire = &refundBlockWire{
		RefundStatus: string(refund.State), RefundReason: refund.Reason, RefundCreatedAt: timeOf(refund.CreatedAt),
	}
	data.price(sale.Order.Quote, refund.Amount.String())
	return data
}

// fromOrder is what every event says of a one-time order.
func fromOrder(sale pay.Sale) eventDataWire {
	order := sale.Order
	return eventDataWire{
		OrderID: string(order.ID), OrderStatus: string(order.Status), BuyerEmail: order.BuyerEmail,
		MerchantProvidedBuyerIdentity: order.Identity, OrderMerchantExternalID: order.ExternalID,
		BillingDetail: fromBilling(order.Billing), OrderMetadata: rawOrNull(order.Metadata),
		ProductName: sale.ProductName, ProductDescription: sale.Description, ProductMetadata: rawOrNull(sale.Metadata),
	}
}

// price fills the members that older integrations read: the event's own amount,
// and the parts of the quote.
func (d *eventDataWire) price(quote pay.Quote, amount string) {
	d.Currency = string(quote.Total.Currency())
	d.Amount, d.Subtotal, d.Total = amount, quote.Subtotal.String(), quote.Total.String()
	d.TaxAmount, d.TaxRate, d.TaxName = quote.Tax.String(), json.Number(quote.Rate.Rate.Fraction()), quote.Rate.Name
}

func fromQuote(quote pay.Quote) breakdownWire {
	return breakdownWire{
		Total: quote.Total.String(), Subtotal: quote.Subtotal.String(), TaxAmount: quote.Tax.String(),
		TaxRate: json.Number(quote.Rate.Rate.Percent()), TaxName: quote.Rate.Name,
	}
}

// eventID names what happened (spec/pancake.md §10.4): the payment, the refund,
// or the order, with the end of the period or with the time where one order can
// tell the same more than once. refund is "" for anything else.
func (d eventDataWire) eventID(name, refund string, at time.Time) string {
	switch name {
	case orderCompleted, paymentSucceeded:
		return d.PaymentID
	case refundSucceeded, refundFailed:
		return refund
	case subscriptionActivated, subscriptionCanceled:
		return d.OrderID
	case subscriptionRenewed:
		return d.OrderID + "-renewed-" + d.CurrentPeriodEnd
	}
	return d.OrderID + "-" + timeOf(at)
}
