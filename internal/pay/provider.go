package pay

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"tillway/internal/connector"
)

// provider is a connector whose defects stay its own: a panic in it is an
// answer that never came. It may have panicked after the bytes had left, so
// nothing less than an unknown outcome is true, and the process, with every
// other sale in it, goes on.
type provider struct {
	connector.Connector
	log *slog.Logger
}

// Begin creates a charge; a panic is an unknown outcome.
func (p provider) Begin(ctx context.Context, charge connector.Charge) (result connector.Result) {
	defer p.rescue("Begin", charge.Reference, func() { result = unheard })
	return p.Connector.Begin(ctx, charge)
}

// Continue hands over the buyer's answer; a panic is an unknown outcome.
func (p provider) Continue(ctx context.Context, ref connector.Ref, input connector.CustomerInput) (result connector.Result) {
	defer p.rescue("Continue", ref.Reference, func() { result = unheard })
	return p.Connector.Continue(ctx, ref, input)
}

// Refund returns money; a panic is an unknown outcome.
func (p provider) Refund(ctx context.Context, refund connector.Refund) (result connector.Result) {
	defer p.rescue("Refund", refund.Reference, func() { result = unheard })
	return p.Connector.Refund(ctx, refund)
}

// Inquire asks about a charge; a panic is no answer.
func (p provider) Inquire(ctx context.Context, ref connector.Ref) (seen connector.Observation) {
	defer p.rescue("Inquire", ref.Reference, func() { seen = unseen })
	return p.Connector.Inquire(ctx, ref)
}

// InquireRefund asks about a refund; a panic is no answer.
func (p provider) InquireRefund(ctx context.Context, reference string) (seen connector.Observation) {
	defer p.rescue("InquireRefund", reference, func() { seen = unseen })
	return p.Connector.InquireRefund(ctx, reference)
}

var (
	unheard = connector.Result{Outcome: connector.Unknown, Message: "The connector failed while it was asked"}
	unseen  = connector.Observation{Finding: connector.NoAnswer}
)

// rescue is deferred around a call. The instrument is no part of what is
// logged: the reference finds everything else.
func (p provider) rescue(call, reference string, instead func()) {
	if v := recover(); v != nil {
		p.log.Error("connector panicked; the outcome is unknown", "connector", p.Describe().Name, "call", call,
			"reference", reference, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		instead()
	}
}
