package operator

import (
	"context"
	"net/http"
)

func serveWebhookKeys(mux *http.ServeMux, o Operator) {
	serve(mux, "webhook-key-list", o.ListWebhookKeys)
	serve(mux, "webhook-key-rotate", o.RotateWebhookKey)
	serve(mux, "webhook-secret-rotate", o.RotateWebhookSecret)
}

// ListWebhookKeys implements Operator.
func (c *Client) ListWebhookKeys(ctx context.Context, in ListWebhookKeysIn) (WebhookKeys, error) {
	return call[WebhookKeys](ctx, c, "webhook-key-list", in)
}

// RotateWebhookKey implements Operator.
func (c *Client) RotateWebhookKey(ctx context.Context, in RotateWebhookKeyIn) (WebhookKey, error) {
	return call[WebhookKey](ctx, c, "webhook-key-rotate", in)
}

// RotateWebhookSecret implements Operator.
func (c *Client) RotateWebhookSecret(ctx context.Context, in RotateWebhookSecretIn) (WebhookSecret, error) {
	return call[WebhookSecret](ctx, c, "webhook-secret-rotate", in)
}
