// Package format draws what people are told of an event as the message of a
// chat (spec/pancake.md §10.6). A Card is neutral: what happened, in lines. Each
// sub-package draws a Card into the body of one destination and owns that
// destination's limits and its rule of success.
//
// A text of any length and of any characters becomes a body that the
// destination accepts: what is too long is shortened, what the destination
// would read as markup is escaped. A delivery never fails because of a name.
//
// It knows the types of package webhook, and no payment, order or store.
package format

import (
	"bytes"
	"encoding/json"
	"time"

	"tillway/internal/id"
)

// Format draws for one kind of destination. It keeps nothing and is safe for
// concurrent use.
type Format interface {
	// Language is what the people there read.
	Language() Language
	// Draw makes the body of a request as it is stored: where the destination is
	// addressed by the endpoint's secret, Placeholder stands in its place. Equal
	// cards give equal bytes.
	Draw(card Card) ([]byte, error)
	// Fill makes of a stored body the one that is sent; see webhook.Fill.
	Fill(body []byte, secret id.Secret) []byte
	// Verdict is the destination's rule of success; see webhook.Verdict.
	Verdict(status int, body []byte) (refusal string)
}

// Placeholder stands in a stored body for what is sealed.
const Placeholder = "[redacted]"

// ContentType is that of every body that is drawn.
const ContentType = "application/json"

// Language is one that cards are written in.
type Language string

// The languages of cards.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// beijing is the zone of Chinese times: UTC+8, without summer time.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Time writes a time as readers of the language expect it from this product: in
// UTC for English, in UTC+8 for Chinese. The zero time is "".
func (l Language) Time(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case l == Chinese:
		return t.In(beijing).Format("2006-01-02 15:04:05") + " (UTC+8)"
	}
	return t.UTC().Format("2 Jan 2006, 15:04:05") + " UTC"
}

// Encode writes a body as JSON without a line break, and leaves <, > and & as
// they are: destinations count bytes.
func Encode(body any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}
