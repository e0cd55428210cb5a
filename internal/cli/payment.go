package cli

import (
	"context"
	"fmt"
	"os/user"
	"text/tabwriter"
	"time"

	"tillway/internal/config"
	"tillway/internal/operator"
)

// paymentCommand groups what the operator does with payments by hand.
type paymentCommand struct {
	List    paymentListCommand    `cmd:"" help:"List what waits for you, oldest first."`
	Confirm paymentConfirmCommand `cmd:"" help:"Say that the money came; the order is completed."`
	Refuse  paymentRefuseCommand  `cmd:"" help:"Say that no money came; the buyer may pay in another way."`
}

// paymentFlags name a payment and who decides it.
type paymentFlags struct {
	config.Data `embed:""`
	Payment     string `arg:"" help:"The payment, PAY_…, or the code that the buyer paid under. REF_… is money that goes back."`
	Note        string `placeholder:"TEXT" help:"Why; kept beside the decision."`
	By          string `placeholder:"NAME" help:"Who decides. Default: your user name."`
	JSON        bool   `help:"Print one JSON object."`
}

type paymentConfirmCommand struct {
	paymentFlags `embed:""`
}

// Run confirms a payment. Confirming twice changes nothing.
func (c *paymentConfirmCommand) Run(ctx context.Context, s Streams) error {
	return c.decide(ctx, s, true)
}

type paymentRefuseCommand struct {
	paymentFlags `embed:""`
}

// Run refuses a payment. Refusing twice changes nothing.
func (c *paymentRefuseCommand) Run(ctx context.Context, s Streams) error {
	return c.decide(ctx, s, false)
}

func (c *paymentFlags) decide(ctx context.Context, s Streams, confirm bool) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	in := operator.DecidePaymentIn{Payment: c.Payment, Confirm: confirm, By: c.By, Note: c.Note}
	if in.By == "" {
		in.By = userName()
	}
	var payment operator.ManualPayment
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		payment, err = o.DecidePayment(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, payment)
	}
	later := ""
	if !payment.Settled {
		later = " The server carries it out as soon as it can."
	}
	_, err = fmt.Fprintf(s.Out, "%s over %s %s is %s.%s\n", payment.ID, payment.Amount, payment.Currency, payment.State, later)
	return err
}

// userName is who runs the command, for the record.
func userName() string {
	me, err := user.Current()
	if err != nil || me.Username == "" {
		return "operator"
	}
	return me.Username
}

type paymentListCommand struct {
	config.Data `embed:""`
	JSON        bool `help:"Print one JSON object."`
}

// Run lists what waits for a person.
func (c *paymentListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.ManualPayments
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListPayments(ctx, operator.ListPaymentsIn{})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	if len(list.Payments) == 0 {
		_, err := fmt.Fprintln(s.Out, "No payment waits for you.")
		return err
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "PAYMENT\tCODE\tKIND\tENVIRONMENT\tAMOUNT\tSINCE")
	for _, p := range list.Payments {
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s %s\t%s\n", p.ID, p.Code, p.Kind, p.Environment, p.Amount, p.Currency, p.CreatedAt.Format(time.DateTime))
	}
	return lines.Flush()
}
