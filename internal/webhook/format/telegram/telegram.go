// Package telegram draws cards for the Bot API's sendMessage: one text in HTML
// (spec/pancake.md §10.6). The endpoint's secret is the id of the chat: it is
// sealed, so that a stored body has a placeholder in its place.
package telegram

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"tillway/internal/id"
	"tillway/internal/webhook/format"
)

// Format implements format.Format.
type Format struct{}

var _ format.Format = Format{}

// Language is English, with times in UTC.
func (Format) Language() format.Language { return format.English }

// message is the body. The chat comes first: Fill finds it there, before any
// foreign text.
type message struct {
	Chat      string  `json:"chat_id"`
	Text      string  `json:"text"`
	ParseMode string  `json:"parse_mode"`
	Preview   preview `json:"link_preview_options"`
}

// preview is switched off: Telegram would fetch the page behind the link.
type preview struct {
	Disabled bool `json:"is_disabled"`
}

// Draw makes one text for a chat.
func (f Format) Draw(card format.Card) ([]byte, error) {
	card = card.Clean(mostLines)
	drawn := format.Shrink(mostText, func(room int) drawing { return draw(card, room) }, drawing.fits)
	return format.Encode(message{
		Chat: format.Placeholder, Text: drawn.text, ParseMode: "HTML", Preview: preview{Disabled: true},
	})
}

// chatMember is how a body begins.
const chatMember = `{"chat_id":`

// Fill addresses a body to the chat. Bodies that older versions stored name the
// chat of their birth, perhaps none: they, too, go to the present one.
func (Format) Fill(body []byte, chat id.Secret) []byte {
	named, drawn := bytes.CutPrefix(body, []byte(chatMember))
	end := bytes.IndexByte(named, ',') // no id of a chat has one
	if !drawn || end < 0 || chat.IsZero() {
		return body
	}
	quoted, _ := json.Marshal(chat.Reveal()) // a text always is JSON
	return slices.Concat([]byte(chatMember), quoted, named[end:])
}

// drawing is a text with tags, and what it counts once they are read.
type drawing struct {
	text string
	size int
}

func (d drawing) fits() bool { return d.size <= mostText }

func draw(card format.Card, room int) drawing {
	var text strings.Builder
	size := 0
	own := func(markup string, shown int) { text.WriteString(markup); size += shown }
	fit := func(foreign string) {
		sent, shown := html.Fit(foreign, room)
		own(sent, shown)
	}
	sign := signs[card.Tone]
	own(sign+" <b>", format.Units(sign)+1)
	fit(card.Title)
	own("</b>", 0)
	for _, line := range card.Lines {
		own("\n", 1)
		fit(line.Label)
		own(": ", 2)
		if line.Strong {
			own("<b>", 0)
		}
		fit(line.Value)
		if line.Strong {
			own("</b>", 0)
		}
	}
	if card.Link.URL != "" {
		own("\n<a href=\""+escape(card.Link.URL)+"\">", 1)
		fit(card.Link.Label)
		own("</a>", 0)
	}
	if signature := card.Signature(format.English); signature != "" {
		own("\n<i>", 1)
		fit(signature)
		own("</i>", 0)
	}
	return drawing{text: text.String(), size: size}
}

// signs stand in for colours, of which a Telegram message has none.
var signs = map[format.Tone]string{
	format.Good: "✅", format.Neutral: "ℹ️", format.Warning: "⚠️", format.Bad: "❌", "": "ℹ️",
}
