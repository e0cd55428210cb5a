package checkout

import (
	"tillway/internal/connector"
	"tillway/internal/pay"
)

// The buttons by which a page of the test environment decides an outcome without
// a card (spec/wayl.md §7, spec/waypay.md §7), and the tokens they stand for.
const (
	sandboxApprove = "approve"
	sandboxDecline = "decline"
)

// Sandbox is what the buttons charge.
type Sandbox struct {
	Approve, Decline string // tokens that the test environment's provider knows
}

// sandboxed reports whether a page has the buttons: in the test environment, for
// the dialects whose users expect them.
func (h *Handler) sandboxed(look pay.Checkout) bool {
	return h.sandbox.Approve != "" && look.Session.Env == pay.Test && look.Session.Dialect != "" && offers(look.Methods, connector.Card)
}

// sandboxInstrument is what a press of a button charges; ok is false when none was
// pressed, or where there is none.
func (h *Handler) sandboxInstrument(look pay.Checkout, pressed string) (instrument connector.Instrument, ok bool) {
	if !h.sandboxed(look) {
		return instrument, false
	}
	switch pressed {
	case sandboxApprove:
		return connector.Instrument{Token: h.sandbox.Approve}, true
	case sandboxDecline:
		return connector.Instrument{Token: h.sandbox.Decline}, true
	}
	return instrument, false
}
