package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/report"
	"tillway/internal/webhook"
)

type webhookListCommand struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO" help:"The store, STO_…"`
	Env         string `enum:"test,prod," default:"" help:"Environment: test or prod. Default: both."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run lists a store's webhooks and how they do.
func (c *webhookListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.WebhookList
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListWebhooks(ctx, operator.ListWebhooksIn{Store: pay.StoreID(c.Store), Environment: c.Env})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	if len(list.Webhooks) == 0 {
		_, err := fmt.Fprintln(s.Out, "There is no webhook.")
		return err
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "WEBHOOK\tENVIRONMENT\tCHANNEL\tSTATE\tFAILING SINCE\tWAITING\tLAST ATTEMPT\tRESULT\tURL")
	for _, w := range list.Webhooks {
		state := string(w.State)
		if w.DisabledFor != "" {
			state += " (" + string(w.DisabledFor) + ")"
		}
		waiting := fmt.Sprint(w.Waiting)
		if w.Waiting >= report.MostWaiting {
			waiting += "+"
		}
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", w.ID, w.Environment, w.Channel, state,
			shortTime(w.FailingSince), waiting, shortTime(w.LastAt), result(w.LastStatus, w.LastReason), harmless(w.URL))
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	for _, w := range list.Webhooks {
		for _, n := range w.Notices {
			_, _ = fmt.Fprintf(s.Out, "%s  Webhook %s %s\n", shortTime(n.At), w.ID, noticeInWords(n))
		}
	}
	return nil
}

// noticeInWords says what a notice tells.
func noticeInWords(n operator.WebhookNotice) string {
	switch {
	case n.Level < 100:
		return fmt.Sprintf("has failed every time since %s: %d %% of the time to its being disabled.", shortTime(n.Since), n.Level)
	case n.Reason == webhook.Gone:
		return "was disabled: the receiver answered 410."
	case n.Reason == webhook.ToldTo:
		return "was disabled: the receiver asked for it."
	default:
		return fmt.Sprintf("was disabled: it has failed every time since %s.", shortTime(n.Since))
	}
}

// result is what the last attempt came to.
func result(status int, reason string) string {
	switch {
	case status != 0 && reason != "":
		return fmt.Sprintf("%d, %s", status, reason)
	case status != 0:
		return fmt.Sprint(status)
	default:
		return orDash(reason)
	}
}
