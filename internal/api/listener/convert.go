package listener

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

func (r *routes) toInput(ctx context.Context, call *api.Call) (input, error) {
	var wire openWire
	if err := call.Decode(&wire); err != nil {
		return input{}, err
	}
	dialect, err := r.dialect(wire.Dialect)
	if err != nil {
		return input{}, err
	}
	events, err := dialect.events(wire.Events)
	if err != nil {
		return input{}, err
	}
	store, err := r.store(ctx, call, wire.StoreID)
	if err != nil {
		return input{}, err
	}
	in := webhook.ListenIn{
		Store: webhook.StoreID(store), Env: webhook.Env(call.Actor().Env), Dialect: webhook.Dialect(dialect.Name),
		Name: wire.Name, Forward: wire.ForwardTo, Events: events, Now: call.At,
	}
	if dialect.Scheme.HasSecret() {
		in.Scheme = dialect.Scheme
		in.Secret, in.Shared, err = dialect.secret(ctx, call, store)
	}
	return input{actor: call.Actor(), listen: in}, err
}

// secret is what a listener of the dialect is signed for, and whether the store
// has it for all. A caller who may not listen to the store learns nothing of it:
// the command refuses, whatever it is.
func (d Dialect) secret(ctx context.Context, call *api.Call, store pay.StoreID) (secret id.Secret, shared bool, err error) {
	if d.Secret == nil {
		return webhook.NewSecret(d.Scheme, call.IDs()), false, nil
	}
	secret, err = d.Secret(ctx, store, call.Actor().Env)
	if fault.Is(err, fault.NotFound) {
		return webhook.NewSecret(d.Scheme, call.IDs()), false, nil
	}
	return secret, true, err
}

func (r *routes) dialect(name string) (Dialect, error) {
	names := make([]string, 0, len(r.Dialects))
	for _, dialect := range r.Dialects {
		if name == "" || dialect.Name == name {
			return dialect, nil
		}
		names = append(names, dialect.Name)
	}
	return Dialect{}, fault.Invalidf("dialect", "unknown_dialect", "Unknown dialect %q", fault.Echo(name)).
		WithHint("The dialects of this server are " + strings.Join(names, ", "))
}

// events are the named ones, or all.
func (d Dialect) events(names []string) ([]webhook.EventType, error) {
	if len(names) == 0 {
		names = d.Current
	}
	list := make([]webhook.EventType, 0, len(names))
	for _, name := range names {
		if !slices.Contains(d.Legal, name) {
			return nil, fault.Invalidf("events", "unknown_event", "Invalid events: %q is not a webhook event", fault.Echo(name)).
				WithHint("The events are " + strings.Join(d.Legal, ", "))
		}
		list = append(list, webhook.EventType(name))
	}
	return list, nil
}

// store is the one that is named, or the only one there is to choose.
func (r *routes) store(ctx context.Context, call *api.Call, named string) (pay.StoreID, error) {
	if named != "" {
		if _, err := id.Parse(id.Store, named); err != nil {
			return "", fault.From(err).WithField("storeId")
		}
		return pay.StoreID(named), nil
	}
	var stores []pay.Store
	err := call.Core.View(ctx, func(records pay.Records) (err error) {
		stores, err = records.StoresAdministered(call.Actor().Merchant, pay.MaxStoresPerMerchant)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(stores) == 1:
		return stores[0].ID, nil
	case len(stores) == 0:
		return "", fault.Invalidf("storeId", "no_store", "This merchant administers no store, so storeId must name one")
	}
	var choice []string
	for _, store := range stores {
		choice = append(choice, string(store.ID)+" ("+store.Name+")")
	}
	return "", fault.Invalidf("storeId", "which_store", "This merchant has several stores, so storeId must name one").
		WithHint("Choose one of " + strings.Join(choice, ", "))
}
