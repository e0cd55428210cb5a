package wayl

import (
	"strings"
	"time"

	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook/format"
)

// card draws an event for people, from the same snapshot as its body, so that a
// chat never says anything else than the API. Facts that are absent have no line.
func (c Codec) card(s link.Snapshot, name string, env pay.Env, at time.Time, language format.Language) format.Card {
	say := cardWords(language)
	card := format.Card{Title: say.titles[s.Status], Tone: tones[s.Status], Footer: s.StoreName, At: at}
	if name == orderCreated {
		card.Title, card.Tone = say.titles[link.Complete], format.Good
	}
	if env == pay.Test {
		card.Mark = say.testMark
	}
	if c.PublicURL != "" {
		card.Link = format.Link{Label: say.view, URL: strings.TrimRight(c.PublicURL, "/") + "/dashboard/links/" + string(s.ID)}
	}
	lines := format.Lines{Card: &card}
	lines.Add(format.Line{Label: say.amount, Value: inDinars(s.Total), Short: true, Strong: true})
	lines.Add(format.Line{Label: say.customer, Value: s.Customer.Name, Short: true})
	lines.Add(format.Line{Label: say.phone, Value: s.Customer.Phone, Short: true})
	if s.Method != "" {
		lines.Add(format.Line{Label: say.paidBy, Value: methodOf(s.Method), Short: true})
	}
	if !s.Commission.IsZero() {
		lines.Add(format.Line{Label: say.commission, Value: string(roundedDinars(s.Commission)) + " " + string(s.Commission.Currency()), Short: true})
	}
	lines.Add(format.Line{Label: say.reference, Value: s.Reference})
	lines.Add(format.Line{Label: say.code, Value: s.Code, Short: true})
	return card
}

func inDinars(amount money.Amount) string {
	return string(dinarsOf(amount)) + " " + string(amount.Currency())
}

// tones says how each status should feel.
var tones = map[link.Status]format.Tone{
	link.Complete: format.Good, link.Delivered: format.Good, link.Returned: format.Neutral,
	link.Cancelled: format.Warning, link.Rejected: format.Bad,
}
