package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/webhook"
)

// webhookOneFlags name a webhook.
type webhookOneFlags struct {
	config.Data `embed:""`
	Webhook     string `arg:"" name:"webhook-id" help:"The webhook, as webhook list shows it."`
	JSON        bool   `help:"Print one JSON object."`
}

type webhookSetCommand struct {
	webhookOneFlags `embed:""`
	Description     *string  `placeholder:"TEXT" help:"A line for people."`
	Rate            *int     `placeholder:"N" help:"Most requests per minute, up to 60000; 0 is no limit."`
	Ordered         *bool    `negatable:"" help:"Send the events of one order strictly one after the other."`
	Schedule        *string  `placeholder:"NAME" help:"When to try again: pancake, standard, wayl, waypay or diddo; an empty name is its dialect's own."`
	Header          []string `sep:"none" placeholder:"NAME: VALUE" help:"Send this header with each request, such as 'Authorization: Bearer …'. Repeat it for more; the ones given replace those before."`
	NoHeaders       bool     `help:"Send no headers of its own any more."`
}

// Run changes a webhook's settings.
func (c *webhookSetCommand) Run(ctx context.Context, s Streams) error {
	in := operator.SetWebhookIn{Description: c.Description, RatePerMinute: c.Rate, Ordered: c.Ordered, Schedule: (*webhook.ScheduleName)(c.Schedule)}
	headers := []webhook.Header{}
	for _, line := range c.Header {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return fault.Invalidf("--header", "bad_header", "--header is not NAME: VALUE").WithHint("For example --header 'X-Api-Key: secret'")
		}
		headers = append(headers, webhook.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	if len(headers) > 0 || c.NoHeaders {
		in.Headers = &headers
	}
	if in == (operator.SetWebhookIn{}) {
		return fault.Invalidf("", "nothing_to_set", "There is nothing to set").WithHint("See tillway webhook set --help")
	}
	return c.set(ctx, s, in)
}

type webhookEnableCommand struct {
	webhookOneFlags `embed:""`
}

// Run lets a webhook receive again, and says how to send what it missed.
func (c *webhookEnableCommand) Run(ctx context.Context, s Streams) error {
	active := webhook.Active
	return c.set(ctx, s, operator.SetWebhookIn{State: &active})
}

type webhookDisableCommand struct {
	webhookOneFlags `embed:""`
}

// Run lets a webhook receive no more.
func (c *webhookDisableCommand) Run(ctx context.Context, s Streams) error {
	disabled := webhook.Disabled
	return c.set(ctx, s, operator.SetWebhookIn{State: &disabled})
}

func (c *webhookOneFlags) set(ctx context.Context, s Streams, in operator.SetWebhookIn) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	in.Webhook = webhook.EndpointID(c.Webhook)
	var settings operator.WebhookSettings
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		settings, err = o.SetWebhook(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, settings)
	}
	_, _ = fmt.Fprintf(s.Out, "Webhook %s is %s: %s\n", settings.ID, settings.State, inWords(settings))
	if !settings.MissedSince.IsZero() {
		since := settings.MissedSince.UTC().Format(time.RFC3339)
		_, _ = fmt.Fprintf(s.Out, "What it missed is sent by:\n  tillway webhook recover --store %s --env %s --webhook %s --since %s\n  tillway webhook replay  --store %s --env %s --webhook %s --since %s\n",
			settings.Store, settings.Environment, settings.ID, since, settings.Store, settings.Environment, settings.ID, since)
	}
	return nil
}

// inWords are a webhook's settings in one line.
func inWords(w operator.WebhookSettings) string {
	said := []string{"as fast as it takes them"}
	if w.RatePerMinute > 0 {
		said[0] = fmt.Sprintf("at most %d requests a minute", w.RatePerMinute)
	}
	if w.Ordered {
		said = append(said, "in order")
	}
	if w.Schedule != "" {
		said = append(said, "retries by the schedule "+string(w.Schedule))
	}
	if len(w.HeaderNames) > 0 {
		said = append(said, "with "+strings.Join(w.HeaderNames, ", "))
	}
	return strings.Join(said, ", ") + "."
}
