package checkout

import (
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// submitDetails takes the consumer step: it freezes price and tax and makes
// the session's order, or freezes them anew.
func (h *Handler) submitDetails(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	values, err := readForm(w, r)
	if err != nil {
		h.fail(v, err)
		return
	}
	if !takesDetails(v.look) {
		h.back(v)
		return
	}
	typed := readDetails(values, v.look.Session)
	if problems := typed.problems(v.language, v.look.Session.Form); len(problems) > 0 {
		h.showDetails(v, http.StatusUnprocessableEntity, typed, problems)
		return
	}
	placement := pay.Placement{
		ID:      pay.OrderID(h.core.IDs().New(id.Order)),
		Actor:   pay.Actor{Kind: pay.ByVisitor, Env: v.look.Session.Env, Store: v.look.Session.Store},
		Session: v.session, BuyerEmail: typed.Email, Billing: typed.Billing, Buyer: typed.Buyer, At: h.core.Now(),
	}
	switch _, err := pay.Run(r.Context(), h.core, pay.PlaceOrder, placement); fault.KindOf(err) {
	case 0:
		h.remember(v, typed)
		h.answerPlaced(v)
	case fault.Invalid:
		h.showDetails(v, http.StatusUnprocessableEntity, typed, problemsOf(v.language, detailFields, err))
	case fault.State, fault.NotFound, fault.NotEnabled:
		// The world changed since the page was drawn: the page tells how.
		h.lookBack(v)
	default:
		h.fail(v, err)
	}
}

// takesDetails reports whether the consumer step is open. A sale that asks
// nothing has its order from the request, which no visitor may rewrite.
func takesDetails(look pay.Checkout) bool {
	resting := look.State == pay.CheckoutDetails || look.State == pay.CheckoutPayment
	return resting && look.Session.Form != pay.FormNone
}

// answerPlaced goes on to the payment. To a program it says that the details
// were taken, even when an earlier card was declined.
func (h *Handler) answerPlaced(v *visit) {
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	if v.json && v.look.State == pay.CheckoutPayment {
		h.answer(v, http.StatusOK, nil)
		return
	}
	h.back(v)
}
