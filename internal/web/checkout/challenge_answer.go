package checkout

import (
	"context"
	"errors"
	"net/http"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// answerChallenge carries the buyer's yes or no to the provider's question.
func (h *Handler) answerChallenge(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	values, err := readForm(w, r)
	if err != nil {
		h.fail(v, err)
		return
	}
	if v.look.State != pay.CheckoutChallenge {
		h.back(v)
		return
	}
	answer, code := values.Get("answer"), plain(values.Get("code"))
	asksCode := v.look.Action.Kind == connector.OneTimeCode
	switch {
	case answer == "refuse":
	case asksCode && !digits(code, 1, 12):
		h.showChallenge(v, http.StatusUnprocessableEntity, []ui.Problem{{Field: "code", Message: v.language.Say(i18n.Key("code.missing"))}})
		return
	case !asksCode && answer != "approve":
		h.showChallenge(v, http.StatusUnprocessableEntity,
			[]ui.Problem{{Field: "answer", Message: v.language.Say(i18n.Key("answer.choose"))}})
		return
	}
	patience, cancel := context.WithTimeout(r.Context(), h.patience)
	defer cancel()
	err = h.core.Continue(patience, pay.Continuation{
		Session: v.session, Visitor: v.visitor,
		Input: connector.CustomerInput{Fields: map[string]string{"answer": answer, "code": code}},
	})
	slow := errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil
	if err != nil && !slow && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		h.fail(v, err)
		return
	}
	tries := v.look.Action.Data[connector.ActionTries]
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	if asksCode && v.look.State == pay.CheckoutChallenge && v.look.Action.Data[connector.ActionTries] != tries {
		h.showChallenge(v, http.StatusUnprocessableEntity, []ui.Problem{{Field: "code", Message: v.language.Say(i18n.Key("code.wrong"))}})
		return
	}
	h.back(v)
}
