package diddo

import (
	"strconv"
	"strings"
	"time"

	"tillway/internal/webhook/format"
)

// card draws an event for people, from the same wire values as its body, so
// that a chat never says anything else than the API. Facts that are absent on
// the wire have no line.
func (c Codec) card(event eventWire, storeName string, at time.Time, language format.Language) format.Card {
	say, data := cardWords(language), event.Data
	card := format.Card{Title: say.titles[event.Type], Tone: tones[event.Type], Footer: storeName, At: at}
	if !event.Livemode {
		card.Mark = say.testMark
	}
	lines := format.Lines{Card: &card}
	if data.Refund != nil {
		lines.Strong(say.refunded, data.Refund.Amount.DisplayValue)
		lines.Short(say.original, data.Amount.DisplayValue)
		lines.Short(say.reason, data.Refund.Reason)
	} else {
		lines.Strong(say.amount, data.Amount.DisplayValue)
		lines.Short(say.reason, say.reasonOf(data.Reason))
	}
	if data.Customer != nil {
		lines.Short(say.buyer, data.Customer.Email)
	}
	lines.Short(say.paidBy, say.methodOf(data.PaymentOption))
	if data.Failure != nil {
		lines.Short(say.failure, data.Failure.Message)
	}
	if order := data.orderTold; order != nil {
		card.Link = format.Link{Label: say.view, URL: c.orderPage(order.OrderID)}
		lines.Long(say.products, order.summary())
		lines.Short(say.orderNumber, order.OrderNumber)
		lines.Long(say.order, order.OrderID)
	}
	lines.Long(say.cart, data.CartID)
	return card
}

// summary lists what was sold.
func (o orderTold) summary() string {
	var sold []string
	for _, store := range o.Stores {
		for _, line := range store.CartLines {
			sold = append(sold, strconv.FormatInt(line.Quantity, 10)+" × "+line.Variant.Title)
		}
	}
	return strings.Join(sold, ", ")
}

// orderPage is where the operator finds the order, "" when nobody said where
// the server is.
func (c Codec) orderPage(order string) string {
	if c.PublicURL == "" {
		return ""
	}
	return strings.TrimRight(c.PublicURL, "/") + "/dashboard/orders/" + order
}

// tones says how each event should feel.
var tones = map[string]format.Tone{
	checkoutSucceeded: format.Good, orderSubmitted: format.Good, cartSubmitted: format.Good,
	checkoutInitialized: format.Neutral, checkoutInProgress: format.Neutral, refundIssued: format.Neutral,
	returnInitiated: format.Warning, checkoutCancelled: format.Warning, checkoutFailed: format.Bad,
}
