package operator

import (
	"context"
	"time"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// Reach looks outward under the rules of egress; package egress implements it,
// one for each environment.
type Reach interface {
	Explain(ctx context.Context, rawURL string) egress.Explanation
	Probe(ctx context.Context, rawURL string) (egress.Probe, error)
}

// CheckWebhookIn asks what the rules say of a URL.
type CheckWebhookIn struct {
	URL         string `json:"url"`
	Environment string `json:"environment"`
}

// WebhookCheck is what the rules found, step by step. No connection was made.
type WebhookCheck struct {
	URL         string      `json:"url"`
	Environment pay.Env     `json:"environment"`
	Allowed     bool        `json:"allowed"`
	LookupMS    float64     `json:"lookupMs"`
	Steps       []CheckStep `json:"steps"`
}

// CheckStep is one aspect of a URL: its form, its name, or an address.
type CheckStep struct {
	What    string `json:"what"`
	Allowed bool   `json:"allowed"`
	Rule    string `json:"rule,omitempty"` // the code of the rule that refused it
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// CheckWebhook says why a URL may be called or not, as it is judged when a
// webhook is saved and, with its addresses of that moment, at every send.
func (s *Service) CheckWebhook(ctx context.Context, in CheckWebhookIn) (WebhookCheck, error) {
	env, err := pay.ParseEnv(in.Environment)
	if err != nil {
		return WebhookCheck{}, err
	}
	found := s.Reach(env).Explain(ctx, in.URL)
	check := WebhookCheck{URL: in.URL, Environment: env, Allowed: found.OK(), LookupMS: milliseconds(found.Lookup), Steps: []CheckStep{}}
	for _, f := range found.Findings {
		check.Steps = append(check.Steps, CheckStep{What: f.What, Allowed: f.OK, Rule: f.Code, Message: f.Message, Hint: f.Hint})
	}
	return check, nil
}

// PingWebhookIn names a webhook, or a URL and its environment.
type PingWebhookIn struct {
	Webhook     webhook.EndpointID `json:"webhookId,omitempty"`
	URL         string             `json:"url,omitempty"`
	Environment string             `json:"environment,omitempty"`
}

// WebhookPing is how far a connection came. Nothing was sent over it but the TLS
// handshake: only an event may go to a receiver, and only signed.
type WebhookPing struct {
	URL         string        `json:"url"` // of a chat without its credential
	Environment pay.Env       `json:"environment"`
	Reached     bool          `json:"reached"`
	Address     string        `json:"address,omitempty"`
	LookupMS    float64       `json:"lookupMs"`
	ConnectMS   float64       `json:"connectMs"`
	HandshakeMS float64       `json:"handshakeMs"`
	TLS         string        `json:"tls,omitempty"`
	Certificate *Certificate  `json:"certificate,omitempty"`
	Class       webhook.Class `json:"class,omitempty"` // of the failure, as in the log of attempts
	Reason      string        `json:"reason,omitempty"`
}

// Certificate is what the receiver showed, trusted or not.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// pingTime bounds the whole of a ping.
const pingTime = 10 * time.Second

// PingWebhook connects to where the URL leads, makes the TLS session and hangs
// up.
func (s *Service) PingWebhook(ctx context.Context, in PingWebhookIn) (WebhookPing, error) {
	to, env, err := s.pinged(ctx, in)
	if err != nil {
		return WebhookPing{}, err
	}
	within, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	found, err := s.Reach(env).Probe(within, to.URL)
	ping := WebhookPing{
		URL: to.Shown(), Environment: env, Reached: err == nil, Address: found.Address, TLS: found.Version,
		LookupMS: milliseconds(found.Lookup), ConnectMS: milliseconds(found.Connect), HandshakeMS: milliseconds(found.Handshake),
	}
	if found.Subject != "" || !found.Expires.IsZero() {
		ping.Certificate = &Certificate{Subject: found.Subject, Issuer: found.Issuer, ExpiresAt: found.Expires}
	}
	if err != nil {
		ping.Class, ping.Reason = webhook.Failure(err)
	}
	return ping, nil
}

func (s *Service) pinged(ctx context.Context, in PingWebhookIn) (to webhook.Endpoint, env pay.Env, err error) {
	if (in.Webhook == "") == (in.URL == "") {
		return to, "", fault.Invalidf("--url", "one_target", "Give the id of a webhook, or --url")
	}
	if in.URL != "" {
		env, err = pay.ParseEnv(in.Environment)
		return webhook.Endpoint{Channel: webhook.HTTP, URL: in.URL}, env, err
	}
	err = s.Core.View(ctx, func(r pay.Records) (err error) {
		to, err = s.Endpoints(r).Endpoint(in.Webhook)
		return err
	})
	return to, pay.Env(to.Env), err
}

func milliseconds(span time.Duration) float64 {
	return float64(span.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
