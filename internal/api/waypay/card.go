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
	lines := cardLines{card: &card}
	lines.add(format.Line{
		Label: say.amount, Value: change.Amount.String() + " " + string(change.Amount.Currency()), Short: true, Strong: true,
	})
	lines.short(say.description, change.Description)
	lines.short(say.was, say.statuses[change.Before])
	lines.short(say.reason, change.Reason)
	if told := change.Customer; told != nil {
		lines.short(say.buyer, buyerOf(*told))
	}
	lines.long(say.transaction, change.TxnRef)
	lines.short(say.reference, change.Reference.OrderRef)
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

// cardLines appends lines to a card; a fact without a value has none.
type cardLines struct{ card *format.Card }

func (l cardLines) add(line format.Line) {
	if line.Value != "" {
		l.card.Lines = append(l.card.Lines, line)
	}
}

func (l cardLines) short(label, value string) {
	l.add(format.Line{Label: label, Value: value, Short: true})
}

func (l cardLines) long(label, value string) { l.add(format.Line{Label: label, Value: value}) }

// tones says how each status should feel.
var tones = map[intent.Status]format.Tone{
	intent.Completed: format.Good, intent.InProgress: format.Neutral, intent.Refunded: format.Neutral,
	intent.RefundRequested: format.Warning, intent.Cancelled: format.Warning, intent.Expired: format.Warning,
	intent.Failed: format.Bad, intent.RefundFailed: format.Bad, intent.Pending: format.Neutral,
}
