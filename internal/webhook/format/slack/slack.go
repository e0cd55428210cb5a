// Package slack draws cards for Slack's incoming webhooks, and for what speaks
// like them: one attachment with fields (spec/pancake.md §10.6).
package slack

import (
	"strings"

	"tillway/internal/id"
	"tillway/internal/webhook/format"
)

// Format implements format.Format.
type Format struct{}

var _ format.Format = Format{}

// Language is English, with times in UTC.
func (Format) Language() format.Language { return format.English }

// message is the body. What Slack does not name it ignores.
type message struct {
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Color      string   `json:"color"`
	Fallback   string   `json:"fallback"` // of notifications and clients that show no attachments
	Title      string   `json:"title"`
	TitleLink  string   `json:"title_link,omitempty"`
	Fields     []field  `json:"fields"`
	Footer     string   `json:"footer,omitempty"`
	MarkdownIn []string `json:"mrkdwn_in"`
}

type field struct {
	Title string `json:"title"`
	Value string `json:"value"`
	Short bool   `json:"short"`
}

// Draw makes one attachment.
func (f Format) Draw(card format.Card) ([]byte, error) {
	card = card.Clean(mostLines)
	drawn := format.Shrink(mostValue, func(room int) drawing { return draw(card, room) }, drawing.fits)
	return format.Encode(message{Attachments: []attachment{drawn.attachment}})
}

// Fill changes nothing: the address alone says whom the card is for.
func (Format) Fill(body []byte, _ id.Secret) []byte { return body }

// drawing is an attachment and how many characters it has.
type drawing struct {
	attachment attachment
	size       int
}

func (d drawing) fits() bool { return d.size <= mostText }

func draw(card format.Card, room int) drawing {
	d := drawing{}
	fit := func(markup format.Markup, text string, most int) string {
		sent, size := markup.Fit(text, min(room, most))
		d.size += size
		return sent
	}
	d.attachment = attachment{
		Color: colours[card.Tone], Title: fit(plain, card.Title, mostTitle), TitleLink: card.Link.URL,
		Footer: fit(plain, card.Signature(format.English), mostFooter), MarkdownIn: []string{"fields"}, Fields: []field{},
	}
	d.attachment.Fallback = d.attachment.Title
	for _, line := range card.Lines {
		value := fit(mrkdwn, line.Value, mostValue)
		if line.Strong && !strings.ContainsAny(value, "*\n") {
			value = "*" + value + "*"
		}
		d.attachment.Fields = append(d.attachment.Fields, field{Title: fit(plain, line.Label, mostTitle), Value: value, Short: line.Short})
	}
	if card.Link.URL != "" {
		label := fit(mrkdwn, card.Link.Label, mostTitle)
		d.attachment.Fields = append(d.attachment.Fields, field{Value: "<" + entities(card.Link.URL) + "|" + label + ">"})
	}
	return d
}

// colours are Slack's own.
var colours = map[format.Tone]string{
	format.Good: "#2eb67d", format.Neutral: "#36c5f0", format.Warning: "#ecb22e", format.Bad: "#e01e5a", "": "#36c5f0",
}
