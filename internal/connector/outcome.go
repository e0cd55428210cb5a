package connector

// Outcome is the closed set of answers to a money operation.
type Outcome string

// The outcomes, and what the engine does with each.
const (
	// Succeeded: the money moved. Terminal.
	Succeeded Outcome = "succeeded"
	// Pending: accepted; the result comes later by inquiry or callback.
	Pending Outcome = "pending"
	// RequiresAction: the customer has to do something first (Result.Action).
	RequiresAction Outcome = "requires_action"
	// Declined: the customer's side said no. Terminal for this attempt.
	Declined Outcome = "declined"
	// NotAttempted: provably nothing reached the provider. A new attempt may start.
	NotAttempted Outcome = "not_attempted"
	// Rejected: the provider refused the request itself; our fault or our
	// configuration. Terminal.
	Rejected Outcome = "rejected"
	// Unknown: bytes may have been sent and no trustworthy answer came. Only an
	// inquiry, an authenticated callback or a person resolves it.
	Unknown Outcome = "unknown"
)

// Terminal reports whether nothing more is to be expected from the provider
// for this attempt.
func (o Outcome) Terminal() bool {
	switch o {
	case Succeeded, Declined, NotAttempted, Rejected:
		return true
	}
	return false
}

// Decline says whether trying the same instrument again can make sense.
type Decline string

// Soft declines may succeed later (low balance); hard ones never will (stolen card).
const (
	Soft Decline = "soft"
	Hard Decline = "hard"
)

// Reason is a normalised cause of a decline or rejection, the same for every provider.
type Reason string

// Reasons known to the core. A connector maps its own codes onto these.
const (
	ReasonGeneric           Reason = "generic_decline"
	ReasonInsufficientFunds Reason = "insufficient_funds"
	ReasonLostCard          Reason = "lost_card"
	ReasonStolenCard        Reason = "stolen_card"
	ReasonExpiredCard       Reason = "expired_card"
	ReasonIncorrectCVC      Reason = "incorrect_cvc"
	ReasonInvalidNumber     Reason = "invalid_number"
	ReasonAuthentication    Reason = "authentication_failed"
	ReasonCancelled         Reason = "cancelled_by_customer"
	ReasonExpired           Reason = "expired"
	ReasonUnsupported       Reason = "unsupported"
	ReasonInvalidRequest    Reason = "invalid_request"
	ReasonProviderError     Reason = "provider_error"
	ReasonNotReceived       Reason = "payment_not_received" // a person says that no money came
)
