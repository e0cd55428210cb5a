package webhook

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// AddEndpointIn describes a new endpoint. ID and Now are minted before the
// transaction.
type AddEndpointIn struct {
	ID      EndpointID
	Store   StoreID
	Env     Env
	Dialect Dialect
	Channel Channel
	Target  Target // see VetTarget
	Events  []EventType
	Secret  id.Secret
	// Scheme is how it is signed, with Secret where the scheme has secrets; empty
	// is the dialect's, with the platform's pair.
	Scheme      Scheme
	Description string
	Now         time.Time
}

// Validate checks everything that needs no database. Its faults are of kind
// Invalid and name "channel", "url", "description", "secret" or "events".
func (in AddEndpointIn) Validate() error {
	if !in.Channel.Known() {
		return fault.Invalidf("channel", "unknown_channel",
			"channel must be one of http, feishu, discord, telegram, slack; got %q.", string(in.Channel))
	}
	if in.Target.url == "" {
		return fault.Invalidf("url", "url_required", "A webhook needs a URL.")
	}
	if !goodDescription(in.Description) {
		return errDescription
	}
	if in.Scheme.HasSecret() {
		if _, err := ParseSecret(in.Scheme, in.Secret); err != nil {
			return err
		}
	}
	return validateEvents(in.Events)
}

// AddEndpoint saves a new, active endpoint. Beyond Validate's faults it refuses
// with kind Invalid and code "too_many_webhooks" when the store already has
// MaxEndpoints.
func AddEndpoint(_ context.Context, tx Tx, in AddEndpointIn) (Endpoint, error) {
	if err := in.Validate(); err != nil {
		return Endpoint{}, err
	}
	count, err := tx.CountEndpoints(in.Store)
	if err != nil {
		return Endpoint{}, err
	}
	if count >= MaxEndpoints {
		return Endpoint{}, fault.New(fault.Invalid, "too_many_webhooks",
			"A store may have at most 20 webhooks.").WithHint("Remove a webhook that is no longer needed.")
	}
	endpoint := Endpoint{
		ID: in.ID, Store: in.Store, Env: in.Env, Dialect: in.Dialect, Channel: in.Channel,
		URL: in.Target.url, Events: mergeEvents(in.Events), Secret: in.Secret, State: Active, Scheme: in.Scheme, Description: in.Description,
		CreatedAt: in.Now, UpdatedAt: in.Now,
	}
	return endpoint, tx.InsertEndpoint(endpoint)
}
