package operator

import (
	"context"
	"time"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/webhook"
)

// ShowDeliveryIn names a delivery.
type ShowDeliveryIn struct {
	Delivery webhook.DeliveryID `json:"deliveryId"`
}

// DeliveryExchange is a delivery with everything that was said.
type DeliveryExchange struct {
	LoggedDelivery
	Scheme   webhook.Scheme       `json:"scheme"`
	Schedule webhook.ScheduleName `json:"schedule"`
	Headers  []HeaderLine         `json:"headers"` // of every request, beside what a try adds
	Body     Content              `json:"body"`    // the same in every try
	// Behind is the delivery whose end an ordered one sleeps for.
	Behind webhook.DeliveryID `json:"behindDeliveryId,omitempty"`
	Tries  []DeliveryTry      `json:"tries"` // the latest 200, oldest first
	Tried  int                `json:"tried"` // how many the log has
}

// DeliveryTry is one request and what came of it.
type DeliveryTry struct {
	Number    int           `json:"number"`
	StartedAt time.Time     `json:"startedAt"`
	URL       string        `json:"url"`
	Address   string        `json:"address,omitempty"` // that was connected to
	Timings   TryTimings    `json:"timings"`
	Request   []HeaderLine  `json:"requestHeaders"` // values that may be secret are [redacted]
	Status    int           `json:"status,omitempty"`
	Response  []HeaderLine  `json:"responseHeaders"`
	Body      Content       `json:"responseBody"` // its beginning
	Class     webhook.Class `json:"class,omitempty"`
	Reason    string        `json:"reason,omitempty"`
}

// TryTimings are in microseconds since the start, 0 where a stage was not
// reached or not needed.
type TryTimings struct {
	Resolved  int64 `json:"resolvedUs"`
	Connected int64 `json:"connectedUs"`
	Secured   int64 `json:"securedUs"`
	FirstByte int64 `json:"firstByteUs"`
	Total     int64 `json:"totalUs"`
}

// HeaderLine is one line of a header.
type HeaderLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Content is bytes: as text where they are UTF-8, in base64 otherwise.
type Content struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

func contentOf(raw []byte) Content {
	if utf8.Valid(raw) {
		return Content{Text: string(raw)}
	}
	return Content{Base64: raw}
}

// ShowDelivery shows one delivery of any store.
// Errors: Invalid "deliveryId", NotFound "delivery_not_found".
func (s *Service) ShowDelivery(ctx context.Context, in ShowDeliveryIn) (DeliveryExchange, error) {
	parsed, err := id.ParseUUID(string(in.Delivery))
	if err != nil {
		return DeliveryExchange{}, fault.From(err).WithField("deliveryId")
	}
	delivery := webhook.DeliveryID(parsed.String())
	scope, err := s.Config.WebhookLog.ScopeOf(ctx, delivery)
	if err != nil {
		return DeliveryExchange{}, err
	}
	found, err := s.Config.WebhookLog.Exchange(ctx, scope, delivery)
	if err != nil {
		return DeliveryExchange{}, err
	}
	shown := DeliveryExchange{
		LoggedDelivery: logged(found.LoggedDelivery), Scheme: found.Scheme, Schedule: found.Schedule,
		Headers: linesOf(found.Headers), Body: contentOf(found.Body),
		Behind: found.Behind, Tries: []DeliveryTry{}, Tried: found.Tried,
	}
	for _, t := range found.Tries {
		shown.Tries = append(shown.Tries, tryOf(t))
	}
	return shown, nil
}

func tryOf(t webhook.Attempt) DeliveryTry {
	return DeliveryTry{
		Number: t.Number, StartedAt: t.StartedAt, URL: t.URL, Address: t.Address,
		Timings: TryTimings{
			Resolved: t.Timings.Resolved.Microseconds(), Connected: t.Timings.Connected.Microseconds(),
			Secured: t.Timings.Secured.Microseconds(), FirstByte: t.Timings.FirstByte.Microseconds(), Total: t.Timings.Total.Microseconds(),
		},
		Request: linesOf(t.Request), Status: t.Status, Response: linesOf(t.ResponseHeaders), Body: contentOf(t.Response),
		Class: t.Class, Reason: t.Reason,
	}
}

func linesOf(header []webhook.Header) []HeaderLine {
	lines := make([]HeaderLine, len(header))
	for i, line := range header {
		lines[i] = HeaderLine(line)
	}
	return lines
}
