package operator

import (
	"context"
	"log/slog"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// SigningKeys are the platform's key pairs that sign webhooks.
type SigningKeys interface {
	// List is every pair there was, the latest to begin first.
	List(ctx context.Context) ([]webhook.SigningKey, error)
	// Rotate makes an environment's next pair and returns it.
	Rotate(ctx context.Context, env webhook.Env, overlap time.Duration) (webhook.SigningKey, error)
}

// ListWebhookKeysIn asks for the platform's pairs.
type ListWebhookKeysIn struct{}

// WebhookKeys is a list of them.
type WebhookKeys struct {
	Keys []WebhookKey `json:"keys"`
}

// WebhookKey is one of the platform's pairs, without its private half.
type WebhookKey struct {
	ID          string                  `json:"id"`
	Environment pay.Env                 `json:"environment"`
	State       webhook.SigningKeyState `json:"state"` // next, signing or retired
	Fingerprint string                  `json:"fingerprint"`
	PublicKey   string                  `json:"publicKey"` // PEM
	CreatedAt   time.Time               `json:"createdAt"`
	ActivatesAt *time.Time              `json:"activatesAt,omitempty"` // when it begins to sign; absent of an environment's first
	RetiresAt   *time.Time              `json:"retiresAt,omitempty"`   // when its successor begins
}

// RotateWebhookKeyIn asks for an environment's next pair.
type RotateWebhookKeyIn struct {
	Environment string        `json:"environment"`
	Overlap     time.Duration `json:"overlap"` // nanoseconds
}

// RotateWebhookSecretIn asks for a webhook's next secret.
type RotateWebhookSecretIn struct {
	Webhook string         `json:"webhook"`
	Scheme  webhook.Scheme `json:"scheme,omitempty"` // "" keeps it
	Overlap time.Duration  `json:"overlap"`          // nanoseconds
}

// WebhookSecret is a webhook's new secret, which is seen this once.
type WebhookSecret struct {
	Webhook webhook.EndpointID `json:"webhook"`
	Scheme  webhook.Scheme     `json:"scheme"`
	Secret  string             `json:"secret,omitempty"` // absent when a running overlap was ended
	// PreviousUntil is when the secret before it ends; absent without an overlap.
	PreviousUntil *time.Time `json:"previousUntil,omitempty"`
	// Together says that both secrets sign until then; otherwise the one before
	// does alone.
	Together bool `json:"together,omitempty"`
}

// LogValue keeps the secret out of every log.
func (s WebhookSecret) LogValue() slog.Value { return slog.StringValue(string(s.Webhook)) }

// String keeps the secret out of every formatted message.
func (s WebhookSecret) String() string { return string(s.Webhook) }

// ListWebhookKeys lists the platform's pairs.
func (s *Service) ListWebhookKeys(ctx context.Context, _ ListWebhookKeysIn) (WebhookKeys, error) {
	pairs, err := s.Signing.List(ctx)
	if err != nil {
		return WebhookKeys{}, err
	}
	list := WebhookKeys{Keys: make([]WebhookKey, 0, len(pairs))}
	for _, pair := range pairs {
		list.Keys = append(list.Keys, shownPair(pair, s.Core.Now()))
	}
	return list, nil
}

// RotateWebhookKey makes an environment's next pair, which begins to sign when
// the overlap is over. Errors: those of webhook.ValidateOverlap and
// webhook.RotationRunning.
func (s *Service) RotateWebhookKey(ctx context.Context, in RotateWebhookKeyIn) (WebhookKey, error) {
	env, err := pay.ParseEnv(in.Environment)
	if err != nil {
		return WebhookKey{}, err
	}
	pair, err := s.Signing.Rotate(ctx, webhook.Env(env), in.Overlap)
	return shownPair(pair, s.Core.Now()), err
}

// RotateWebhookSecret gives a webhook a new secret of its own. Errors: State
// "store_signed" of a webhook that is signed with its store's; those of
// webhook.RotateSecret.
func (s *Service) RotateWebhookSecret(ctx context.Context, in RotateWebhookSecretIn) (WebhookSecret, error) {
	endpoint, err := id.ParseUUID(in.Webhook)
	if err != nil {
		return WebhookSecret{}, fault.From(err).WithField("--webhook")
	}
	fresh := map[webhook.Scheme]id.Secret{}
	for _, scheme := range webhook.SecretSchemes() {
		fresh[scheme] = webhook.NewSecret(scheme, s.Core.IDs())
	}
	made, err := pay.Run(ctx, s.Core, s.rotateSecret, webhook.RotateSecretIn{
		ID: webhook.EndpointID(endpoint.String()), Scheme: in.Scheme, Fresh: fresh, Overlap: in.Overlap, Now: s.Core.Now(),
	})
	if err != nil {
		return WebhookSecret{}, err
	}
	out := WebhookSecret{Webhook: made.Endpoint.ID, Scheme: made.Endpoint.Scheme, Secret: made.Secret.Reveal()}
	if !made.Endpoint.PreviousUntil.IsZero() {
		out.PreviousUntil, out.Together = &made.Endpoint.PreviousUntil, s.SignsTogether(made.Endpoint.Scheme)
	}
	return out, nil
}

func (s *Service) rotateSecret(ctx context.Context, tx pay.Tx, in webhook.RotateSecretIn) (webhook.RotateSecretOut, error) {
	endpoints := s.Endpoints(tx.Records)
	read, err := endpoints.Endpoint(in.ID)
	if err != nil {
		return webhook.RotateSecretOut{}, err
	}
	for _, dialect := range s.Dialects {
		if dialect.Secret != nil && dialect.Name == string(read.Dialect) && !read.Channel.Chat() {
			return webhook.RotateSecretOut{}, fault.New(fault.State, "store_signed", "This webhook is signed with its store's secret key and has none of its own.").
				WithHint("Rotate that with tillway key rotate-secret --store " + string(read.Store) + " --env " + string(read.Env))
		}
	}
	return webhook.RotateSecret(ctx, endpoints, in)
}

func shownPair(pair webhook.SigningKey, at time.Time) WebhookKey {
	shown := WebhookKey{
		ID: pair.ID, Environment: pay.Env(pair.Env), State: pair.State(at),
		Fingerprint: pair.Fingerprint(), PublicKey: pair.PEM(), CreatedAt: pair.CreatedAt,
	}
	if !pair.ActivatesAt.IsZero() {
		shown.ActivatesAt = &pair.ActivatesAt
	}
	if !pair.RetiresAt.IsZero() {
		shown.RetiresAt = &pair.RetiresAt
	}
	return shown
}
