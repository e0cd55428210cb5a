package pancake

import (
	"strconv"
	"strings"
	"time"

	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// card draws an event for people, from the same wire values as its body, so
// that a chat never says anything else than the API. Facts that are absent on
// the wire have no line.
func (c Codec) card(event eventWire, at time.Time, language format.Language) format.Card {
	say, data := cardWords(language), event.Data
	card := format.Card{
		Title: say.titles[event.EventType], Tone: tones[event.EventType], Footer: event.StoreName, At: at,
		Link: format.Link{Label: say.view, URL: c.orderPage(data.OrderID)},
	}
	if event.Mode == string(pay.Test) {
		card.Mark = say.testMark
	}
	lines := cardLines{format.Lines{Card: &card}}
	label, amount := data.headline(say)
	lines.Strong(label, amount)
	lines.Short(data.productLabel(say), data.ProductName)
	lines.Short(say.buyer, data.buyer())
	lines.payment(say, data.paymentBlockWire)
	lines.subscription(say, data, language)
	lines.refund(say, data)
	lines.Long(say.order, data.OrderID)
	lines.Short(say.reference, data.OrderMerchantExternalID)
	lines.Short(say.refundReference, data.RefundMerchantExternalID)
	return card
}

// orderPage is where the operator finds the order, "" when nobody said where
// the server is.
func (c Codec) orderPage(order string) string {
	if c.PublicURL == "" {
		return ""
	}
	return strings.TrimRight(c.PublicURL, "/") + "/dashboard/orders/" + order
}

// cardLines appends what several events tell.
type cardLines struct{ format.Lines }

func (l cardLines) payment(say *cardText, block *paymentBlockWire) {
	if block == nil {
		return
	}
	l.Short(say.paidBy, say.paidWith(block.PaymentMethod, block.PaymentLast4))
	l.Short(say.failure, block.PaymentFailureReason)
}

func (l cardLines) subscription(say *cardText, data eventDataWire, language format.Language) {
	if data.PeriodNumber > 0 {
		l.Short(say.periodNumber, strconv.Itoa(data.PeriodNumber))
	}
	block := data.subscriptionBlockWire
	if block == nil {
		return
	}
	l.Short(say.period, block.CurrentPeriodStart+" – "+block.CurrentPeriodEnd)
	// What is not a time of this dialect is the zero time, which has no words.
	canceled, _ := time.Parse(wireTime, block.CanceledAt)
	l.Short(say.canceledAt, language.Time(canceled))
}

func (l cardLines) refund(say *cardText, data eventDataWire) {
	block := data.refundBlockWire
	if block == nil {
		return
	}
	l.Short(say.reason, say.reasonOf(block.RefundReason))
	l.Short(say.original, inCurrency(data.OriginalChargedAmount, data.Currency))
}

// headline is the amount that readers look for first, and what it is called.
func (d eventDataWire) headline(say *cardText) (label, amount string) {
	switch {
	case d.subscriptionBlockWire != nil:
		return say.price, say.every(inCurrency(d.Amount, d.Currency), d.BillingPeriod)
	case d.refundBlockWire != nil:
		return say.refunded, inCurrency(d.Amount, d.Currency)
	}
	return say.amount, inCurrency(d.Amount, d.Currency)
}

func (d eventDataWire) productLabel(say *cardText) string {
	if d.PeriodNumber > 0 {
		return say.plan
	}
	return say.product
}

// buyer is the address, and the merchant's own name for the buyer.
func (d eventDataWire) buyer() string {
	if d.MerchantProvidedBuyerIdentity == "" {
		return d.BuyerEmail
	}
	return d.BuyerEmail + " (" + d.MerchantProvidedBuyerIdentity + ")"
}

func inCurrency(amount, currency string) string {
	if amount == "" {
		return ""
	}
	return amount + " " + currency
}

// tones says how each event should feel.
var tones = map[string]format.Tone{
	orderCompleted: format.Good, paymentSucceeded: format.Good, subscriptionActivated: format.Good, subscriptionRenewed: format.Good,
	subscriptionRecovered: format.Good, subscriptionRestored: format.Good,
	planChanged: format.Neutral, planChangeScheduled: format.Neutral, subscriptionUpdated: format.Neutral, refundSucceeded: format.Neutral,
	subscriptionCanceling: format.Warning, subscriptionCanceled: format.Warning,
	planChangeFailed: format.Bad, subscriptionPastDue: format.Bad, refundFailed: format.Bad,
}
