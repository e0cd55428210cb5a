package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"tillway/internal/config"
	"tillway/internal/link"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// linkCommand groups what the operator does with Wayl's payment links.
type linkCommand struct {
	List    linkListCommand    `cmd:"" help:"List the newest 200 payment links of a store."`
	Show    linkShowCommand    `cmd:"" help:"Show a payment link."`
	Deliver linkDeliverCommand `cmd:"" help:"Mark a paid link Delivered."`
	Return  linkReturnCommand  `cmd:"" help:"Mark a paid link Returned. It moves no money; a refund does, and marks the link itself."`
	Reject  linkRejectCommand  `cmd:"" help:"Mark a link Rejected whose buyer has begun and not paid; its page takes no payment any more."`
}

// linkFlags are what every command on one link takes.
type linkFlags struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO_…" help:"The store."`
	JSON        bool   `help:"Print one JSON object."`
	Link        string `arg:"" help:"The link: its id, its code, or the merchant's reference."`
}

// run does the work and says what the link is now.
func (c *linkFlags) run(ctx context.Context, s Streams, work func(o operator.Operator) (operator.Link, error)) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var shown operator.Link
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		shown, err = work(o)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, shown)
	}
	_, err = fmt.Fprintf(s.Out, "%s (%s, %q) over %s %s is %s.\n", shown.ID, shown.Code, shown.Reference, shown.Total, shown.Currency, shown.Status)
	return err
}

// mark gives the link a status.
func (c *linkFlags) mark(ctx context.Context, s Streams, status link.Status) error {
	return c.run(ctx, s, func(o operator.Operator) (operator.Link, error) {
		return o.MarkLink(ctx, operator.MarkLinkIn{Store: pay.StoreID(c.Store), Link: c.Link, Status: status})
	})
}

type linkShowCommand struct {
	linkFlags `embed:""`
}

// Run shows a link.
func (c *linkShowCommand) Run(ctx context.Context, s Streams) error {
	return c.run(ctx, s, func(o operator.Operator) (operator.Link, error) {
		return o.ShowLink(ctx, operator.ShowLinkIn{Store: pay.StoreID(c.Store), Link: c.Link})
	})
}

type linkDeliverCommand struct {
	linkFlags `embed:""`
}

// Run marks a link delivered.
func (c *linkDeliverCommand) Run(ctx context.Context, s Streams) error {
	return c.mark(ctx, s, link.Delivered)
}

type linkReturnCommand struct {
	linkFlags `embed:""`
}

// Run marks a link returned.
func (c *linkReturnCommand) Run(ctx context.Context, s Streams) error {
	return c.mark(ctx, s, link.Returned)
}

type linkRejectCommand struct {
	linkFlags `embed:""`
}

// Run marks a link rejected.
func (c *linkRejectCommand) Run(ctx context.Context, s Streams) error {
	return c.mark(ctx, s, link.Rejected)
}

type linkListCommand struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO_…" help:"The store."`
	Status      string `placeholder:"STATUS" help:"Only with this status: Created, Pending, Processing, Complete, Delivered, Cancelled, Rejected or Returned."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run lists links, newest first.
func (c *linkListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.LinkList
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListLinks(ctx, operator.ListLinksIn{Store: pay.StoreID(c.Store), Status: link.Status(c.Status)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	if len(list.Links) == 0 {
		_, err := fmt.Fprintln(s.Out, "There is no such link.")
		return err
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "LINK\tCODE\tENVIRONMENT\tTOTAL\tSTATUS\tSINCE\tREFERENCE")
	for _, l := range list.Links {
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s %s\t%s\t%s\t%.60q\n", l.ID, l.Code, l.Environment, l.Total, l.Currency,
			l.Status, l.CreatedAt.Format(time.DateTime), l.Reference)
	}
	return lines.Flush()
}
