package simulator

import (
	"slices"
	"time"

	"tillway/internal/connector"
)

// Scenario is the story that a magic input tells. It is stored with the
// booking, so that a replay, an inquiry and a refund go on with the same story.
type Scenario string

// The scenarios. Every outcome of the port is reached by at least one.
const (
	Success           Scenario = "success"
	GenericDecline    Scenario = "generic_decline"
	InsufficientFunds Scenario = "insufficient_funds"
	LostCard          Scenario = "lost_card"
	StolenCard        Scenario = "stolen_card"
	ExpiredCard       Scenario = "expired_card"
	IncorrectCVC      Scenario = "incorrect_cvc"
	ProcessingError   Scenario = "processing_error"
	InvalidNumber     Scenario = "invalid_number"
	UnlistedInput     Scenario = "unlisted_input"     // well formed, but no magic input: declined with directions
	CancelledByBuyer  Scenario = "cancelled_by_buyer" // the customer pressed "no" in the wallet's app
	AttachOnly        Scenario = "attach_only"        // a zero-amount check succeeds, a charge is declined
	Challenge         Scenario = "challenge"          // the customer decides on a challenge page
	ChallengeDecline  Scenario = "challenge_decline"  // declined even after an approved challenge
	OneTimeCode       Scenario = "one_time_code"      // a mobile wallet: the customer types the password that was sent
	PayByCode         Scenario = "pay_by_code"        // a voucher: succeeds when its code is paid
	StaysPending      Scenario = "stays_pending"      // pending for Timing.Pending, then succeeds
	PendingExpires    Scenario = "pending_expires"    // pending for Timing.Expiry, then declined
	LateSuccess       Scenario = "late_success"       // declined at Timing.Expiry, captured Timing.Late after that
	TimeoutMoved      Scenario = "timeout_moved"      // the answer is lost, the money moved
	TimeoutNotMoved   Scenario = "timeout_not_moved"  // the answer is lost, nothing was booked
	NeverSent         Scenario = "never_sent"         // no byte reaches the provider
	RequestRejected   Scenario = "request_rejected"   // the provider refuses the request itself
	RefundPending     Scenario = "refund_pending"     // succeeds; its refunds take Timing.Refund
	RefundFails       Scenario = "refund_fails"       // succeeds; its refunds fail after Timing.Refund
)

// Scenarios lists all of them.
func Scenarios() []Scenario {
	return []Scenario{
		Success, GenericDecline, InsufficientFunds, LostCard, StolenCard, ExpiredCard, IncorrectCVC, ProcessingError,
		InvalidNumber, UnlistedInput, CancelledByBuyer, AttachOnly, Challenge, ChallengeDecline, OneTimeCode, PayByCode,
		StaysPending, PendingExpires, LateSuccess, TimeoutMoved, TimeoutNotMoved, NeverSent, RequestRejected,
		RefundPending, RefundFails,
	}
}

// refusal is how a declining scenario is told to the engine.
type refusal struct {
	decline connector.Decline
	reason  connector.Reason
}

// refusals lists the scenarios that decline at once.
var refusals = map[Scenario]refusal{
	GenericDecline:    {connector.Soft, connector.ReasonGeneric},
	InsufficientFunds: {connector.Soft, connector.ReasonInsufficientFunds},
	LostCard:          {connector.Hard, connector.ReasonLostCard},
	StolenCard:        {connector.Hard, connector.ReasonStolenCard},
	ExpiredCard:       {connector.Hard, connector.ReasonExpiredCard},
	IncorrectCVC:      {connector.Soft, connector.ReasonIncorrectCVC}, // the buyer can type it again
	ProcessingError:   {connector.Soft, connector.ReasonProviderError},
	InvalidNumber:     {connector.Hard, connector.ReasonInvalidNumber},
	UnlistedInput:     {connector.Hard, connector.ReasonGeneric},
	CancelledByBuyer:  {connector.Soft, connector.ReasonCancelled},
}

// known reports whether a name is that of a scenario.
func (s Scenario) known() bool { return slices.Contains(Scenarios(), s) }

// books reports whether a scenario leaves a line in the book at all.
func (s Scenario) books() bool {
	switch s {
	case NeverSent, RequestRejected, TimeoutNotMoved:
		return false
	}
	return true
}

// open fills in how a charge's line starts its story at now.
func (t Timing) open(line booking, now time.Time) booking {
	line.createdAt = now
	if r, declines := refusals[line.scenario]; declines {
		return line.refuse(r)
	}
	expired := refusal{connector.Soft, connector.ReasonExpired}
	line.state = accepted
	switch line.scenario {
	case AttachOnly:
		if line.amount.Sign() > 0 {
			return line.refuse(refusals[GenericDecline])
		}
		line.bookedAt = now
	case Challenge, ChallengeDecline:
		line.state, line.refusal, line.expiresAt = awaiting, expired, now.Add(t.Challenge)
	case OneTimeCode:
		line.state, line.refusal, line.expiresAt = awaiting, expired, now.Add(t.Challenge)
		line.tries = codeTries
	case PayByCode:
		line.state, line.refusal, line.expiresAt = awaiting, expired, now.Add(t.Voucher)
	case StaysPending:
		line.bookedAt = now.Add(t.Pending)
	case PendingExpires:
		line.refusal, line.expiresAt = expired, now.Add(t.Expiry)
	case LateSuccess:
		line.refusal, line.expiresAt = expired, now.Add(t.Expiry)
		line.bookedAt = line.expiresAt.Add(t.Late)
	default:
		line.bookedAt = now
	}
	return line
}
