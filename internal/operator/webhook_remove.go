package operator

import (
	"context"

	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// RemoveWebhookIn names a webhook.
type RemoveWebhookIn struct {
	Webhook webhook.EndpointID `json:"webhookId"`
}

// RemovedWebhook is what a webhook was.
type RemovedWebhook struct {
	ID          webhook.EndpointID `json:"id"`
	Store       pay.StoreID        `json:"storeId"`
	Environment pay.Env            `json:"environment"`
	URL         string             `json:"url"` // as it may be shown
}

// RemoveWebhook deletes a webhook. What waits for it is given up; its log stays.
// Errors: NotFound "webhook_not_found".
func (s *Service) RemoveWebhook(ctx context.Context, in RemoveWebhookIn) (RemovedWebhook, error) {
	gone, err := pay.Run(ctx, s.Core, s.removeWebhook, in.Webhook)
	return RemovedWebhook{ID: gone.ID, Store: pay.StoreID(gone.Store), Environment: pay.Env(gone.Env), URL: gone.Shown()}, err
}

func (s *Service) removeWebhook(ctx context.Context, tx pay.Tx, endpoint webhook.EndpointID) (webhook.Endpoint, error) {
	return webhook.RemoveEndpoint(ctx, s.Endpoints(tx.Records), endpoint)
}
