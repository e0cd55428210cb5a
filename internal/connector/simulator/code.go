package simulator

import (
	"slices"
	"time"

	"tillway/internal/connector"
)

// TestCode is one magic one-time password of the mobile wallets.
type TestCode struct {
	Code    string
	Summary string // one line for the checkout page and the documentation
}

// The magic codes (spec/waypay.md §7). The first is the documentation's own.
const (
	rightCode    = "123456"
	declinedCode = "000000"
)

// codeTries is how many wrong codes decline a charge.
const codeTries = 3

// Codes lists the codes that do something. Any other is wrong.
func Codes() []TestCode { return slices.Clone(codes) }

var codes = []TestCode{
	{rightCode, "Succeeds"},
	{declinedCode, "Declined at once"},
}

// typed is the line after the customer typed a code. The first wrong codes
// leave it waiting with a try less, the last declines it as a failed
// authentication. No code at all is a stray request and costs nothing.
func (b booking) typed(code string, now time.Time) booking {
	switch code {
	case "":
		return b
	case rightCode:
		return b.approve(now)
	case declinedCode:
		return b.refuse(refusals[GenericDecline])
	}
	if b.tries--; b.tries <= 0 {
		b.tries = 0
		return b.refuse(refusal{connector.Soft, connector.ReasonAuthentication})
	}
	return b
}
