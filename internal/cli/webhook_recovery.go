package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// lookAgain is the pause between two looks at what is waited for.
const lookAgain = 200 * time.Millisecond

type webhookResendCommand struct {
	config.Data `embed:""`
	Delivery    string `arg:"" name:"delivery-id" help:"The delivery, as the log and the receiver know it."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run sends a delivery now, or says that it is on its way.
func (c *webhookResendCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var resent operator.ResentDelivery
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		resent, err = o.ResendDelivery(ctx, operator.ResendDeliveryIn{Delivery: webhook.DeliveryID(c.Delivery)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, resent)
	}
	_, err = fmt.Fprintf(s.Out, "Delivery %s %s.%s\n", resent.Delivery, effectInWords(resent), later(resent.Waiting))
	return err
}

// effectInWords says what a resend came to.
func effectInWords(resent operator.ResentDelivery) string {
	if resent.Behind != "" && resent.Effect == webhook.Restarted {
		return "starts its schedule anew once " + string(resent.Behind) + " of the same order has ended"
	}
	return map[webhook.ResendEffect]string{
		webhook.Restarted:  "is sent again; its schedule starts anew",
		webhook.Hastened:   "is tried now instead of later",
		webhook.AlreadyDue: "is due already; nothing changed",
		webhook.Asleep:     "waits for the end of " + string(resent.Behind) + " of the same order; nothing changed",
		webhook.BeingSent:  "is on its way already; nothing changed",
	}[resent.Effect]
}

// later says when what waits for a server is done.
func later(waiting bool) string {
	if waiting {
		return " No server runs on this data: it goes on when one is started."
	}
	return ""
}

// recoveryFlags say what a recovery or a replay is about.
type recoveryFlags struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO" help:"The store, STO_…"`
	Env         string `default:"test" enum:"test,prod" help:"Environment: test or prod (${default})."`
	Webhook     string `placeholder:"ID" help:"This webhook alone. Default: all of the store's."`
	Event       string `placeholder:"TYPE" help:"This event type alone. Default: all."`
	Since       string `required:"" placeholder:"TIME" help:"What failed, or for a replay happened, since then: 2026-11-20T09:30:00Z, 2026-11-20, or how long ago: 90m, 24h, 7d."`
	Until       string `placeholder:"TIME" help:"And before then. Default: now."`
	Wait        bool   `help:"Wait until it is done, and show its progress."`
	JSON        bool   `help:"Print one JSON object."`
}

type webhookRecoverCommand struct {
	recoveryFlags `embed:""`
}

// Run starts a recovery of failed deliveries.
func (c *webhookRecoverCommand) Run(ctx context.Context, s Streams) error {
	return c.start(ctx, s, webhook.RecoverFailed)
}

type webhookReplayCommand struct {
	recoveryFlags `embed:""`
}

// Run starts a replay of missed events.
func (c *webhookReplayCommand) Run(ctx context.Context, s Streams) error {
	return c.start(ctx, s, webhook.ReplayMissed)
}

func (c *recoveryFlags) start(ctx context.Context, s Streams, kind webhook.RecoveryKind) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	now := time.Now()
	since, err := parseMoment("--since", c.Since, now)
	if err != nil {
		return err
	}
	until, err := parseMoment("--until", c.Until, now)
	if err != nil {
		return err
	}
	var recovery operator.Recovery
	err = operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		recovery, err = o.StartRecovery(ctx, operator.StartRecoveryIn{
			Kind: kind, Store: pay.StoreID(c.Store), Environment: pay.Env(c.Env), Webhook: webhook.EndpointID(c.Webhook),
			Event: webhook.EventType(c.Event), Since: since, Until: until,
		})
		if err != nil || !c.Wait || recovery.Waiting {
			return err
		}
		recovery, err = followRecovery(ctx, s, o, recovery)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(s.Out, recovery)
	} else {
		_, err = fmt.Fprintf(s.Out, "%s.%s\n", recoverySentence(recovery), later(recovery.Waiting))
	}
	switch {
	case err != nil:
		return err
	case c.Wait && recovery.Waiting:
		return outcome{exitFailed, fault.New(fault.Unavailable, "no_server", "There is no server to wait for").
			WithHint("Start it with: tillway serve; the recovery is kept and goes on then")}
	case c.Wait && recovery.State != webhook.RecoveryDone:
		return outcome{code: exitNo}
	}
	return nil
}

// followRecovery shows how far a recovery is until it has ended. Whoever stops
// waiting does not stop the recovery.
func followRecovery(ctx context.Context, s Streams, o operator.Operator, recovery operator.Recovery) (operator.Recovery, error) {
	said := ""
	for {
		if now := recoverySentence(recovery); now != said {
			said = now
			_, _ = fmt.Fprintln(s.Err, said)
		}
		if recovery.State != webhook.RecoveryRunning {
			return recovery, nil
		}
		if err := pause(ctx, lookAgain); err != nil {
			return recovery, fault.New(fault.Unavailable, "wait_ended", "The recovery "+string(recovery.ID)+" goes on without being waited for").
				WithHint("End it with: tillway webhook cancel " + string(recovery.ID))
		}
		var err error
		if recovery, err = o.ShowRecovery(ctx, operator.RecoveryIn{ID: recovery.ID}); err != nil {
			return recovery, err
		}
	}
}

// pause waits; it returns ctx's error when ctx ends first.
func pause(ctx context.Context, span time.Duration) error {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func recoverySentence(r operator.Recovery) string {
	noun := map[webhook.RecoveryKind]string{webhook.RecoverFailed: "Recovery", webhook.ReplayMissed: "Replay"}[r.Kind]
	return fmt.Sprintf("%s %s is %s: %d found, %d made due, %d skipped", noun, r.ID, r.State, r.Found, r.Done, r.Skipped)
}

type webhookRecoveriesCommand struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO" help:"The store, STO_…"`
	JSON        bool   `help:"Print one JSON object."`
}

// Run lists a store's recoveries.
func (c *webhookRecoveriesCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.Recoveries
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListRecoveries(ctx, operator.ListRecoveriesIn{Store: pay.StoreID(c.Store)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	if len(list.Recoveries) == 0 {
		_, err := fmt.Fprintln(s.Out, "Nothing was recovered or replayed.")
		return err
	}
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "ID\tKIND\tENVIRONMENT\tWEBHOOK\tEVENT\tSINCE\tUNTIL\tSTATE\tFOUND\tDUE\tSKIPPED")
	for _, r := range list.Recoveries {
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n", r.ID, r.Kind, r.Environment, orAll(r.Webhook), orAll(r.Event),
			r.Since.UTC().Format(time.DateTime), r.Until.UTC().Format(time.DateTime), r.State, r.Found, r.Done, r.Skipped)
	}
	return lines.Flush()
}

func orAll[T ~string](chosen T) string {
	if chosen == "" {
		return "all"
	}
	return string(chosen)
}

type webhookCancelCommand struct {
	config.Data `embed:""`
	Recovery    string `arg:"" name:"recovery-id" help:"The recovery or replay, as webhook recoveries lists it."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run ends a recovery. Canceling twice changes nothing.
func (c *webhookCancelCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var recovery operator.Recovery
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		recovery, err = o.CancelRecovery(ctx, operator.RecoveryIn{ID: webhook.RecoveryID(c.Recovery)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, recovery)
	}
	_, err = fmt.Fprintln(s.Out, recoverySentence(recovery)+".")
	return err
}
