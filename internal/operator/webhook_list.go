package operator

import (
	"context"
	"time"

	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

// ListWebhooksIn names a store; without an environment both are listed.
type ListWebhooksIn struct {
	Store       pay.StoreID `json:"storeId"`
	Environment string      `json:"environment,omitempty"`
}

// WebhookList is a store's webhooks, oldest first in each environment.
type WebhookList struct {
	Webhooks []WebhookHealth `json:"webhooks"`
}

// WebhookHealth is a webhook and how it does.
type WebhookHealth struct {
	ID           webhook.EndpointID    `json:"id"`
	Store        pay.StoreID           `json:"storeId"`
	Environment  pay.Env               `json:"environment"`
	Channel      webhook.Channel       `json:"channel"`
	URL          string                `json:"url"` // of a chat scheme and host alone
	Description  string                `json:"description,omitempty"`
	Events       []webhook.EventType   `json:"events"`
	State        webhook.EndpointState `json:"state"`
	DisabledFor  webhook.DisabledFor   `json:"disabledFor,omitempty"`
	DisabledAt   time.Time             `json:"disabledAt,omitzero"`
	FailingSince time.Time             `json:"failingSince,omitzero"`
	Waiting      int                   `json:"waiting"` // counted to 10,000
	LastAt       time.Time             `json:"lastAttemptAt,omitzero"`
	LastStatus   int                   `json:"lastStatus,omitempty"`
	LastClass    webhook.Class         `json:"lastClass,omitempty"`
	LastReason   string                `json:"lastReason,omitempty"` // LastClass in words
	CreatedAt    time.Time             `json:"createdAt"`
	Notices      []WebhookNotice       `json:"notices"` // the latest, oldest first
}

// WebhookNotice is what its merchant should know of a webhook: that every
// attempt has failed for some time, or that it was disabled.
type WebhookNotice struct {
	Reason webhook.DisabledFor `json:"reason"`
	Level  int                 `json:"level"` // per cent of the span to disabling; 100: it was disabled
	Since  time.Time           `json:"since"`
	At     time.Time           `json:"at"`
}

// ListWebhooks lists a store's webhooks. It shows no secret.
// Errors: Invalid, naming the member; NotFound "store_not_found".
func (s *Service) ListWebhooks(ctx context.Context, in ListWebhooksIn) (WebhookList, error) {
	list := WebhookList{Webhooks: []WebhookHealth{}}
	envs := []string{in.Environment}
	if in.Environment == "" {
		envs = []string{string(pay.Test), string(pay.Prod)}
	}
	for _, env := range envs {
		scope, err := s.scope(ctx, in.Store, env)
		if err != nil {
			return list, err
		}
		found, err := s.Config.WebhookLog.Endpoints(ctx, scope)
		if err != nil {
			return list, err
		}
		for _, e := range found {
			notices, err := s.notices(ctx, e.ID)
			if err != nil {
				return list, err
			}
			list.Webhooks = append(list.Webhooks, WebhookHealth{
				ID: e.ID, Store: e.Store, Environment: e.Env, Channel: e.Channel, URL: e.URL, Description: e.Description, Events: e.Events,
				State: e.State, DisabledFor: e.DisabledFor, DisabledAt: e.DisabledAt, FailingSince: e.FailingSince, Waiting: e.Waiting,
				LastAt: e.LastAt, LastStatus: e.LastStatus, LastClass: e.LastClass, LastReason: report.ClassInWords(e.LastClass), CreatedAt: e.CreatedAt, Notices: notices,
			})
		}
	}
	return list, nil
}

func (s *Service) notices(ctx context.Context, id webhook.EndpointID) ([]WebhookNotice, error) {
	found, err := s.Recovery.Log.Notices(ctx, id)
	notices := make([]WebhookNotice, 0, len(found))
	for _, n := range found {
		notices = append(notices, WebhookNotice{Reason: n.Reason, Level: n.Level, Since: n.Since, At: n.At})
	}
	return notices, err
}
