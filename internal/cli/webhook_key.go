package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/webhook"
)

// webhookKeyCommand groups what can be done with the keys that sign webhooks.
type webhookKeyCommand struct {
	List   webhookKeyListCommand   `cmd:"" help:"List the platform's key pairs, with the public keys."`
	Rotate webhookKeyRotateCommand `cmd:"" help:"Make the next key pair of an environment, or the next secret of a webhook."`
}

type webhookKeyListCommand struct {
	config.Data `embed:""`
	JSON        bool `help:"Print one JSON object."`
}

// Run lists the pairs, the latest to begin first.
func (c *webhookKeyListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.WebhookKeys
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListWebhookKeys(ctx, operator.ListWebhookKeysIn{})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ENVIRONMENT\tSTATE\tBEGINS\tENDS\tSHA-256 OF THE PUBLIC KEY")
	for _, key := range list.Keys {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", key.Environment, key.State, dated(key.ActivatesAt), dated(key.RetiresAt), key.Fingerprint)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, key := range list.Keys {
		if key.State != webhook.Retired {
			_, _ = fmt.Fprintf(s.Out, "\nPublic key of the %s environment (%s):\n\n%s", key.Environment, key.State, key.PublicKey)
		}
	}
	return nil
}

func dated(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.Format(time.DateTime)
}

type webhookKeyRotateCommand struct {
	config.Data `embed:""`
	Env         string        `name:"env" xor:"key" required:"" placeholder:"ENV" help:"Environment whose platform pair is rotated: test or prod."`
	Webhook     string        `xor:"key" required:"" placeholder:"ID" help:"Webhook whose own secret is rotated."`
	Scheme      string        `placeholder:"SCHEME" help:"Have the webhook signed by this scheme with a secret of its own from now on: standard, diddo, waypay or wayl."`
	Overlap     time.Duration `default:"24h" placeholder:"DURATION" help:"How long receivers have to install the new key before the old one ends (${default}). 0 changes at once, or ends a running overlap."`
	JSON        bool          `help:"Print one JSON object."`

	DiddoSignatureMode string `name:"diddo-signature-mode" placeholder:"MODE" help:"As the server has it, where none answers here: with raw, the old secret of a webhook by the diddo scheme signs until the overlap ends. Default stamped."`
}

// Run makes the next pair or secret and prints what the receivers need.
func (c *webhookKeyRotateCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	if c.Webhook != "" {
		return c.rotateSecret(ctx, s)
	}
	if c.Scheme != "" {
		return outcome{exitFailed, fault.Invalidf("--scheme", "scheme_of_platform", "--scheme goes with --webhook: the platform's own pair has one scheme.")}
	}
	var key operator.WebhookKey
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		key, err = o.RotateWebhookKey(ctx, operator.RotateWebhookKeyIn{Environment: c.Env, Overlap: c.Overlap})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, key)
	}
	said := "signs the webhooks of the %s environment from now on. Receivers that do not have it refuse them until they do.\n"
	if key.State == webhook.Announced {
		said = "will sign the webhooks of the %s environment from " + key.ActivatesAt.Format(time.DateTime) + " UTC on.\n" +
			"Until then the present key does. Receivers install both before that time.\n"
	}
	_, err = fmt.Fprintf(s.Out, "The key with this public half "+said+"\n%s", key.Environment, key.PublicKey)
	return err
}

func (c *webhookKeyRotateCommand) rotateSecret(ctx context.Context, s Streams) error {
	rules := app.Rules{Signing: config.Signing{DiddoSignatureMode: c.DiddoSignatureMode}}
	var made operator.WebhookSecret
	err := operateUnder(ctx, c.Data, rules, s, func(o operator.Operator) (err error) {
		made, err = o.RotateWebhookSecret(ctx, operator.RotateWebhookSecretIn{
			Webhook: c.Webhook, Scheme: webhook.Scheme(c.Scheme), Overlap: c.Overlap,
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, made)
	}
	return printWebhookSecret(s.Out, made)
}

func printWebhookSecret(w io.Writer, made operator.WebhookSecret) error {
	if made.Secret == "" {
		_, err := fmt.Fprintf(w, "The overlap has ended: webhook %s is signed with its newest secret alone.\n", made.Webhook)
		return err
	}
	said := "It signs from now on."
	if made.PreviousUntil != nil {
		until := made.PreviousUntil.Format(time.DateTime) + " UTC"
		said = "The secret before it signs until " + until + ", then this one does: have the receiver accept both before that time."
		if made.Together {
			said = "It signs from now on, beside the secret before it, which ends at " + until + "."
		}
	}
	_, err := fmt.Fprintf(w, "New secret of webhook %s (scheme %s), shown only now:\n\n%s\n\n%s\n", made.Webhook, made.Scheme, made.Secret, said)
	return err
}
