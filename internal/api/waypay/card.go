package waypay

import (
	"strings"
	"time"

	"tillway/internal/intent"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// card draws a change of status for people. Facts that are absent have no line.
func (c Codec) card(change intent.Snapshot, env pay.Env, at time.Time, language format.Language) format.Card {
	say := cardWords(language)
	card := format.Card{
		Title: say.titles[change.Status], Tone: tones[change.Status], Footer: change.StoreName, At: at,
		Link: format.Link{Label: say.view, URL: c.transactionPage(change)},
	}
	if env == pay.Test {
		card.Mark = say.testMark
	}
	lines := format.Lines{Card: &card}
	lines.Add(format.Line{
		Label: say.amount, Value: change.Amount.String() + " " + string(change.Amount.Currency()), Short: true, Strong: true,
	})
	lines.Short(say.description, change.Description)
	lines.Short(say.was, say.statuses[change.Before])
	lines.Short(say.reason, change.Reason)
	if told := change.Customer; told != nil {
		lines.Short(say.buyer, buyerOf(*told))
	}
	lines.Long(say.transaction, change.TxnRef)
	lines.Short(say.reference, change.Reference.OrderRef)
	return card
}

// transactionPage is where the operator finds the transaction, "" when nobody
// said where the server is.
func (c Codec) transactionPage(change intent.Snapshot) string {
	if c.PublicURL == "" {
		return ""
	}
	return strings.TrimRight(c.PublicURL, "/") + "/dashboard/transactions/" + string(change.Transaction)
}

// buyerOf names the buyer as well as is known.
func buyerOf(told intent.Customer) string {
	var known []string
	for _, member := range []*string{told.Name, told.Phone, told.Email} {
		if member != nil {
			known = append(known, *member)
		}
	}
	return strings.Join(known, ", ")
}

// tones says how each status should feel.
var tones = map[intent.Status]format.Tone{
	intent.Completed: format.Good, intent.InProgress: format.Neutral, intent.Refunded: format.Neutral,
	intent.RefundRequested: format.Warning, intent.Cancelled: format.Warning, intent.Expired: format.Warning,
	intent.Failed: format.Bad, intent.RefundFailed: format.Bad, intent.Pending: format.Neutral,
}
