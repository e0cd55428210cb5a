package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"tillway/internal/operator"
	"tillway/internal/webhook"
)

type webhookLogCommand struct {
	webhookPageFlags `embed:""`
	Webhook          string `placeholder:"ID" help:"Only of this webhook; it may have been removed."`
	Event            string `placeholder:"TYPE" help:"Only events of this type, such as order.completed."`
	State            string `enum:"pending,succeeded,failed," default:"" help:"Only in this state: pending, succeeded or failed."`
	Status           *int   `placeholder:"CODE" help:"Only where the last attempt was answered with this HTTP status; 0 is no answer."`
	Class            string `placeholder:"CLASS" help:"Only where the last attempt failed in this way, such as timeout."`
	Order            string `placeholder:"ORD" help:"Only about this order, ORD_…"`
	Test             bool   `help:"Only samples that somebody asked for."`
}

// Run lists deliveries.
func (c *webhookLogCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	since, until, err := c.span()
	if err != nil {
		return err
	}
	in := operator.WebhookLogIn{
		Store: c.store(), Environment: c.Env, Webhook: webhook.EndpointID(c.Webhook), EventType: webhook.EventType(c.Event),
		State: webhook.State(c.State), Status: c.Status, Class: webhook.Class(c.Class), Order: c.Order,
		Since: since, Until: until, Limit: c.Limit, After: c.After,
	}
	if c.Test {
		in.Origin = webhook.FromTest
	}
	var page operator.WebhookLogPage
	err = operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		page, err = o.WebhookLog(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, page)
	}
	if len(page.Deliveries) == 0 {
		_, _ = fmt.Fprintln(s.Out, "No such delivery was found.")
		printNext(s.Out, page.Next, page.Incomplete)
		return nil
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "DELIVERY\tMADE\tEVENT\tABOUT\tSTATE\tATTEMPTS\tRESULT\tNEXT TRY\tURL")
	for _, d := range page.Deliveries {
		state := string(d.State)
		if d.Origin == webhook.FromTest {
			state += " (test)"
		}
		next := shortTime(d.NextTry)
		switch {
		case d.Sending:
			next = "now"
		case d.State == webhook.Pending && d.NextTry.IsZero():
			next = "in its turn"
		}
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", d.ID, shortTime(d.CreatedAt), d.EventType, orDash(d.Subject), state,
			d.Attempts, result(d.LastStatus, d.LastReason), next, harmless(destination(d)))
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	printNext(s.Out, page.Next, page.Incomplete)
	return nil
}

// destination is where a delivery goes. One that belongs to no webhook went to an
// address that came with a request, and says so.
func destination(d operator.LoggedDelivery) string {
	if d.Called {
		return d.URL + " (came with the request)"
	}
	return d.URL
}
