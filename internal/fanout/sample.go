package fanout

import (
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
)

// SampleIn asks for a delivery of a sample.
type SampleIn struct {
	ID        webhook.DeliveryID
	Endpoint  webhook.Endpoint
	StoreName string
	Event     webhook.EventType
	Now       time.Time // wall time, and the time of the event
}

// Sample makes a delivery of a sample of an event, as an event that happened
// would be delivered to the endpoint: in its dialect and its channel's format,
// signed with its key. It is marked as a test and never retried. Nothing is
// written. Errors: Invalid event "unknown_event"; State "channel_not_drawn" of
// an endpoint that nobody writes for.
func (f *Fanout) Sample(in SampleIn) (webhook.Delivery, error) {
	dialect, known := f.dialect(in.Endpoint)
	if !known {
		return webhook.Delivery{}, fault.New(fault.State, "channel_not_drawn", "There is no format for channel "+string(in.Endpoint.Channel)+" of dialect "+string(in.Endpoint.Dialect))
	}
	sample := webhook.SampleIn{
		Delivery: in.ID, Store: in.Endpoint.Store, StoreName: in.StoreName, Env: in.Endpoint.Env, At: in.Now,
	}
	body, headers, err := f.draw(in.Endpoint, content{
		raw: func() ([]byte, map[string]string, error) {
			return dialect.Codec.Sample(string(in.Event), sample)
		},
		card: func(language format.Language) (format.Card, error) {
			return dialect.Codec.SampleCard(string(in.Event), sample, language)
		},
	})
	if err != nil {
		return webhook.Delivery{}, err
	}
	birth := dialect.birth(in.Endpoint)
	birth.ID, birth.Owner, birth.Now = in.ID, f.config.Owner, in.Now
	birth.EventType, birth.Origin, birth.Schedule = in.Event, webhook.FromTest, webhook.OnceLike(birth.Schedule)
	birth.Headers, birth.Body = headers, body
	return birth.Delivery(), nil
}
