package fanout

import (
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Trigger inserts a sample of an event for one endpoint, whatever it asks for,
// or for all active ones that ask for it. Samples go the way of every other
// delivery, really signed, and are tried once.
// Errors: Invalid "unknown_event", naming those there are; NotFound
// "store_not_found" and "webhook_not_found"; State "store_not_approved",
// "webhook_disabled", "webhook_sealed", "no_webhook_asks" and
// "channel_not_drawn".
func (f *Fanout) Trigger(records pay.Records, in webhook.TriggerIn) ([]webhook.Delivery, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	store, err := records.Store(pay.StoreID(in.Store))
	if err != nil {
		return nil, err
	}
	if in.Env == webhook.Prod && !store.ProdEnabled {
		return nil, webhook.NotApproved(in.Store)
	}
	tx := f.config.Tx(records)
	endpoints, err := f.sampled(tx, in)
	if err != nil {
		return nil, err
	}
	var born []webhook.Delivery
	for _, endpoint := range endpoints {
		delivery, err := f.Sample(SampleIn{
			// Derived, as those of real events are, so that a transaction may run again.
			ID:       deliveryID(pay.Event{ID: pay.EventID(in.ID), At: in.Now}, string(endpoint.ID), string(in.Event)),
			Endpoint: endpoint, StoreName: store.Name, Event: in.Event, Now: in.Now,
		})
		if err == nil {
			delivery, err = tx.InsertDelivery(delivery)
		}
		if err != nil {
			return nil, err
		}
		born = append(born, delivery)
	}
	if f.config.Owner != "" {
		records.OnCommit(func() { f.config.Admit(born) })
	}
	return born, nil
}

// sampled finds the endpoints that are to get a sample.
func (f *Fanout) sampled(tx webhook.Tx, in webhook.TriggerIn) ([]webhook.Endpoint, error) {
	if in.Endpoint != "" {
		endpoint, err := webhook.Receiving(tx, in.Store, in.Env, in.Endpoint)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(f.sampleNames(endpoint.Dialect), string(in.Event)) {
			return nil, f.unknownEvent(in.Event, endpoint.Dialect)
		}
		return []webhook.Endpoint{endpoint}, nil
	}
	if !slices.Contains(f.sampleNames(""), string(in.Event)) {
		return nil, f.unknownEvent(in.Event, "")
	}
	all, err := tx.Endpoints(in.Store, in.Env)
	if err != nil {
		return nil, err
	}
	var asking []webhook.Endpoint
	for _, endpoint := range all {
		if endpoint.Wants(in.Event) && !endpoint.Locked && f.canSample(endpoint, in.Event) {
			asking = append(asking, endpoint)
		}
	}
	if len(asking) == 0 {
		return nil, fault.New(fault.State, "no_webhook_asks", "No active webhook of the store's "+string(in.Env)+" environment asks for "+string(in.Event)+".").
			WithHint("Name one with --webhook, or add the event to a webhook.")
	}
	return asking, nil
}

// canSample reports whether there is a sample for what the endpoint receives.
func (f *Fanout) canSample(endpoint webhook.Endpoint, event webhook.EventType) bool {
	_, drawn := f.dialect(endpoint)
	return drawn && slices.Contains(f.sampleNames(endpoint.Dialect), string(event))
}

// sampleNames lists the events of a dialect, or of all when it is empty.
func (f *Fanout) sampleNames(name webhook.Dialect) []string {
	var names []string
	for _, dialect := range f.config.Dialects {
		if name == "" || name == webhook.Dialect(dialect.Codec.Dialect()) {
			names = append(names, dialect.Codec.SampleNames()...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (f *Fanout) unknownEvent(event webhook.EventType, dialect webhook.Dialect) error {
	unknown := fault.Invalidf("event", "unknown_event", "There is no sample of %q.", string(event))
	names := f.sampleNames(dialect)
	if len(names) == 0 {
		return unknown
	}
	return unknown.WithHint("There are: " + strings.Join(names, ", "))
}
