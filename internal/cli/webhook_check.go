package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/webhook"
)

// outwardFlags are those of commands that look outward. A running server looks
// by its own rules; the flags count without one.
type outwardFlags struct {
	config.Data   `embed:""`
	config.Egress `embed:""`
	Dev           bool   `help:"Judge as a server with --dev does."`
	Env           string `default:"test" enum:"test,prod" help:"Environment whose rules count, test or prod (${default})."`
	JSON          bool   `help:"Print one JSON object."`
}

// operate is operate under these rules.
func (f *outwardFlags) operate(ctx context.Context, s Streams, work func(operator.Operator) error) error {
	if err := errors.Join(f.Data.Resolve(), f.Egress.Resolve()); err != nil {
		return err
	}
	return operateUnder(ctx, f.Data, app.Rules{Dev: f.Dev, Egress: f.Egress}, s, work)
}

type webhookCheckCommand struct {
	outwardFlags `embed:""`
	URL          string `arg:"" help:"The URL of a receiver."`
}

// Run says what the rules find in a URL. The exit code is 1 when it is refused.
func (c *webhookCheckCommand) Run(ctx context.Context, s Streams) error {
	var check operator.WebhookCheck
	err := c.operate(ctx, s, func(o operator.Operator) (err error) {
		check, err = o.CheckWebhook(ctx, operator.CheckWebhookIn{URL: c.URL, Environment: c.Env})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(s.Out, check)
	} else {
		printCheck(s.Out, check)
	}
	if err == nil && !check.Allowed {
		return outcome{code: exitNo}
	}
	return err
}

func printCheck(w io.Writer, check operator.WebhookCheck) {
	say := sayer(w)
	for _, step := range check.Steps {
		verdict, rule := "ok     ", ""
		if !step.Allowed {
			verdict = "refused"
		}
		if step.Rule != "" {
			rule = " [" + step.Rule + "]"
		}
		say("%s  %s: %s%s", verdict, step.What, step.Message, rule)
		if step.Hint != "" {
			say("         %s", step.Hint)
		}
	}
	if check.Allowed {
		say("Webhooks of the %s environment may go there.", check.Environment)
	} else {
		say("Webhooks of the %s environment may not go there.", check.Environment)
	}
}

type webhookPingCommand struct {
	outwardFlags `embed:""`
	Webhook      string `arg:"" optional:"" name:"webhook-id" help:"The webhook."`
	URL          string `placeholder:"URL" help:"A receiver that is not saved, instead of a webhook."`
}

// Run connects and hangs up. The exit code is 1 when nobody was reached.
func (c *webhookPingCommand) Run(ctx context.Context, s Streams) error {
	var ping operator.WebhookPing
	err := c.operate(ctx, s, func(o operator.Operator) (err error) {
		ping, err = o.PingWebhook(ctx, operator.PingWebhookIn{Webhook: webhook.EndpointID(c.Webhook), URL: c.URL, Environment: c.Env})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(s.Out, ping)
	} else {
		printPing(s.Out, ping)
	}
	if err == nil && !ping.Reached {
		return outcome{code: exitNo}
	}
	return err
}

func printPing(w io.Writer, ping operator.WebhookPing) {
	say := sayer(w)
	say("%s (%s)", ping.URL, ping.Environment)
	if ping.Address != "" {
		say("  address      %s", ping.Address)
		say("  name lookup  %v ms", ping.LookupMS)
		say("  connection   %v ms", ping.ConnectMS)
	}
	if ping.TLS != "" {
		say("  handshake    %v ms, %s", ping.HandshakeMS, ping.TLS)
	}
	if cert := ping.Certificate; cert != nil {
		say("  certificate  %s, by %s, until %s", cert.Subject, cert.Issuer, cert.ExpiresAt.Format(time.DateOnly))
	}
	if ping.Reached {
		say("The receiver can be reached. Nothing was sent to it.")
		return
	}
	say("Not reached (%s): %s", ping.Class, ping.Reason)
}
