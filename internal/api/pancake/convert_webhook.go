package pancake

import (
	"context"
	"slices"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// newWebhook is the input of addWebhook.
type newWebhook struct {
	actor    pay.Actor
	endpoint webhook.AddEndpointIn
}

// Validate judges the endpoint.
func (in newWebhook) Validate() error { return in.endpoint.Validate() }

type webhookEndpoint = webhook.Endpoint

func (d *dialect) toNewWebhook(ctx context.Context, call *api.Call, wire addWebhookWire) (newWebhook, error) {
	err := require(text("storeId", wire.StoreID), text("channel", wire.Channel), text("url", wire.URL),
		field{"events", wire.Events == nil}, field{"testMode", wire.TestMode == nil})
	if err != nil {
		return newWebhook{}, err
	}
	if err := checkID("storeId", id.Store, wire.StoreID); err != nil {
		return newWebhook{}, err
	}
	if !webhook.Channel(wire.Channel).Known() {
		return newWebhook{}, fault.Invalidf("channel", "unknown_channel",
			"Invalid channel (must be 'http', 'feishu', 'discord', 'telegram' or 'slack')")
	}
	names, err := toEventTypes(*wire.Events)
	if err != nil {
		return newWebhook{}, err
	}
	var secret id.Secret
	if wire.Secret != nil {
		secret = id.Secret(*wire.Secret)
	}
	address, err := webhook.ChannelAddress(webhook.Channel(wire.Channel), wire.URL, secret)
	if err != nil {
		return newWebhook{}, err
	}
	env := pay.Prod
	if *wire.TestMode {
		env = pay.Test
	}
	target, err := webhook.VetTarget(ctx, d.targets(env), address)
	if err != nil {
		return newWebhook{}, err
	}
	return newWebhook{actor: call.Actor(), endpoint: webhook.AddEndpointIn{
		ID: webhook.EndpointID(call.IDs().UUID()), Store: webhook.StoreID(wire.StoreID), Env: webhook.Env(env), Dialect: Name,
		Channel: webhook.Channel(wire.Channel), Target: target, Events: names, Secret: secret, Now: call.At,
	}}, nil
}

func toEventTypes(names []string) ([]webhook.EventType, error) {
	list := make([]webhook.EventType, 0, len(names))
	for _, name := range names {
		if !slices.Contains(eventNames, name) {
			return nil, fault.Invalidf("events", "unknown_event", "Invalid events: %q is not a webhook event", fault.Echo(name)).
				WithHint("The events are " + strings.Join(eventNames, ", "))
		}
		list = append(list, webhook.EventType(name))
	}
	return list, nil
}

// addWebhook saves an endpoint of a store that the merchant administers.
func (d *dialect) addWebhook(ctx context.Context, tx pay.Tx, in newWebhook) (webhookEndpoint, error) {
	store := pay.StoreID(in.endpoint.Store)
	if _, err := tx.Store(store); err != nil {
		return webhookEndpoint{}, err
	}
	if err := pay.Permit(tx, in.actor, store, pay.Admin); err != nil {
		return webhookEndpoint{}, err
	}
	// Two additions at once would both count nineteen.
	tx.LockStore(store)
	return webhook.AddEndpoint(ctx, d.endpoints(tx.Records), in.endpoint)
}

func fromWebhook(_ *api.Call, e webhookEndpoint) any {
	names := make([]string, 0, len(e.Events))
	for _, event := range e.Events {
		names = append(names, string(event))
	}
	return success(webhookAnswerWire{Webhook: webhookWire{
		ID: string(e.ID), StoreID: string(e.Store), Channel: string(e.Channel), URL: e.URL, Events: names,
		TestMode: e.Env == webhook.Test, Secret: textOrNull(shownSecret(e).Reveal()),
		CreatedAt: timeOf(e.CreatedAt), UpdatedAt: timeOf(e.UpdatedAt),
	}})
}

// shownSecret is a channel's credential, which belongs to the webhook's address.
// The secret that a webhook is signed with is shown once, when it is made.
func shownSecret(e webhook.Endpoint) id.Secret {
	if e.Scheme.HasSecret() {
		return ""
	}
	return e.Secret
}
