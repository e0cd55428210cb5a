package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// refundCommand groups what the operator does with refunds.
type refundCommand struct {
	List    refundListCommand    `cmd:"" help:"List the newest 200 refunds."`
	Create  refundCreateCommand  `cmd:"" help:"Refund a payment, in whole or in part."`
	Approve refundApproveCommand `cmd:"" help:"Decide for a refund that somebody asked for; the money goes back."`
	Reject  refundRejectCommand  `cmd:"" help:"Decide against a refund that somebody asked for."`
}

// refundFlags are what every change of a refund takes.
type refundFlags struct {
	config.Data `embed:""`
	By          string `placeholder:"NAME" help:"Who decides. Default: your user name."`
	JSON        bool   `help:"Print one JSON object."`
}

// run does the work and says what became of the refund.
func (c *refundFlags) run(ctx context.Context, s Streams, work func(o operator.Operator, by string) (operator.Refund, error)) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	by := c.By
	if by == "" {
		by = userName()
	}
	var refund operator.Refund
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		refund, err = work(o, by)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, refund)
	}
	_, err = fmt.Fprintf(s.Out, "%s over %s %s is %s.%s\n", refund.ID, refund.Amount, refund.Currency, refund.State, whatFollows(refund))
	return err
}

// whatFollows says what is still to come of a refund, or why nothing is.
func whatFollows(refund operator.Refund) string {
	switch {
	case !refund.Asked:
		return " The server asks the provider as soon as it can."
	case refund.State.Open():
		return " The server goes on asking the provider until it says what became of it."
	case refund.State == pay.RefundFailed:
		return " The provider gives as reason: " + refund.Failure + "."
	}
	return ""
}

type refundCreateCommand struct {
	refundFlags `embed:""`
	Payment     string `arg:"" help:"The payment, PAY_…"`
	Amount      string `placeholder:"5.00" help:"How much, in the payment's currency. Default: all that is left."`
	Reason      string `required:"" placeholder:"TEXT" help:"Why. The merchant's webhooks tell it."`
	ExternalID  string `placeholder:"ID" help:"The merchant's own name for the refund, told by webhooks."`
}

// Run refunds a payment.
func (c *refundCreateCommand) Run(ctx context.Context, s Streams) error {
	return c.run(ctx, s, func(o operator.Operator, by string) (operator.Refund, error) {
		return o.CreateRefund(ctx, operator.CreateRefundIn{
			Payment: pay.PaymentID(c.Payment), Amount: c.Amount, Reason: c.Reason, ExternalID: c.ExternalID, By: by,
		})
	})
}

type refundApproveCommand struct {
	refundFlags `embed:""`
	Refund      string `arg:"" help:"The refund, REF_…"`
	Note        string `placeholder:"TEXT" help:"Why; kept beside the decision."`
}

// Run approves a refund.
func (c *refundApproveCommand) Run(ctx context.Context, s Streams) error {
	return c.run(ctx, s, func(o operator.Operator, by string) (operator.Refund, error) {
		return o.DecideRefund(ctx, operator.DecideRefundIn{Refund: pay.RefundID(c.Refund), Approve: true, By: by, Note: c.Note})
	})
}

type refundRejectCommand struct {
	refundFlags `embed:""`
	Refund      string `arg:"" help:"The refund, REF_…"`
	Reason      string `required:"" placeholder:"TEXT" help:"Why; kept beside the decision and shown to who asked."`
}

// Run rejects a refund.
func (c *refundRejectCommand) Run(ctx context.Context, s Streams) error {
	return c.run(ctx, s, func(o operator.Operator, by string) (operator.Refund, error) {
		return o.DecideRefund(ctx, operator.DecideRefundIn{Refund: pay.RefundID(c.Refund), By: by, Note: c.Reason})
	})
}

type refundListCommand struct {
	config.Data `embed:""`
	Store       string `placeholder:"STO_…" help:"Only of this store."`
	Payment     string `placeholder:"PAY_…" help:"Only of this payment."`
	State       string `placeholder:"STATE" help:"Only in this state: requested, approved, pending, unknown, succeeded, failed, rejected or withdrawn."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run lists refunds, newest first.
func (c *refundListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.Refunds
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListRefunds(ctx, operator.ListRefundsIn{
			Payment: pay.PaymentID(c.Payment), Store: pay.StoreID(c.Store), State: pay.RefundState(c.State),
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	if len(list.Refunds) == 0 {
		_, err := fmt.Fprintln(s.Out, "There is no such refund.")
		return err
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "REFUND\tPAYMENT\tENVIRONMENT\tAMOUNT\tSTATE\tASKED BY\tSINCE\tREASON")
	for _, r := range list.Refunds {
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s %s\t%s\t%s\t%s\t%.60q\n", r.ID, r.Payment, r.Environment, r.Amount, r.Currency,
			r.State, r.AskedBy, r.CreatedAt.Format(time.DateTime), r.Reason)
	}
	return lines.Flush()
}
