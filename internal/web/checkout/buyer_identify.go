package checkout

import (
	"net/http"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// identifyBuyer binds the buyer's identity to the session. The page sends the
// token of its address's fragment here, at once, because the token lives for
// minutes only. It answers JSON always; a token that is no longer good is 401,
// and the buyer may go on as a guest.
func (h *Handler) identifyBuyer(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	v.json = true
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		h.fail(v, fault.New(fault.Unauthenticated, "missing_token", "Send the token as Authorization: Bearer"))
		return
	}
	credential, err := h.tokens.VerifySessionToken(r.Context(), id.Secret(token), v.look.Session.Env)
	if err != nil {
		h.fail(v, err)
		return
	}
	actor := credential.Actor
	session, err := pay.Run(r.Context(), h.core, pay.Identify, pay.Identification{Session: v.session, Actor: actor})
	if err != nil {
		h.fail(v, err)
		return
	}
	if session.Identity != actor.Buyer {
		// The order was placed without the buyer's name and keeps that.
		h.fail(v, fault.New(fault.State, "already_ordered", "The order was placed before the buyer was known"))
		return
	}
	h.lookBack(v)
}
