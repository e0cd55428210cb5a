package webhook

import (
	"bytes"

	"tillway/internal/id"
)

// Fill makes of a stored body the one that is sent: what of the endpoint is
// sealed takes the place of its placeholder (DESIGN §2 step 3). It does not
// change the bytes it is given.
type Fill func(body []byte, secret id.Secret) []byte

// body is what is sent of the delivery.
func (s *sender) body(delivery Delivery) []byte {
	if fill, has := s.fills[delivery.Channel]; has {
		return fill(delivery.Body, delivery.Route.Secret)
	}
	return delivery.Body
}

// unfilled is an answer as it is logged: a destination may repeat what it was
// addressed by.
func (d Delivery) unfilled(answer []byte) []byte {
	if d.Route.Secret.IsZero() {
		return answer
	}
	return bytes.ReplaceAll(answer, []byte(d.Route.Secret.Reveal()), []byte(redactedValue))
}
