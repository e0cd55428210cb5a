// Package feishu draws cards for the custom bots of Feishu and Lark: an
// interactive card (spec/pancake.md §10.6), in Chinese with times in UTC+8.
package feishu

import (
	"tillway/internal/id"
	"tillway/internal/webhook/format"
)

// Format implements format.Format.
type Format struct{}

var _ format.Format = Format{}

// Language is Chinese.
func (Format) Language() format.Language { return format.Chinese }

// message is the body.
type message struct {
	Type string `json:"msg_type"`
	Card card   `json:"card"`
}

type card struct {
	Header   header    `json:"header"`
	Elements []element `json:"elements"`
}

type header struct {
	Title    text   `json:"title"`
	Template string `json:"template"` // the colour
}

// text is plain_text, or lark_md, which is formatted.
type text struct {
	Tag     string `json:"tag"`
	Content string `json:"content"`
}

// element is a div with Text, an action with Actions, or a note with Elements.
type element struct {
	Tag      string   `json:"tag"`
	Text     *text    `json:"text,omitempty"`
	Actions  []button `json:"actions,omitempty"`
	Elements []text   `json:"elements,omitempty"`
}

type button struct {
	Tag  string `json:"tag"`
	Text text   `json:"text"`
	URL  string `json:"url"`
	Type string `json:"type"`
}

// Draw makes an interactive card.
func (f Format) Draw(neutral format.Card) ([]byte, error) {
	neutral = neutral.Clean(mostLines)
	drawn := format.Shrink(mostValue, func(room int) drawing { return draw(neutral, room) }, drawing.fits)
	return drawn.body, drawn.err
}

// Fill changes nothing: the address alone says whom the card is for.
func (Format) Fill(body []byte, _ id.Secret) []byte { return body }

// drawing is a body; its length in bytes is what counts.
type drawing struct {
	body []byte
	err  error
}

func (d drawing) fits() bool { return len(d.body) <= mostBytes }

func draw(neutral format.Card, room int) drawing {
	fit := func(markup format.Markup, content string, most int) string {
		sent, _ := markup.Fit(content, min(room, most))
		return sent
	}
	drawn := card{Header: header{
		Title: text{Tag: "plain_text", Content: fit(plain, neutral.Title, mostTitle)}, Template: templates[neutral.Tone],
	}}
	for _, line := range neutral.Lines {
		content := "**" + fit(larkMarkdown, line.Label, mostTitle) + "** " + fit(larkMarkdown, line.Value, mostValue)
		drawn.Elements = append(drawn.Elements, element{Tag: "div", Text: &text{Tag: "lark_md", Content: content}})
	}
	if neutral.Link.URL != "" {
		label := text{Tag: "plain_text", Content: fit(plain, neutral.Link.Label, mostTitle)}
		drawn.Elements = append(drawn.Elements, element{Tag: "action", Actions: []button{{Tag: "button", Text: label, URL: neutral.Link.URL, Type: "default"}}})
	}
	// A card needs an element, so a card without lines repeats its title here.
	note := neutral.Signature(format.Chinese)
	if note == "" && len(drawn.Elements) == 0 {
		note = neutral.Title
	}
	if note != "" {
		drawn.Elements = append(drawn.Elements, element{Tag: "note", Elements: []text{{Tag: "plain_text", Content: fit(plain, note, mostTitle)}}})
	}
	body, err := format.Encode(message{Type: "interactive", Card: drawn})
	return drawing{body: body, err: err}
}

// templates are the colours of a header.
var templates = map[format.Tone]string{
	format.Good: "green", format.Neutral: "blue", format.Warning: "orange", format.Bad: "red", "": "blue",
}
