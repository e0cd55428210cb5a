// Package discord draws cards for Discord's channel webhooks: one embed
// (spec/pancake.md §10.6). Discord shows the time in each reader's own zone.
package discord

import (
	"tillway/internal/id"
	"tillway/internal/webhook/format"
)

// Format implements format.Format.
type Format struct{}

var _ format.Format = Format{}

// Language is English.
func (Format) Language() format.Language { return format.English }

// message is the body.
type message struct {
	Embeds          []embed  `json:"embeds"`
	AllowedMentions mentions `json:"allowed_mentions"`
}

// mentions with an empty list: nobody is called, whatever a text says.
type mentions struct {
	Parse []string `json:"parse"`
}

// embed has no url member of its own: Discord refuses a whole message whose
// embed names a host that it does not take for public, and only leaves a link
// in a description undrawn.
type embed struct {
	Title       string  `json:"title"`
	Description string  `json:"description,omitempty"`
	Color       int     `json:"color"`
	Fields      []field `json:"fields"`
	Footer      *footer `json:"footer,omitempty"`
	Timestamp   string  `json:"timestamp,omitempty"` // ISO 8601
}

type field struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

type footer struct {
	Text string `json:"text"`
}

// Draw makes one embed.
func (f Format) Draw(card format.Card) ([]byte, error) {
	card = card.Clean(mostFields)
	drawn := format.Shrink(mostValue, func(room int) drawing { return draw(card, room) }, drawing.fits)
	return format.Encode(message{Embeds: []embed{drawn.embed}, AllowedMentions: mentions{Parse: []string{}}})
}

// Fill changes nothing: the address alone says whom the card is for.
func (Format) Fill(body []byte, _ id.Secret) []byte { return body }

// drawing is an embed and what it counts.
type drawing struct {
	embed embed
	size  int
}

func (d drawing) fits() bool { return d.size <= mostText }

func draw(card format.Card, room int) drawing {
	d := drawing{}
	fit := func(markup format.Markup, text string, most int) string {
		sent, size := markup.Fit(text, min(room, most))
		d.size += size
		return sent
	}
	d.embed = embed{Title: fit(markdown, card.Title, mostName), Color: colours[card.Tone], Fields: []field{}}
	if card.Link.URL != "" {
		d.embed.Description = "[" + fit(markdown, card.Link.Label, mostName) + "](" + card.Link.URL + ")"
		d.size += len(card.Link.URL) + 4
	}
	for _, line := range card.Lines {
		value := fit(markdown, line.Value, mostValue-len("****"))
		if line.Strong {
			value = "**" + value + "**"
			d.size += len("****")
		}
		d.embed.Fields = append(d.embed.Fields, field{Name: fit(markdown, line.Label, mostName), Value: value, Inline: line.Short})
	}
	if card.Footer != "" {
		d.embed.Footer = &footer{Text: fit(plain, card.Footer, mostFooter)}
	}
	if !card.At.IsZero() {
		d.embed.Timestamp = card.At.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return d
}

// colours are numbers of red, green and blue.
var colours = map[format.Tone]int{
	format.Good: 0x2ecc71, format.Neutral: 0x3498db, format.Warning: 0xf1c40f, format.Bad: 0xe74c3c, "": 0x3498db,
}
