package manual

import (
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// Kind tells charges from refunds.
type Kind string

// The kinds of entry.
const (
	ChargeKind Kind = "charge"
	RefundKind Kind = "refund"
)

// State is the closed set of states of an entry. Awaiting is left once.
type State string

// The states of an entry.
const (
	Awaiting  State = "awaiting"  // a person has to say
	Confirmed State = "confirmed" // the money came, or went back
	Refused   State = "refused"   // it did not, and will not
	Withdrawn State = "withdrawn" // given up before anybody said
)

// Entry is one line of the book: something a person decides.
type Entry struct {
	Reference       string // of the attempt or refund; unique
	Kind            Kind
	ChargeReference string // of a refund
	Code            string // short; what the buyer writes on the transfer; unique
	Environment     connector.Environment
	Amount          money.Amount
	Returning       money.Amount // of a charge: asked back and not refused
	Instructions    string       // as the buyer was told
	State           State
	DecidedBy       string
	Note            string
	CreatedAt       time.Time
	DecidedAt       time.Time // zero while awaiting
}

// result is the entry as an answer.
func (e Entry) result() connector.Result {
	switch e.State {
	case Confirmed:
		return connector.Result{Outcome: connector.Succeeded, ProviderID: e.Code, Captured: e.Amount}
	case Refused:
		return connector.Result{
			Outcome: connector.Declined, ProviderID: e.Code, Decline: connector.Hard, Reason: connector.ReasonNotReceived,
		}
	case Withdrawn:
		return connector.Result{
			Outcome: connector.Declined, ProviderID: e.Code, Decline: connector.Soft, Reason: connector.ReasonCancelled,
		}
	case Awaiting:
	}
	if e.Kind == RefundKind {
		return connector.Result{Outcome: connector.Pending, ProviderID: e.Code}
	}
	return connector.Result{
		Outcome: connector.RequiresAction, ProviderID: e.Code,
		Action: &connector.Action{
			Kind: connector.ShowCode, Code: e.Code, Data: map[string]string{connector.ActionInstructions: e.Instructions},
		},
	}
}

// codeAlphabet has no letters that are read as digits.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeLength = 8
	codeGroup  = 4
)

// codeOf writes random bytes, one for each character, as "7KQ4-9M2X".
func codeOf(random []byte) string {
	code := make([]byte, 0, codeLength+1)
	for i, b := range random[:codeLength] {
		if i == codeGroup {
			code = append(code, '-')
		}
		code = append(code, codeAlphabet[int(b)%len(codeAlphabet)])
	}
	return string(code)
}

// cleanCode writes a code the one way in which it is kept. Letters that are no
// part of a code are read as the digits they look like.
func cleanCode(written string) string {
	code := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(written))
	if len(code) != codeLength {
		return code
	}
	return code[:codeGroup] + "-" + code[codeGroup:]
}
