package report

import (
	"context"
	"fmt"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
)

// bookkeeper is the connector of that name if it keeps a book, else nil.
func (v *verification) bookkeeper(name string) connector.Connector {
	for _, candidate := range v.Connectors {
		if caps := candidate.Describe(); caps.Name == name && caps.KeepsBook {
			return candidate
		}
	}
	return nil
}

// books goes through what each provider booked until now and looks for our
// side of it. Our side is read after the provider's, so whatever had to be
// durable before the booking is seen.
func (v *verification) books(ctx context.Context) error {
	for _, provider := range v.Connectors {
		if !provider.Describe().KeepsBook {
			continue
		}
		cursor := ""
		for {
			lines, next, err := provider.ListSettled(ctx, time.Unix(0, 0), v.started, cursor)
			if err != nil {
				return err
			}
			for _, line := range lines {
				if err := v.judgeLine(ctx, provider.Describe().Name, line); err != nil {
					return err
				}
			}
			v.verdict.Checked.Bookings += len(lines)
			if next == "" {
				break
			}
			cursor = next
		}
	}
	return nil
}

func (v *verification) judgeLine(ctx context.Context, book string, line connector.Settled) error {
	if line.Kind == connector.SettledRefund {
		return v.judgeRefundLine(ctx, book, line)
	}
	attempt, found, err := v.Facts.Attempt(ctx, pay.AttemptID(line.Reference))
	switch {
	case err != nil:
		return err
	case !found:
		v.verdict.find(RuleBook, line.Reference, fmt.Sprintf("%s booked %v %s for an attempt that does not exist here",
			book, line.Amount, line.Amount.Currency()))
	case attempt.State.Captured():
		// bookedCapture has compared it from the other side.
	case attempt.Timer:
		v.verdict.Unsettled++ // an inquiry will find it
	default:
		v.verdict.find(RuleBook, line.Reference, fmt.Sprintf("%s booked %v %s, and the attempt is %s here and nothing asks about it",
			book, line.Amount, line.Amount.Currency(), attempt.State))
	}
	return nil
}

func (v *verification) judgeRefundLine(ctx context.Context, book string, line connector.Settled) error {
	refund, found, err := v.Facts.Refund(ctx, pay.RefundID(line.Reference))
	switch {
	case err != nil:
		return err
	case !found:
		v.verdict.find(RuleBook, line.Reference, fmt.Sprintf("%s refunded %v %s for a refund that does not exist here",
			book, line.Amount, line.Amount.Currency()))
	case refund.Amount != line.Amount:
		v.verdict.find(RuleBook, line.Reference, fmt.Sprintf("%s refunded %v %s, and the refund is of %v %s",
			book, line.Amount, line.Amount.Currency(), refund.Amount, refund.Amount.Currency()))
	case refund.State == pay.RefundSucceeded:
	case refund.State.Open():
		v.verdict.Unsettled++
	default:
		v.verdict.find(RuleBook, line.Reference, fmt.Sprintf("%s refunded it, and it is %s here", book, refund.State))
	}
	return nil
}
