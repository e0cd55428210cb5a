package cli

import (
	"context"
	"fmt"

	"tillway/internal/operator"
	"tillway/internal/webhook"
)

type webhookRemoveCommand struct {
	webhookOneFlags `embed:""`
}

// Run deletes a webhook. What waits for it is given up.
func (c *webhookRemoveCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var gone operator.RemovedWebhook
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		gone, err = o.RemoveWebhook(ctx, operator.RemoveWebhookIn{Webhook: webhook.EndpointID(c.Webhook)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, gone)
	}
	_, _ = fmt.Fprintf(s.Out, "Webhook %s of store %s (%s) is gone; it went to %s\n", gone.ID, gone.Store, gone.Environment, harmless(gone.URL))
	return nil
}
