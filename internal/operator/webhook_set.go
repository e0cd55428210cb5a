package operator

import (
	"context"
	"time"

	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// SetWebhookIn changes the settings of a webhook that are given.
type SetWebhookIn struct {
	Webhook       webhook.EndpointID     `json:"webhookId"`
	Description   *string                `json:"description,omitempty"`
	RatePerMinute *int                   `json:"ratePerMinute,omitempty"` // 0 is no limit
	Ordered       *bool                  `json:"ordered,omitempty"`
	Schedule      *webhook.ScheduleName  `json:"schedule,omitempty"` // "" is the dialect's
	Headers       *[]webhook.Header      `json:"headers,omitempty"`  // none removes them all
	State         *webhook.EndpointState `json:"state,omitempty"`
}

// WebhookSettings are what a webhook asks of the engine. Values of its headers
// are secrets and are not shown.
type WebhookSettings struct {
	ID            webhook.EndpointID    `json:"id"`
	Store         pay.StoreID           `json:"storeId"`
	Environment   pay.Env               `json:"environment"`
	Description   string                `json:"description"`
	RatePerMinute int                   `json:"ratePerMinute"`
	Ordered       bool                  `json:"ordered"`
	Schedule      webhook.ScheduleName  `json:"schedule"`
	HeaderNames   []string              `json:"headerNames"`
	State         webhook.EndpointState `json:"state"`
	// MissedSince is when the webhook was disabled or, if it was failing then,
	// began to fail: a recovery and a replay since then send all that it missed.
	// Absent unless the webhook was enabled by this call.
	MissedSince time.Time `json:"missedSince,omitzero"`
}

// SetWebhook changes a webhook's settings; what has been made for it already
// keeps its order and its retries. Enabling forgets that it was failing, and
// sends nothing that it missed: a recovery does.
// Errors: NotFound "webhook_not_found"; those of webhook.UpdateEndpoint.
func (s *Service) SetWebhook(ctx context.Context, in SetWebhookIn) (WebhookSettings, error) {
	update := webhook.UpdateEndpointIn{
		ID: in.Webhook, Description: in.Description, RatePerMinute: in.RatePerMinute, Ordered: in.Ordered,
		Schedule: in.Schedule, Headers: in.Headers, State: in.State, Signatures: s.SignatureHeaders, Now: s.Core.Now(),
	}
	for _, schedule := range webhook.Schedules() {
		if !schedule.Name.Single() {
			update.Schedules = append(update.Schedules, schedule.Name)
		}
	}
	return pay.Run(ctx, s.Core, s.setWebhook, update)
}

func (s *Service) setWebhook(ctx context.Context, tx pay.Tx, in webhook.UpdateEndpointIn) (WebhookSettings, error) {
	endpoints := s.Endpoints(tx.Records)
	before, err := endpoints.Endpoint(in.ID)
	if err != nil {
		return WebhookSettings{}, err
	}
	after, err := webhook.UpdateEndpoint(ctx, endpoints, in)
	if err != nil {
		return WebhookSettings{}, err
	}
	out := WebhookSettings{
		ID: after.ID, Store: pay.StoreID(after.Store), Environment: pay.Env(after.Env), Description: after.Description,
		RatePerMinute: after.RatePerMinute, Ordered: after.Ordered, Schedule: after.Schedule, HeaderNames: []string{}, State: after.State,
	}
	for _, header := range after.Headers {
		out.HeaderNames = append(out.HeaderNames, header.Name)
	}
	if before.State == webhook.Disabled && after.State == webhook.Active {
		out.MissedSince = before.DisabledAt
		if !before.FailingSince.IsZero() && before.FailingSince.Before(before.DisabledAt) {
			out.MissedSince = before.FailingSince
		}
	}
	return out, nil
}
