package simulator

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// state is what was decided about a booking; what it means at a moment also
// takes the clock (booking.phase).
type state string

// The states. awaiting becomes accepted or declined by Continue, Cancel makes
// both declined; accepted runs by its instants alone.
const (
	accepted state = "accepted"
	awaiting state = "awaiting" // the customer has to answer first
	declined state = "declined"
)

// booking is one line of the book: a charge, or a refund of one.
type booking struct {
	reference       string
	kind            connector.SettledKind
	chargeReference string // of a refund
	method          connector.Method
	scenario        Scenario
	amount          money.Amount
	state           state
	refusal         // why it is declined, or will be at expiresAt
	receipt         connector.Receipt
	refundAsked     money.Amount // of a charge: all refunds ever accepted, failed ones included
	createdAt       time.Time
	expiresAt       time.Time // the provider gives up; zero: never
	bookedAt        time.Time // the money moves; zero: never
	tries           int64     // of OneTimeCode: how many more codes may be typed
}

// phase is what a booking is at a moment.
type phase uint8

const (
	phasePending phase = iota
	phaseAwaiting
	phaseRefused
	phaseBooked
)

// phase reads the clock. A capture wins over an expiry before it: that is the
// late success.
func (b booking) phase(now time.Time) phase {
	switch {
	case b.state == declined:
		return phaseRefused
	case !b.bookedAt.IsZero() && !now.Before(b.bookedAt):
		return phaseBooked
	case !b.expiresAt.IsZero() && !now.Before(b.expiresAt):
		return phaseRefused
	case b.state == awaiting:
		return phaseAwaiting
	}
	return phasePending
}

// refuse declines the line.
func (b booking) refuse(r refusal) booking {
	b.state, b.refusal = declined, r
	b.bookedAt, b.expiresAt = time.Time{}, time.Time{}
	return b
}

// approve books the line at now.
func (b booking) approve(now time.Time) booking {
	b.state, b.refusal = accepted, refusal{}
	b.bookedAt, b.expiresAt = now, time.Time{}
	return b
}

// result is the answer that a caller gets about the line at now.
func (b booking) result(now time.Time) connector.Result {
	result := connector.Result{ProviderID: providerID(b.reference), Receipt: b.receipt}
	switch b.phase(now) {
	case phaseBooked:
		result.Outcome, result.Captured = connector.Succeeded, b.amount
		result.Message = fmt.Sprintf("simulator: %s of %s %s booked", b.kind, b.amount, b.amount.Currency())
	case phaseRefused:
		result.Outcome, result.Decline, result.Reason = connector.Declined, b.decline, b.reason
		result.Message = b.refusalMessage()
	case phaseAwaiting:
		result.Outcome, result.Action = connector.RequiresAction, b.action()
		result.ExpiresAt = b.expiresAt
		result.Message = "simulator: waiting for the customer"
		if b.scenario == OneTimeCode {
			result.Message = fmt.Sprintf("simulator: a one-time password was sent to the customer; tries left: %d", b.tries)
		}
	case phasePending:
		result.Outcome, result.ExpiresAt = connector.Pending, b.expiresAt
		result.Message = fmt.Sprintf("simulator: %s accepted, not booked yet", b.kind)
	}
	return result
}

// action is what the customer has to do while the line awaits them.
func (b booking) action() *connector.Action {
	asked := map[string]string{"brand": b.receipt.Brand, "last4": b.receipt.Last4}
	switch b.scenario {
	case PayByCode:
		return &connector.Action{Kind: connector.ShowCode, Code: voucherCode(b.reference)}
	case OneTimeCode:
		asked[connector.ActionTries] = strconv.FormatInt(b.tries, 10)
		return &connector.Action{Kind: connector.OneTimeCode, Data: asked}
	}
	return &connector.Action{Kind: connector.Challenge, Data: asked}
}

func (b booking) refusalMessage() string {
	if b.scenario == UnlistedInput {
		return "simulator: declined, because this is no test card; 4576 7500 0000 0110 succeeds, " +
			"4576 7500 0000 0220 is declined, and the checkout page lists the rest"
	}
	return fmt.Sprintf("simulator: declined (%s, %s)", b.decline, b.reason)
}

// providerPrefix starts the provider's id. The id is derived from the
// reference, so a replay gives the same one without looking it up.
const providerPrefix = "sim_"

func providerID(reference string) string { return providerPrefix + reference }

// voucherCode is the ten digits that the customer would take to a shop.
func voucherCode(reference string) string {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(reference))
	return fmt.Sprintf("%010d", hash.Sum64()%10_000_000_000)
}
