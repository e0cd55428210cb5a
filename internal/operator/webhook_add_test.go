package operator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tillway/internal/egress"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/store"
	"tillway/internal/webhook"
)

// far stands for the rules of egress, which have tests of their own.
type far struct{}

func (far) Explain(_ context.Context, raw string) egress.Explanation {
	if !strings.HasPrefix(raw, "https://") {
		return egress.Explanation{Findings: []egress.Finding{{What: "form", Code: "url_not_https", Message: "The URL must be https.", Hint: "Use https"}}}
	}
	return egress.Explanation{Findings: []egress.Finding{{What: "form", OK: true}}}
}

func (far) Probe(context.Context, string) (egress.Probe, error) { return egress.Probe{}, nil }

const merchantSecret = "mer_sk_abc123def4567"

func TestWebhooksAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		hooks := store.NewWebhooks(s.DB, paytest.MustKeyring(t))
		endpoints := func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }
		service := operator.New(operator.Config{
			Core: s.Core, Endpoints: endpoints, Reach: func(pay.Env) operator.Reach { return far{} },
			Dialects: []operator.WebhookDialect{
				{Name: "pancake", Current: []string{"a", "b"}, Legal: []string{"a", "b", "old"}, Scheme: webhook.PancakeScheme},
				{Name: "wayl", Current: []string{"a"}, Legal: []string{"a"}, Scheme: webhook.WaylScheme},
				{
					Name: "waypay", Current: []string{"T"}, Legal: []string{"T"}, Scheme: webhook.WaypayScheme,
					Secret: func(_ context.Context, shop pay.StoreID, env pay.Env) (id.Secret, error) {
						if env == pay.Prod {
							return "", fault.New(fault.NotFound, "signing_secret_not_found", "The store has no secret key in this environment")
						}
						return merchantSecret, nil
					},
				},
			},
		})
		good := operator.AddWebhookIn{Store: s.Shop.ID, Environment: "test", Dialect: "waypay", URL: "https://a.example/hook"}
		add := func(change func(*operator.AddWebhookIn)) (operator.AddedWebhook, error) {
			in := good
			change(&in)
			return service.AddWebhook(t.Context(), in)
		}
		read := func(made operator.AddedWebhook) (found webhook.Endpoint, err error) {
			err = s.Core.View(t.Context(), func(r pay.Records) (err error) {
				found, err = endpoints(r).Endpoint(made.ID)
				return err
			})
			return found, err
		}

		made, err := add(func(in *operator.AddWebhookIn) { in.Description = "the till" })
		if err != nil {
			t.Fatal(err)
		}
		found, err := read(made)
		if err != nil || found.Scheme != webhook.WaypayScheme || found.Secret.Reveal() != merchantSecret || found.Dialect != "waypay" ||
			found.Channel != webhook.HTTP || !slices.Equal(found.Events, []webhook.EventType{"T"}) || found.Description != "the till" {
			t.Errorf("made %+v, %v", found, err)
		}
		if made.Secret != "" {
			t.Error("the store's own secret is shown")
		}

		made, err = add(func(in *operator.AddWebhookIn) { in.Dialect = "wayl" })
		if found, _ := read(made); err != nil || made.Secret == "" || found.Secret.Reveal() != made.Secret || found.Scheme != webhook.WaylScheme {
			t.Errorf("a drawn secret: %v, %v", found.Scheme, err)
		}
		if strings.Contains(fmt.Sprint(made), made.Secret) {
			t.Error("a message tells the secret")
		}

		made, err = add(func(in *operator.AddWebhookIn) {
			in.Dialect, in.Events, in.Environment = "pancake", []webhook.EventType{"old", "a"}, "prod"
		})
		if found, _ := read(made); err != nil || made.Secret != "" || !found.Secret.IsZero() || found.Scheme != "" ||
			!slices.Equal(found.Events, []webhook.EventType{"old", "a"}) || found.Env != webhook.Prod {
			t.Errorf("the platform's pair: %+v, %v", found, err)
		}

		chat, err := add(func(in *operator.AddWebhookIn) {
			in.Channel, in.URL, in.Secret = webhook.Telegram, "123456:ABC-DEF_1", "-1001234567890"
		})
		if found, _ := read(chat); err != nil || found.Channel != webhook.Telegram || found.Secret != "-1001234567890" || found.Scheme != "" ||
			found.URL != "https://api.telegram.org/bot123456:ABC-DEF_1/sendMessage" || found.Dialect != "waypay" {
			t.Errorf("a chat: %+v, %v", found, err)
		}
		if chat.Scheme != "" || chat.Secret != "" || chat.URL != "https://api.telegram.org/…" || chat.Channel != webhook.Telegram {
			t.Errorf("of a chat, %+v is shown", chat)
		}

		for name, c := range map[string]struct {
			change func(*operator.AddWebhookIn)
			code   string
		}{
			"another channel":     {func(in *operator.AddWebhookIn) { in.Channel = "email" }, "unknown_channel"},
			"a chat nowhere":      {func(in *operator.AddWebhookIn) { in.Channel = webhook.Telegram }, "missing_field"},
			"a secret of its own": {func(in *operator.AddWebhookIn) { in.Secret = "hush" }, "secret_unused"},
			"another dialect":     {func(in *operator.AddWebhookIn) { in.Dialect = "stripe" }, "unknown_dialect"},
			"another environment": {func(in *operator.AddWebhookIn) { in.Environment = "live" }, "bad_environment"},
			"another event":       {func(in *operator.AddWebhookIn) { in.Events = []webhook.EventType{"a"} }, "unknown_event"},
			"an address by http":  {func(in *operator.AddWebhookIn) { in.URL = "http://a.example/" }, "url_not_https"},
			"no address":          {func(in *operator.AddWebhookIn) { in.URL = "" }, "url_required"},
			"another store":       {func(in *operator.AddWebhookIn) { in.Store = "STO_other" }, "store_not_found"},
			"a store without a secret": {
				func(in *operator.AddWebhookIn) { in.Environment = "prod" }, "signing_secret_not_found",
			},
		} {
			if _, err := add(c.change); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM webhook_endpoints`); n != 4 {
			t.Errorf("there are %d webhooks, want 4", n)
		}

		gone, err := service.RemoveWebhook(t.Context(), operator.RemoveWebhookIn{Webhook: made.ID})
		if err != nil || gone.Store != s.Shop.ID || gone.Environment != pay.Prod || gone.URL != "https://a.example/hook" {
			t.Errorf("removed %+v, %v", gone, err)
		}
		if _, err := service.RemoveWebhook(t.Context(), operator.RemoveWebhookIn{Webhook: made.ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("removed twice: %v", err)
		}
	})
}
