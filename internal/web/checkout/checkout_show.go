package checkout

import (
	"net/http"

	"tillway/internal/pay"
)

// afterWaiting is the member of the query by which a page that waited says so: it
// learns of the outcome, and leads on, as the press of a button would have.
const afterWaiting = "waited"

// showCheckout answers where the purchase is. With ?step=details a buyer who
// is at the payment goes back to the consumer step.
func (h *Handler) showCheckout(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	if v.json {
		// The state is the answer, whatever it is.
		h.answer(v, http.StatusOK, nil)
		return
	}
	switch state := v.look.State; {
	case state == pay.CheckoutDetails, takesDetails(v.look) && r.URL.Query().Get("step") == "details":
		h.showDetails(v, http.StatusOK, h.known(v), nil)
	case state == pay.CheckoutPayment:
		h.showPayment(v, http.StatusOK, card{}, declineProblems(v))
	case r.URL.Query().Has(afterWaiting) && h.leadsTo(v.look) != "":
		h.back(v)
	default:
		h.showState(v)
	}
}
