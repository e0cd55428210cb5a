package operator

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// WebhookLogIn asks for a page of a store's deliveries, newest first. Every
// member that is set leaves fewer.
type WebhookLogIn struct {
	Store       pay.StoreID        `json:"storeId"`
	Environment string             `json:"environment"` // test or prod
	Webhook     webhook.EndpointID `json:"webhookId,omitempty"`
	EventType   webhook.EventType  `json:"eventType,omitempty"`
	State       webhook.State      `json:"state,omitempty"`
	Status      *int               `json:"status,omitempty"` // of the last attempt; 0 is no answer
	Class       webhook.Class      `json:"class,omitempty"`
	Order       string             `json:"orderId,omitempty"`
	Origin      webhook.Origin     `json:"origin,omitempty"`
	Since       time.Time          `json:"since,omitzero"`
	Until       time.Time          `json:"until,omitzero"`
	Limit       int                `json:"limit,omitempty"` // 50 when zero, 100 at most
	After       string             `json:"after,omitempty"` // Next of the page before
}

// LoggedDelivery is a delivery as lists show it.
type LoggedDelivery struct {
	ID          webhook.DeliveryID `json:"id"`
	Store       pay.StoreID        `json:"storeId"`
	Environment pay.Env            `json:"environment"`
	Webhook     webhook.EndpointID `json:"webhookId,omitempty"` // may have been removed since
	Channel     webhook.Channel    `json:"channel"`
	Origin      webhook.Origin     `json:"origin"`
	EventID     string             `json:"eventId"`
	EventType   webhook.EventType  `json:"eventType"`
	EventKey    string             `json:"eventKey"`
	Subject     string             `json:"subject,omitempty"`
	URL         string             `json:"url"`
	Called      bool               `json:"cameWithRequest,omitempty"` // URL did; there is no webhook
	State       webhook.State      `json:"state"`
	Attempts    int                `json:"attempts"`
	NextTry     time.Time          `json:"nextTryAt,omitzero"`
	Sending     bool               `json:"sending,omitempty"`
	LastAt      time.Time          `json:"lastAttemptAt,omitzero"`
	LastStatus  int                `json:"lastStatus,omitempty"`
	LastClass   webhook.Class      `json:"lastClass,omitempty"`
	LastReason  string             `json:"lastReason,omitempty"` // LastClass in words
	BodySize    int                `json:"bodySize"`
	CreatedAt   time.Time          `json:"createdAt"`
}

// WebhookLogPage is one page of deliveries.
type WebhookLogPage struct {
	Deliveries []LoggedDelivery `json:"deliveries"`
	Next       string           `json:"next,omitempty"` // After of the following page
	// Incomplete says that the page ended because so many rows had been looked
	// at: there may be more behind Next.
	Incomplete bool `json:"incomplete,omitempty"`
}

// WebhookLog lists deliveries.
// Errors: Invalid, naming the member; NotFound "store_not_found".
func (s *Service) WebhookLog(ctx context.Context, in WebhookLogIn) (WebhookLogPage, error) {
	page := WebhookLogPage{Deliveries: []LoggedDelivery{}}
	scope, err := s.scope(ctx, in.Store, in.Environment)
	if err != nil {
		return page, err
	}
	after, err := report.ParseCursor(in.After)
	if err != nil {
		return page, err
	}
	found, err := report.ListDeliveries(ctx, s.Config.WebhookLog, scope, report.DeliveryQuery{
		Endpoint: in.Webhook, EventType: in.EventType, State: in.State, Status: in.Status, Class: in.Class, Subject: in.Order,
		Origin: in.Origin, Since: in.Since, Until: in.Until, After: after, Limit: in.Limit,
	})
	for _, delivery := range found.Deliveries {
		page.Deliveries = append(page.Deliveries, logged(delivery))
	}
	page.Next, page.Incomplete = found.Next.String(), found.Incomplete
	return page, err
}

func logged(d report.LoggedDelivery) LoggedDelivery {
	return LoggedDelivery{
		ID: d.ID, Store: d.Store, Environment: d.Env, Webhook: d.Endpoint, Channel: d.Channel, Origin: d.Origin,
		EventID: d.EventID, EventType: d.EventType, EventKey: d.EventKey, Subject: d.Subject, URL: d.URL, Called: d.Called(),
		State: d.State, Attempts: d.Attempts, NextTry: d.NextTry, Sending: d.Sending,
		LastAt: d.LastAt, LastStatus: d.LastStatus, LastClass: d.LastClass, LastReason: report.ClassInWords(d.LastClass),
		BodySize: d.BodySize, CreatedAt: d.CreatedAt,
	}
}

// scope is a store and environment that the operator names; a deleted store's
// log is still there to be read.
// Errors: Invalid, NotFound "store_not_found".
func (s *Service) scope(ctx context.Context, store pay.StoreID, env string) (report.Scope, error) {
	parsed, err := pay.ParseEnv(env)
	if err != nil {
		return report.Scope{}, err
	}
	scope := report.Scope{Store: store, Env: parsed}
	if _, err := id.Parse(id.Store, string(store)); err != nil {
		return scope, fault.From(err).WithField("storeId")
	}
	return scope, s.Core.View(ctx, func(r pay.Records) error {
		_, err := r.StoreEver(store)
		return err
	})
}

// UnmatchedEventsIn asks for a page of a store's events, newest first.
type UnmatchedEventsIn struct {
	Store       pay.StoreID `json:"storeId"`
	Environment string      `json:"environment"` // test or prod
	Since       time.Time   `json:"since,omitzero"`
	Until       time.Time   `json:"until,omitzero"`
	Limit       int         `json:"limit,omitempty"` // 50 when zero, 100 at most
	After       string      `json:"after,omitempty"` // Next of the page before
}

// UnmatchedEvent is an event that was born without a delivery.
type UnmatchedEvent struct {
	ID        pay.EventID   `json:"id"`
	Type      pay.EventType `json:"type"`
	Key       string        `json:"key"`
	Reason    report.Unsent `json:"reason"`
	SentSince bool          `json:"sentSince"` // somebody had it delivered after all
	At        time.Time     `json:"createdAt"`
}

// UnmatchedEvents is one page of them; Next and Incomplete are WebhookLogPage's.
type UnmatchedEvents struct {
	Events     []UnmatchedEvent `json:"events"`
	Next       string           `json:"next,omitempty"`
	Incomplete bool             `json:"incomplete,omitempty"`
}

// UnmatchedEvents lists events of which nobody was told when they happened.
// Errors: Invalid, naming the member; NotFound "store_not_found".
func (s *Service) UnmatchedEvents(ctx context.Context, in UnmatchedEventsIn) (UnmatchedEvents, error) {
	page := UnmatchedEvents{Events: []UnmatchedEvent{}}
	scope, err := s.scope(ctx, in.Store, in.Environment)
	if err != nil {
		return page, err
	}
	after, err := report.ParseCursor(in.After)
	if err != nil {
		return page, err
	}
	found, err := report.ListUnmatched(ctx, s.Config.WebhookLog, scope, report.EventQuery{
		Since: in.Since, Until: in.Until, After: after, Limit: in.Limit,
	})
	for _, e := range found.Events {
		page.Events = append(page.Events, UnmatchedEvent{ID: e.ID, Type: e.Type, Key: e.Key, Reason: e.Reason, SentSince: e.SentSince, At: e.At})
	}
	page.Next, page.Incomplete = found.Next.String(), found.Incomplete
	return page, err
}
