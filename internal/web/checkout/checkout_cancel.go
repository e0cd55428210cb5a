package checkout

import (
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// cancelCheckout gives the purchase up, as the buyer wishes. What is being paid
// cannot be given up; the page tells how it ends.
func (h *Handler) cancelCheckout(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	if !cancelable(v.look) {
		h.back(v)
		return
	}
	_, err := pay.Run(r.Context(), h.core, pay.CancelSale, pay.SaleCancellation{
		Session: v.session, Actor: pay.Actor{Kind: pay.ByVisitor, Env: v.look.Session.Env, Store: v.look.Session.Store}, At: h.core.Now(),
	})
	if err != nil && !fault.Is(err, fault.State) && !fault.Is(err, fault.NotFound) {
		h.fail(v, err)
		return
	}
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	if v.json {
		h.answer(v, http.StatusOK, nil)
		return
	}
	h.back(v)
}

// cancelable reports whether the page offers to give the purchase up: where the
// request said where that leads.
func cancelable(look pay.Checkout) bool {
	resting := look.State == pay.CheckoutDetails || look.State == pay.CheckoutPayment
	return resting && look.Session.Dialect != "" && look.Session.Status == pay.SessionOpen && look.Session.Form != pay.FormContact
}
