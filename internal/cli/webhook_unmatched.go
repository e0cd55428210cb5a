package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"tillway/internal/operator"
	"tillway/internal/report"
)

type webhookUnmatchedCommand struct {
	webhookPageFlags `embed:""`
}

// Run lists events of which nobody was told, and why.
func (c *webhookUnmatchedCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	since, until, err := c.span()
	if err != nil {
		return err
	}
	var page operator.UnmatchedEvents
	err = operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		page, err = o.UnmatchedEvents(ctx, operator.UnmatchedEventsIn{
			Store: c.store(), Environment: c.Env, Since: since, Until: until, Limit: c.Limit, After: c.After,
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, page)
	}
	if len(page.Events) == 0 {
		_, _ = fmt.Fprintln(s.Out, "No such event was found.")
		printNext(s.Out, page.Next, page.Incomplete)
		return nil
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "EVENT\tHAPPENED\tTYPE\tABOUT\tWHY NOBODY WAS TOLD")
	for _, e := range page.Events {
		why := "no active webhook asks for it"
		if e.Reason == report.NotApproved {
			why = "the store was not approved"
		}
		if e.SentSince {
			why += "; sent since"
		}
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\n", e.ID, shortTime(e.At), e.Type, e.Key, why)
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	printNext(s.Out, page.Next, page.Incomplete)
	return nil
}
