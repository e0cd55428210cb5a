package pancake

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// errWebhookNotFound is the answer to an endpoint that is not of this dialect,
// and to a listener, which only its own stream changes.
var errWebhookNotFound = fault.New(fault.NotFound, "webhook_not_found", "Webhook not found")

// webhookUpdate is the input of updateWebhook.
type webhookUpdate struct {
	actor    pay.Actor
	endpoint webhook.UpdateEndpointIn
}

// Validate judges the endpoint.
func (in webhookUpdate) Validate() error { return in.endpoint.Validate() }

func (d *dialect) toWebhookUpdate(ctx context.Context, call *api.Call, wire updateWebhookWire) (webhookUpdate, error) {
	webhookID, err := toWebhookID(wire.ID)
	if err != nil {
		return webhookUpdate{}, err
	}
	in := webhookUpdate{actor: call.Actor(), endpoint: webhook.UpdateEndpointIn{ID: webhookID, Now: call.At}}
	if wire.Events != nil {
		names, err := toEventTypes(*wire.Events)
		if err != nil {
			return webhookUpdate{}, err
		}
		in.endpoint.Events = &names
	}
	if wire.Secret.Given {
		secret := id.Secret(wire.Secret.OrZero())
		in.endpoint.Secret = &secret
	}
	// Channel and environment, which say what an address may be, never change;
	// so they may be read before the transaction that makes the change.
	var present webhook.Endpoint
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		present, err = d.administered(r, call.Actor(), webhookID)
		return err
	})
	if err != nil {
		return webhookUpdate{}, err
	}
	return in, d.aim(ctx, &in.endpoint, present, wire.URL)
}

// aim checks address and secret together, as they will be, and vets a new address.
func (d *dialect) aim(ctx context.Context, in *webhook.UpdateEndpointIn, present webhook.Endpoint, rawURL *string) error {
	address, secret := present.URL, present.Secret
	if rawURL != nil {
		address = *rawURL
	}
	if in.Secret != nil {
		secret = *in.Secret
	}
	address, err := webhook.ChannelAddress(present.Channel, address, secret)
	if err != nil || rawURL == nil {
		return err
	}
	target, err := webhook.VetTarget(ctx, d.targets(pay.Env(present.Env)), address)
	in.Target = &target
	return err
}

func toWebhookID(raw string) (webhook.EndpointID, error) {
	if err := require(text("id", raw)); err != nil {
		return "", err
	}
	parsed, err := id.ParseUUID(raw)
	if err != nil {
		return "", fault.From(err).WithField("id")
	}
	return webhook.EndpointID(parsed.String()), nil
}

// administered finds an endpoint of a store that the merchant administers.
// Errors: errWebhookNotFound, pay.ErrStoreNotFound, pay.ErrNoStoreAccess.
func (d *dialect) administered(r pay.Records, actor pay.Actor, webhookID webhook.EndpointID) (webhookEndpoint, error) {
	endpoint, err := d.endpoints(r).Endpoint(webhookID)
	switch {
	case fault.Is(err, fault.NotFound):
		return webhookEndpoint{}, errWebhookNotFound
	case err != nil:
		return webhookEndpoint{}, err
	case endpoint.Dialect != Name || endpoint.Channel == webhook.Listener:
		return webhookEndpoint{}, errWebhookNotFound
	}
	store := pay.StoreID(endpoint.Store)
	if _, err := r.Store(store); err != nil {
		return webhookEndpoint{}, err
	}
	return endpoint, pay.Permit(r, actor, store, pay.Admin)
}

// updateWebhook changes an endpoint. What waits for a retry goes to its new address.
func (d *dialect) updateWebhook(ctx context.Context, tx pay.Tx, in webhookUpdate) (webhookEndpoint, error) {
	if _, err := d.administered(tx.Records, in.actor, in.endpoint.ID); err != nil {
		return webhookEndpoint{}, err
	}
	return webhook.UpdateEndpoint(ctx, d.endpoints(tx.Records), in.endpoint)
}

// webhookRemoval is the input of removeWebhook.
type webhookRemoval struct {
	actor pay.Actor
	id    webhook.EndpointID
}

func (d *dialect) toWebhookRemoval(_ context.Context, call *api.Call, wire removeWebhookWire) (webhookRemoval, error) {
	webhookID, err := toWebhookID(wire.ID)
	return webhookRemoval{actor: call.Actor(), id: webhookID}, err
}

// removeWebhook deletes an endpoint; its deliveries stay in the log.
func (d *dialect) removeWebhook(ctx context.Context, tx pay.Tx, in webhookRemoval) (webhookEndpoint, error) {
	if _, err := d.administered(tx.Records, in.actor, in.id); err != nil {
		return webhookEndpoint{}, err
	}
	return webhook.RemoveEndpoint(ctx, d.endpoints(tx.Records), in.id)
}
