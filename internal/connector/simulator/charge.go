package simulator

import (
	"context"
	"errors"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// Begin implements connector.Connector. One insert books a plain success; the
// same reference answers from the book for ever, whatever else the charge says,
// so Captured tells a caller who changed the amount what really moved.
func (s *Simulator) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	if charge.Reference == "" {
		return rejected(connector.ReasonInvalidRequest, "the charge has no reference")
	}
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
		return s.answerUnbooked(ctx, charge.Reference, neverSent("the call was abandoned before anything was sent"))
	}
	if reason, problem := s.refuses(charge); problem != "" {
		return s.answerUnbooked(ctx, charge.Reference, rejected(reason, problem))
	}
	now := s.clock()
	story, receipt, problem := readInstrument(charge, now)
	if problem != "" {
		return s.answerUnbooked(ctx, charge.Reference, rejected(connector.ReasonInvalidRequest, problem))
	}
	if !story.books() {
		return s.beginUnbooked(ctx, charge.Reference, story)
	}
	line, fresh, err := s.book.keep(ctx, s.timing.open(booking{
		reference: charge.Reference, kind: connector.SettledCapture, method: charge.Method, scenario: story,
		amount: charge.Amount, receipt: receipt, refundAsked: money.Zero(charge.Amount.Currency()),
	}, now))
	switch {
	case err != nil:
		return unknown("the book did not confirm the charge")
	case line.kind != connector.SettledCapture:
		return rejected(connector.ReasonInvalidRequest, "the reference names a refund")
	case fresh && story == TimeoutMoved:
		return s.lose(ctx)
	}
	return line.result(s.clock())
}

// Continue implements connector.Connector. Field "answer" is "approve" or
// "refuse", and where a one-time password is asked for, field "code" is what the
// customer typed and "approve" is no answer. Anything else leaves the question
// open, because a stray request must not cost the buyer the attempt. A replay
// answers what the line is now; a wrong code sent again is one more wrong code,
// because nothing tells it from a customer who insists.
func (s *Simulator) Continue(ctx context.Context, ref connector.Ref, input connector.CustomerInput) connector.Result {
	if ctx.Err() != nil {
		return unknown("the call was abandoned")
	}
	now := s.clock()
	line, err := s.book.move(ctx, referenceOf(ref), func(line booking) booking {
		if line.phase(now) != phaseAwaiting {
			return line
		}
		answer := input.Fields["answer"]
		switch {
		case answer == "refuse":
			return line.refuse(refusedBy(line))
		case line.scenario == OneTimeCode:
			return line.typed(input.Fields["code"], now)
		case answer == "approve" && line.scenario == ChallengeDecline:
			return line.refuse(refusals[GenericDecline])
		case answer == "approve":
			return line.approve(now)
		}
		return line
	})
	return s.answer(line, err)
}

// Cancel implements connector.Connector. It answers what the charge is
// afterwards: declined as cancelled, or succeeded when the capture was faster.
// A charge that has expired stays as it is, its late capture included: this
// provider believes it is over.
func (s *Simulator) Cancel(ctx context.Context, ref connector.Ref) connector.Result {
	if ctx.Err() != nil {
		return unknown("the call was abandoned")
	}
	now := s.clock()
	line, err := s.book.move(ctx, referenceOf(ref), func(line booking) booking {
		switch line.phase(now) {
		case phaseAwaiting, phasePending:
			return line.refuse(refusals[CancelledByBuyer])
		}
		return line
	})
	return s.answer(line, err)
}

// refuses names what is wrong with a charge before its instrument is looked at.
func (s *Simulator) refuses(charge connector.Charge) (connector.Reason, string) {
	switch {
	case !charge.Amount.IsSet() || charge.Amount.Sign() < 0:
		return connector.ReasonInvalidRequest, "the amount is missing or negative"
	case charge.Environment != connector.Test:
		return connector.ReasonUnsupported, "the simulator serves the test environment only"
	case !s.capabilities.Serves(charge.Environment, charge.Method, charge.Amount.Currency()):
		return connector.ReasonUnsupported, "the method is not supported"
	}
	return "", ""
}

// beginUnbooked tells the stories that leave nothing in the book.
func (s *Simulator) beginUnbooked(ctx context.Context, reference string, story Scenario) connector.Result {
	switch story {
	case NeverSent:
		return s.answerUnbooked(ctx, reference, neverSent("connection refused"))
	case RequestRejected:
		return s.answerUnbooked(ctx, reference, rejected(connector.ReasonInvalidRequest, "a field has an invalid value"))
	}
	result := s.answerUnbooked(ctx, reference, unknown("no answer in time"))
	if result.Outcome == connector.Unknown {
		return s.lose(ctx)
	}
	return result
}

// answerUnbooked gives the result unless the reference is in the book already:
// then money may have moved for it, and only the book is the truth.
func (s *Simulator) answerUnbooked(ctx context.Context, reference string, result connector.Result) connector.Result {
	line, err := s.book.find(ctx, reference)
	switch {
	case errors.Is(err, errUnknownReference):
		return result
	case err != nil:
		return unknown("the book could not be read")
	case line.kind != connector.SettledCapture:
		return rejected(connector.ReasonInvalidRequest, "the reference names a refund")
	}
	return line.result(s.clock())
}

// lose keeps the caller waiting and then answers nothing of use.
func (s *Simulator) lose(ctx context.Context) connector.Result {
	timer := time.NewTimer(s.timing.Timeout)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return unknown("no answer in time")
}

// answer turns what the book said about a known charge into a result. The clock
// is read after the book: an instant read before it could lie before a booking
// that another call has just made, and call that pending.
func (s *Simulator) answer(line booking, err error) connector.Result {
	switch {
	case errors.Is(err, errUnknownReference):
		return rejected(connector.ReasonInvalidRequest, "the provider knows no such charge")
	case err != nil:
		return unknown("the book did not confirm the change")
	}
	return line.result(s.clock())
}

// refusedBy is how a customer's "no" is told: at a card's challenge the
// authentication failed, elsewhere, and wherever a password was asked for, the
// customer cancelled.
func refusedBy(line booking) refusal {
	if line.scenario == OneTimeCode {
		return refusals[CancelledByBuyer]
	}
	switch line.method {
	case connector.Card, connector.ApplePay, connector.GooglePay:
		return refusal{connector.Soft, connector.ReasonAuthentication}
	}
	return refusals[CancelledByBuyer]
}
