package diddo

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"tillway/internal/api"
	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

type webhookEndpoint = webhook.Endpoint

// newWebhook is the input of createWebhook.
type newWebhook struct {
	actor    pay.Actor
	endpoint webhook.AddEndpointIn
}

// Validate judges the endpoint.
func (in newWebhook) Validate() error { return in.endpoint.Validate() }

func (d *dialect) toNewWebhook(ctx context.Context, call *api.Call, wire createWebhookWire) (newWebhook, error) {
	err := first(needed("url", wire.URL), needed("events", wire.Events), notNull("description", wire.Description))
	if err != nil {
		return newWebhook{}, err
	}
	names, err := d.toEventTypes(ctx, call, *wire.Events.Value)
	if err != nil {
		return newWebhook{}, err
	}
	target, err := webhook.VetTarget(ctx, d.Targets(call.Actor().Env), *wire.URL.Value)
	if err != nil {
		return newWebhook{}, err
	}
	return newWebhook{actor: call.Actor(), endpoint: webhook.AddEndpointIn{
		ID: webhook.EndpointID(call.IDs().UUID()), Store: webhook.StoreID(call.Actor().Store), Env: webhook.Env(call.Actor().Env),
		Dialect: webhook.Dialect(Name), Channel: webhook.HTTP, Target: target, Events: names, Description: wire.Description.OrZero(),
		Scheme: Scheme, Secret: webhook.NewSecret(Scheme, call.IDs()), Now: call.At,
	}}, nil
}

// toEventTypes checks names of events, and merges those that are repeated, which
// may be any number (spec/diddo.md §2). The reserved ones are known only where
// the store has them switched on. Errors: Invalid "events".
func (d *dialect) toEventTypes(ctx context.Context, call *api.Call, names []string) ([]webhook.EventType, error) {
	if len(names) == 0 {
		return nil, fault.Invalidf("events", "missing_field", "events must name at least one event")
	}
	legal := eventNames
	err := call.Core.View(ctx, func(r pay.Records) error {
		settings, err := r.Settings(call.Actor().Store)
		if settings.Get(cart.ReservedEvents) == cart.On {
			legal = slices.Concat(eventNames, reservedEvents)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var list []webhook.EventType
	for _, name := range names {
		if !slices.Contains(legal, name) {
			return nil, fault.Invalidf("events", "unknown_event", "events: %q is not an event", fault.Echo(name)).
				WithHint("The events are " + strings.Join(legal, ", "))
		}
		if event := webhook.EventType(name); !slices.Contains(list, event) {
			list = append(list, event)
		}
	}
	return list, nil
}

// errWebhookExists is the answer to a second subscription of one URL.
var errWebhookExists = fault.New(fault.Conflict, "webhook_exists", "There is a webhook with this URL already").WithField("url")

// createWebhook saves a subscription of the key's store and environment.
func (d *dialect) createWebhook(ctx context.Context, tx pay.Tx, in newWebhook) (webhookEndpoint, error) {
	if _, err := tx.Store(in.actor.Store); err != nil {
		return webhookEndpoint{}, err
	}
	if err := pay.Permit(tx, in.actor, in.actor.Store, pay.Admin); err != nil {
		return webhookEndpoint{}, err
	}
	// Two creations at once would both find the URL free.
	tx.LockStore(in.actor.Store)
	endpoints := d.Endpoints(tx.Records)
	if err := unique(endpoints, in.actor, in.endpoint.Target.URL(), ""); err != nil {
		return webhookEndpoint{}, err
	}
	return webhook.AddEndpoint(ctx, endpoints, in.endpoint)
}

// unique makes sure that no other subscription of the platform has the URL.
// Errors: errWebhookExists.
func unique(endpoints webhook.Tx, actor pay.Actor, address string, own webhook.EndpointID) error {
	present, err := ours(endpoints, actor)
	if err != nil {
		return err
	}
	for _, endpoint := range present {
		if endpoint.ID != own && normalised(endpoint.URL) == normalised(address) {
			return errWebhookExists
		}
	}
	return nil
}

// ours lists the platform's subscriptions: those of the key's store and
// environment that this dialect made, oldest first.
func ours(endpoints webhook.Tx, actor pay.Actor) ([]webhookEndpoint, error) {
	all, err := endpoints.Endpoints(webhook.StoreID(actor.Store), webhook.Env(actor.Env))
	return slices.DeleteFunc(all, func(e webhookEndpoint) bool { return !isOurs(e) }), err
}

func isOurs(e webhookEndpoint) bool {
	return e.Dialect == webhook.Dialect(Name) && e.Channel == webhook.HTTP
}

// normalised is a URL by which two that lead to the same place are told: scheme
// and host in lower case, without the scheme's own port and without the one slash
// at the end (spec/diddo.md §2). One of several slashes is a part of the path, as
// is one that is escaped.
func normalised(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	parsed.Scheme, parsed.Host = strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
	for scheme, port := range map[string]string{"https": ":443", "http": ":80"} {
		if parsed.Scheme == scheme {
			parsed.Host = strings.TrimSuffix(parsed.Host, port)
		}
	}
	if escaped := parsed.EscapedPath(); strings.HasSuffix(escaped, "/") && !strings.HasSuffix(escaped, "//") {
		parsed.Path, parsed.RawPath = strings.TrimSuffix(parsed.Path, "/"), strings.TrimSuffix(escaped, "/")
	}
	parsed.ForceQuery, parsed.Fragment = false, ""
	return parsed.String()
}

// errWebhookNotFound is also the answer to another platform's subscription.
var errWebhookNotFound = fault.New(fault.NotFound, "webhook_not_found", "There is no such webhook")

// owned finds a subscription of the platform. Errors: errWebhookNotFound.
func (d *dialect) owned(r pay.Records, actor pay.Actor, webhookID webhook.EndpointID) (webhookEndpoint, error) {
	endpoint, err := d.Endpoints(r).Endpoint(webhookID)
	switch {
	case fault.Is(err, fault.NotFound):
		return webhookEndpoint{}, errWebhookNotFound
	case err != nil:
		return webhookEndpoint{}, err
	case !isOurs(endpoint) || endpoint.Store != webhook.StoreID(actor.Store) || endpoint.Env != webhook.Env(actor.Env):
		return webhookEndpoint{}, errWebhookNotFound
	}
	return endpoint, nil
}

// toWebhookID reads the id of the path. Errors: Invalid "id".
func toWebhookID(call *api.Call) (webhook.EndpointID, error) {
	parsed, err := id.ParseUUID(call.PathValue("id"))
	if err != nil {
		return "", fault.From(err).WithField("id")
	}
	return webhook.EndpointID(parsed.String()), nil
}

func fromWebhook(_ *api.Call, e webhookEndpoint) any { return webhookOf(e) }

// fromNewWebhook shows the secret, this once.
func fromNewWebhook(_ *api.Call, e webhookEndpoint) any {
	wire := webhookOf(e)
	wire.Secret = e.Secret.Reveal()
	return wire
}

func webhookOf(e webhookEndpoint) webhookWire {
	names := make([]string, 0, len(e.Events))
	for _, event := range e.Events {
		names = append(names, string(event))
	}
	return webhookWire{
		ID: string(e.ID), URL: e.URL, Events: names, Description: e.Description, Active: e.State == webhook.Active,
		CreatedAt: timeOf(e.CreatedAt), UpdatedAt: timeOf(e.UpdatedAt),
	}
}
