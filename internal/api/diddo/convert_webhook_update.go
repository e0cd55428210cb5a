package diddo

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// webhookUpdate is the input of updateWebhook.
type webhookUpdate struct {
	actor    pay.Actor
	endpoint webhook.UpdateEndpointIn
}

// Validate judges the endpoint.
func (in webhookUpdate) Validate() error { return in.endpoint.Validate() }

// halt is a page of what waits for the endpoint.
func (in webhookUpdate) halt() webhook.Halt {
	return webhook.Halt{Endpoint: in.endpoint.ID, Limit: haltPage, Now: in.endpoint.Now}
}

func (d *dialect) toWebhookUpdate(ctx context.Context, call *api.Call, wire updateWebhookWire) (webhookUpdate, error) {
	webhookID, err := toWebhookID(call)
	if err != nil {
		return webhookUpdate{}, err
	}
	err = first(notNull("active", wire.Active), notNull("description", wire.Description), notNull("events", wire.Events), notNull("url", wire.URL))
	if err != nil {
		return webhookUpdate{}, err
	}
	if !wire.Active.Given && !wire.Description.Given && !wire.Events.Given && !wire.URL.Given {
		return webhookUpdate{}, fault.New(fault.Invalid, "nothing_to_update", "Give at least one of active, description, events and url")
	}
	in := webhook.UpdateEndpointIn{ID: webhookID, Description: wire.Description.Value, Now: call.At}
	if wire.Active.Given {
		state := webhook.Disabled
		if *wire.Active.Value {
			state = webhook.Active
		}
		in.State = &state
	}
	if wire.Events.Given {
		names, err := d.toEventTypes(ctx, call, *wire.Events.Value)
		if err != nil {
			return webhookUpdate{}, err
		}
		in.Events = &names
	}
	if wire.URL.Given {
		target, err := webhook.VetTarget(ctx, d.Targets(call.Actor().Env), *wire.URL.Value)
		if err != nil {
			return webhookUpdate{}, err
		}
		in.Target = &target
	}
	update := webhookUpdate{actor: call.Actor(), endpoint: in}
	if in.State != nil && *in.State == webhook.Active {
		err = d.haltBacklog(ctx, update)
	}
	return update, err
}

// haltPage is how many deliveries one transaction ends; others write in between.
const haltPage = 500

// haltBacklog ends what waits for a subscription that is about to be active
// again, a page at a time and while it is still off.
func (d *dialect) haltBacklog(ctx context.Context, in webhookUpdate) error {
	return haltAll(func() (int, error) { return pay.Run(ctx, d.Core, d.haltWaiting, in) })
}

// haltAll ends pages, until one that is not full was the last.
func haltAll(page func() (halted int, err error)) error {
	for {
		if halted, err := page(); err != nil || halted < haltPage {
			return err
		}
	}
}

// haltWaiting ends a page of what waits for a subscription that is off, and
// returns how many those were.
func (d *dialect) haltWaiting(_ context.Context, tx pay.Tx, in webhookUpdate) (int, error) {
	read, err := d.owned(tx.Records, in.actor, in.endpoint.ID)
	if err != nil || read.State == webhook.Active {
		return 0, err
	}
	return d.Endpoints(tx.Records).HaltWaiting(in.halt())
}

// updateWebhook changes a subscription. What waits for a retry goes to its new
// address; being made active again brings nothing of what was made before
// (spec/diddo.md §3).
func (d *dialect) updateWebhook(ctx context.Context, tx pay.Tx, in webhookUpdate) (webhookEndpoint, error) {
	if in.endpoint.Target != nil {
		// As at a creation, the URL has to stay free until this is committed.
		tx.LockStore(in.actor.Store)
	}
	read, err := d.owned(tx.Records, in.actor, in.endpoint.ID)
	if err != nil {
		return webhookEndpoint{}, err
	}
	endpoints := d.Endpoints(tx.Records)
	if in.endpoint.Target != nil {
		if err := unique(endpoints, in.actor, in.endpoint.Target.URL(), in.endpoint.ID); err != nil {
			return webhookEndpoint{}, err
		}
	}
	changed, err := webhook.UpdateEndpoint(ctx, endpoints, in.endpoint)
	if err != nil {
		return webhookEndpoint{}, err
	}
	if read.State != webhook.Active && changed.State == webhook.Active {
		// What came due meanwhile has ended, and haltBacklog has ended the rest but
		// for what was being sent then.
		err = haltAll(func() (int, error) { return endpoints.HaltWaiting(in.halt()) })
	}
	return changed, err
}

// webhookRemoval is the input of removeWebhook.
type webhookRemoval struct {
	actor pay.Actor
	id    webhook.EndpointID
}

func toWebhookRemoval(_ context.Context, call *api.Call, _ struct{}) (webhookRemoval, error) {
	webhookID, err := toWebhookID(call)
	return webhookRemoval{actor: call.Actor(), id: webhookID}, err
}

// removeWebhook deletes a subscription; its deliveries stay in the log.
func (d *dialect) removeWebhook(ctx context.Context, tx pay.Tx, in webhookRemoval) (webhookEndpoint, error) {
	if _, err := d.owned(tx.Records, in.actor, in.id); err != nil {
		return webhookEndpoint{}, err
	}
	return webhook.RemoveEndpoint(ctx, d.Endpoints(tx.Records), in.id)
}

func fromRemoval(_ *api.Call, e webhookEndpoint) any {
	return webhookDeletedWire{ID: string(e.ID), Deleted: true}
}
