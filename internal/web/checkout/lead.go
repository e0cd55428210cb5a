package checkout

import (
	"tillway/internal/pay"
	"tillway/internal/web/ui"
)

// leadsTo is where a browser is led by itself after the step that it took, "" for
// a purchase whose page stays: one that goes on, those of the shop's own, which
// show their receipt first, and those whose address the policy of the page cannot
// name. Whether an unpaid end leads anywhere is the dialect's own choice.
func (h *Handler) leadsTo(look pay.Checkout) string {
	to := ""
	switch {
	case look.Session.Dialect == "":
	case look.State == pay.CheckoutPaid:
		to = look.SuccessURL
	case h.door.leadsBack(look.Session):
		to = h.door.back(look)
	}
	return ui.Lead(to)
}

// leads are the addresses to which a form of the page may lead on, as it turns out.
func (h *Handler) leads(look pay.Checkout) []string {
	if look.Session.Dialect == "" {
		return nil
	}
	addresses := []string{look.SuccessURL}
	if h.door.leadsBack(look.Session) {
		addresses = append(addresses, look.Session.CancelURL)
	}
	return addresses
}
