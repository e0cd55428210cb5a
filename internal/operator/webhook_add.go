package operator

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// WebhookDialect is an API in whose words a store's webhooks can be told.
type WebhookDialect struct {
	Name    string
	Current []string // what "all events" means
	Legal   []string // what a webhook may ask for
	// Scheme is how its webhooks are signed; one without secrets has the
	// platform's pair sign.
	Scheme webhook.Scheme
	// Secret is what a store's webhooks are signed with where the store has one
	// secret for all; nil draws one for each webhook.
	Secret func(ctx context.Context, store pay.StoreID, env pay.Env) (id.Secret, error)
}

// AddWebhookIn registers an address with a store.
type AddWebhookIn struct {
	Store       pay.StoreID         `json:"storeId"`
	Environment string              `json:"environment"`
	Dialect     string              `json:"dialect"`
	Channel     webhook.Channel     `json:"channel,omitempty"` // http when empty
	URL         string              `json:"url"`               // of telegram, the bot's token does
	Secret      string              `json:"secret,omitempty"`  // a chat's credential: of telegram, the chat
	Events      []webhook.EventType `json:"events,omitempty"`  // all when there are none
	Description string              `json:"description,omitempty"`
}

// LogValue keeps a chat's address and credential out of every log.
func (in AddWebhookIn) LogValue() slog.Value {
	return slog.StringValue("webhook of " + string(in.Store))
}

// String keeps them out of every formatted message.
func (in AddWebhookIn) String() string { return "webhook of " + string(in.Store) }

// AddedWebhook is a webhook with the secret that was drawn for it, which is seen
// this once.
type AddedWebhook struct {
	ID          webhook.EndpointID  `json:"id"`
	Store       pay.StoreID         `json:"storeId"`
	Environment pay.Env             `json:"environment"`
	Dialect     string              `json:"dialect"`
	Channel     webhook.Channel     `json:"channel"`
	URL         string              `json:"url"` // as it may be shown
	Events      []webhook.EventType `json:"events"`
	Scheme      webhook.Scheme      `json:"scheme"`           // empty of a chat, which is not signed
	Secret      string              `json:"secret,omitempty"` // absent when it is the store's own, the platform's pair signs, or nobody does
}

// LogValue keeps the secret out of every log.
func (w AddedWebhook) LogValue() slog.Value { return slog.StringValue(string(w.ID)) }

// String keeps the secret out of every formatted message.
func (w AddedWebhook) String() string { return string(w.ID) }

// AddWebhook registers an address that is told of a store's events in the words
// of one dialect: a server's by http, or a chat's in its own format.
// Errors: Invalid "dialect", "environment", "events", "url", "secret" and those
// of webhook.AddEndpoint; pay.ErrStoreNotFound; those of the dialect's Secret.
func (s *Service) AddWebhook(ctx context.Context, in AddWebhookIn) (AddedWebhook, error) {
	dialect, err := s.webhookDialect(in.Dialect)
	if err != nil {
		return AddedWebhook{}, err
	}
	env, err := pay.ParseEnv(in.Environment)
	if err != nil {
		return AddedWebhook{}, err
	}
	events, err := dialect.events(in.Events)
	if err != nil {
		return AddedWebhook{}, err
	}
	channel := cmp.Or(in.Channel, webhook.HTTP)
	if !channel.Chat() && in.Secret != "" {
		return AddedWebhook{}, fault.Invalidf("--secret", "secret_unused", "The secret of a webhook that is signed is drawn, not given").
			WithHint("Leave --secret out, or name a chat with --channel")
	}
	address, err := webhook.ChannelAddress(channel, in.URL, id.Secret(in.Secret))
	if err != nil {
		return AddedWebhook{}, err
	}
	target, err := webhook.VetTarget(ctx, vetting{s.Reach(env)}, address)
	if err != nil {
		return AddedWebhook{}, err
	}
	input := webhook.AddEndpointIn{
		ID: webhook.EndpointID(s.Core.IDs().UUID()), Store: webhook.StoreID(in.Store), Env: webhook.Env(env), Dialect: webhook.Dialect(dialect.Name),
		Channel: channel, Target: target, Events: events, Secret: id.Secret(in.Secret), Description: in.Description, Now: s.Core.Now(),
	}
	scheme, shown := dialect.Scheme, ""
	switch {
	case channel.Chat():
		scheme = "" // nobody there could verify it
	case dialect.Scheme.HasSecret():
		input.Scheme = dialect.Scheme
		if input.Secret, shown, err = s.webhookSecret(ctx, dialect, in.Store, env); err != nil {
			return AddedWebhook{}, err
		}
	}
	made, err := pay.Run(ctx, s.Core, s.addWebhook, input)
	if err != nil {
		return AddedWebhook{}, err
	}
	return AddedWebhook{
		ID: made.ID, Store: in.Store, Environment: env, Dialect: dialect.Name, Channel: made.Channel, URL: made.Shown(), Events: made.Events,
		Scheme: scheme, Secret: shown,
	}, nil
}

func (s *Service) addWebhook(ctx context.Context, tx pay.Tx, in webhook.AddEndpointIn) (webhook.Endpoint, error) {
	if _, err := tx.Store(pay.StoreID(in.Store)); err != nil {
		return webhook.Endpoint{}, err
	}
	// So that two at once do not both find room for one.
	tx.LockStore(pay.StoreID(in.Store))
	return webhook.AddEndpoint(ctx, s.Endpoints(tx.Records), in)
}

// webhookSecret is what the webhook is signed with, and what of it is shown: a
// secret that the store has for all its webhooks is not.
func (s *Service) webhookSecret(ctx context.Context, dialect WebhookDialect, store pay.StoreID, env pay.Env) (secret id.Secret, shown string, err error) {
	if dialect.Secret != nil {
		secret, err = dialect.Secret(ctx, store, env)
		return secret, "", err
	}
	secret = webhook.NewSecret(dialect.Scheme, s.Core.IDs())
	return secret, secret.Reveal(), nil
}

// webhookDialect finds a dialect by its name. Errors: Invalid "unknown_dialect".
func (s *Service) webhookDialect(name string) (WebhookDialect, error) {
	names := make([]string, 0, len(s.Dialects))
	for _, dialect := range s.Dialects {
		if dialect.Name == name {
			return dialect, nil
		}
		names = append(names, dialect.Name)
	}
	return WebhookDialect{}, fault.Invalidf("--dialect", "unknown_dialect", "There is no dialect %.32q", name).
		WithHint("Name one of " + strings.Join(names, ", "))
}

// events are the named ones, or all. Errors: Invalid "unknown_event".
func (d WebhookDialect) events(named []webhook.EventType) ([]webhook.EventType, error) {
	if len(named) == 0 {
		for _, name := range d.Current {
			named = append(named, webhook.EventType(name))
		}
	}
	for _, name := range named {
		if !slices.Contains(d.Legal, string(name)) {
			return nil, unknownEvent(name, d.Legal)
		}
	}
	return named, nil
}

// legalEvent refuses an event that no dialect has: work on a misspelt one would
// end well and have done nothing. An empty name is every event.
// Errors: Invalid "unknown_event".
func (s *Service) legalEvent(name webhook.EventType) error {
	var legal []string
	for _, dialect := range s.Dialects {
		legal = append(legal, dialect.Legal...)
	}
	if name == "" || slices.Contains(legal, string(name)) {
		return nil
	}
	return unknownEvent(name, legal)
}

func unknownEvent(name webhook.EventType, legal []string) error {
	return fault.Invalidf("--event", "unknown_event", "There is no event %.64q", string(name)).
		WithHint("The events are " + strings.Join(legal, ", "))
}

// vetting judges URLs as the rules of egress explain them.
type vetting struct{ Reach }

// Vet is the first refusal, if there is one.
func (v vetting) Vet(ctx context.Context, rawURL string) error {
	for _, found := range v.Explain(ctx, rawURL).Findings {
		if !found.OK {
			return fault.New(fault.Invalid, found.Code, found.Message).WithHint(found.Hint)
		}
	}
	return nil
}
