package fanout

import (
	"cmp"

	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// content is one message in its two forms, of which an endpoint gets one.
type content struct {
	raw  func() (body []byte, headers map[string]string, err error)
	card func(format.Language) (format.Card, error)
}

// draw makes the body that the endpoint's channel expects: a chat's from the
// card, any other's as the dialect writes it.
func (f *Fanout) draw(endpoint webhook.Endpoint, message content) (body []byte, headers []webhook.Header, err error) {
	if !endpoint.Channel.Chat() {
		body, lines, err := message.raw()
		return body, ordered(lines), err
	}
	drawer := f.config.Formats[endpoint.Channel]
	card, err := message.card(drawer.Language())
	if err != nil {
		return nil, nil, err
	}
	body, err = drawer.Draw(card)
	return body, []webhook.Header{{Name: "Content-Type", Value: format.ContentType}}, err
}

// birth is how a delivery of the dialect travels to the endpoint. Chats cannot
// check a signature and get none.
func (d Dialect) birth(endpoint webhook.Endpoint) webhook.Birth {
	birth := webhook.Birth{Endpoint: endpoint, Schedule: cmp.Or(endpoint.Schedule, d.Schedule)}
	switch {
	case endpoint.Channel.Chat():
	case endpoint.Scheme != "":
		birth.Scheme, birth.KeyName = endpoint.Scheme, string(endpoint.ID)
	default:
		birth.Scheme = d.Scheme
	}
	return birth
}
