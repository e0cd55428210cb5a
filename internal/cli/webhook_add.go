package cli

import (
	"context"
	"fmt"

	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

type webhookAddCommand struct {
	outwardFlags `embed:""`
	URL          string   `arg:"" help:"Where the events go. Of a Telegram bot, its token does."`
	Store        string   `required:"" placeholder:"STO" help:"The store, STO_…"`
	Dialect      string   `required:"" placeholder:"NAME" help:"The API in whose words it is told, such as waypay."`
	Channel      string   `default:"http" enum:"http,slack,discord,feishu,telegram" help:"What is there: http, a server, or the chat that it is: slack, discord, feishu or telegram (${default})."`
	Secret       string   `placeholder:"TEXT" help:"A chat's credential. Of Telegram, the chat: its id, as in --secret=-1001234567890, or @channelname."`
	Event        []string `placeholder:"NAME" help:"An event that it is told of. Repeat it for more; all when there is none."`
	Description  string   `placeholder:"TEXT" help:"A line for people."`
}

// Run registers a webhook, and prints its secret if one was made for it.
func (c *webhookAddCommand) Run(ctx context.Context, s Streams) error {
	in := operator.AddWebhookIn{Store: pay.StoreID(c.Store), Environment: c.Env, Dialect: c.Dialect, Channel: webhook.Channel(c.Channel), URL: c.URL, Secret: c.Secret, Description: c.Description}
	for _, event := range c.Event {
		in.Events = append(in.Events, webhook.EventType(event))
	}
	var made operator.AddedWebhook
	err := c.operate(ctx, s, func(o operator.Operator) (err error) {
		made, err = o.AddWebhook(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, made)
	}
	_, _ = fmt.Fprintf(s.Out, "Webhook %s of store %s (%s) is told in the words of %s: %s\n", made.ID, made.Store, made.Environment, made.Dialect, harmless(made.URL))
	if made.Secret != "" {
		_, _ = fmt.Fprintf(s.Out, "It is signed with this secret, which is shown this once:\n  %s\n", made.Secret)
	}
	return nil
}
