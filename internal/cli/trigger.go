package cli

import (
	"context"
	"fmt"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

// triggerPatience is how long a sample is waited for: several times the time
// limit of its only attempt.
const triggerPatience = time.Minute

// triggerCommand sends samples of events.
type triggerCommand struct {
	config.Data `embed:""`
	Event       string `arg:"" help:"The event type, such as order.completed."`
	Store       string `required:"" placeholder:"STO" help:"The store, STO_…"`
	Env         string `default:"test" enum:"test,prod" help:"Environment: test or prod (${default})."`
	Webhook     string `placeholder:"ID" help:"This webhook, whatever it asks for. Default: all active ones that ask for the event."`
	Wait        bool   `help:"Wait for the receivers' answers; exit code 1 when one did not accept."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run sends a sample, really signed and never retried.
func (c *triggerCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var triggered operator.Triggered
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		triggered, err = o.TriggerEvent(ctx, operator.TriggerEventIn{
			Event: webhook.EventType(c.Event), Store: pay.StoreID(c.Store), Environment: pay.Env(c.Env), Webhook: webhook.EndpointID(c.Webhook),
		})
		if err != nil || !c.Wait || triggered.Waiting {
			return err
		}
		return awaitOutcomes(ctx, o, triggered.Deliveries)
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(s.Out, triggered)
	} else {
		for _, delivery := range triggered.Deliveries {
			_, err = fmt.Fprintf(s.Out, "%s to %s: %s\n", delivery.Delivery, harmless(delivery.URL), harmless(outcomeSentence(delivery)))
		}
	}
	switch {
	case err != nil:
		return err
	case triggered.Waiting && c.Wait:
		return outcome{exitFailed, fault.New(fault.Unavailable, "no_server", "There is no server to wait for").
			WithHint("Start it with: tillway serve; the samples are sent then")}
	case triggered.Waiting && !c.JSON:
		_, err = fmt.Fprintln(s.Out, "No server runs on this data: they are sent when one is started.")
		return err
	case c.Wait:
		return judgeOutcomes(triggered.Deliveries)
	}
	return nil
}

// awaitOutcomes fills in how the deliveries ended.
func awaitOutcomes(ctx context.Context, o operator.Operator, deliveries []operator.DeliveryOutcome) error {
	ctx, cancel := context.WithTimeout(ctx, triggerPatience)
	defer cancel()
	var in operator.DeliveryOutcomesIn
	for _, delivery := range deliveries {
		in.Deliveries = append(in.Deliveries, delivery.Delivery)
	}
	for {
		now, err := o.DeliveryOutcomes(ctx, in)
		if err != nil {
			return err
		}
		copy(deliveries, now.Deliveries)
		waiting := false
		for _, delivery := range deliveries {
			waiting = waiting || !delivery.State.Terminal()
		}
		if !waiting {
			return nil
		}
		if pause(ctx, lookAgain) != nil {
			return nil // what still waits says so
		}
	}
}

// judgeOutcomes is the exit code: a sample that still waits is no answer.
func judgeOutcomes(deliveries []operator.DeliveryOutcome) error {
	code := exitDone
	for _, delivery := range deliveries {
		switch delivery.State {
		case webhook.Pending:
			return outcome{exitFailed, fault.New(fault.Unavailable, "still_waiting", "A sample has not been sent yet").
				WithHint("Check that the server runs, and look at the delivery in the log")}
		case webhook.Failed:
			code = exitNo
		}
	}
	if code != exitDone {
		return outcome{code: code}
	}
	return nil
}

func outcomeSentence(d operator.DeliveryOutcome) string {
	switch {
	case d.State == webhook.Pending:
		return "on its way"
	case d.Attempts == 0:
		return "not sent"
	case d.Class == "":
		return fmt.Sprintf("accepted with %d in %d ms", d.Status, d.Milliseconds)
	default:
		return fmt.Sprintf("%s after %d ms: %s", d.Class, d.Milliseconds, d.Reason)
	}
}
