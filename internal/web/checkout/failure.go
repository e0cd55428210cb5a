package checkout

import (
	"context"
	"errors"
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// failureView is a page without a checkout.
type failureView struct {
	ui.Frame
	words
	Path string // where to go on, "" is nowhere
}

// failures maps the kinds of fault that can reach a page to their answer.
// Every other kind is the server's own mistake, whose message stays inside.
var failures = map[fault.Kind]struct {
	status        int
	heading, lead i18n.Key
}{
	fault.Invalid:         {http.StatusBadRequest, i18n.Key("bad_request.heading"), i18n.Key("bad_request.lead")},
	fault.Unauthenticated: {http.StatusUnauthorized, i18n.Key("token.heading"), i18n.Key("token.lead")},
	fault.Forbidden:       {http.StatusForbidden, i18n.Key("foreign.heading"), i18n.Key("foreign.lead")},
	fault.NotFound:        {http.StatusNotFound, i18n.Key("missing.heading"), i18n.Key("missing.lead")},
	fault.State:           {http.StatusConflict, i18n.Key("failure.heading"), i18n.Key("failure.lead")},
	fault.Conflict:        {http.StatusConflict, i18n.Key("busy.heading"), i18n.Key("busy.lead")},
	fault.Unavailable:     {http.StatusServiceUnavailable, i18n.Key("busy.heading"), i18n.Key("busy.lead")},
	fault.Limited:         {http.StatusTooManyRequests, i18n.Key("limited.heading"), i18n.Key("limited.lead")},
	fault.Internal:        {http.StatusInternalServerError, i18n.Key("failure.heading"), i18n.Key("failure.lead")},
}

// missing answers an address that leads to no checkout. It does not tell an
// unknown session from one of another store, and leaves nothing with the browser.
func (h *Handler) missing(v *visit) {
	v.w.Header().Del("Set-Cookie")
	v.look.Session.ID = ""
	h.fail(v, fault.New(fault.NotFound, "session_not_found", "Checkout session not found"))
}

// fail answers with an error page, or in JSON.
func (h *Handler) fail(v *visit, err error) {
	found := fault.From(err)
	if errors.Is(err, context.Canceled) && v.r.Context().Err() != nil {
		return // the browser has gone; what was started goes on
	}
	kind := found.Kind
	answer, ok := failures[kind]
	if !ok {
		kind, answer = fault.Internal, failures[fault.Internal]
	}
	if kind == fault.Internal || kind == fault.Unavailable {
		h.log.ErrorContext(v.r.Context(), "checkout failed", "session", v.session, "path", v.r.URL.Path, "error", err)
	}
	if found.Code == "body_too_large" {
		answer.status = http.StatusRequestEntityTooLarge
	}
	if kind == fault.Unavailable {
		v.w.Header().Set("Retry-After", "3")
	}
	said := words{Heading: v.language.Say(answer.heading), Lead: v.language.Say(answer.lead), Icon: "warning"}
	if v.json {
		body := h.describe(v)
		body.Errors = []AnswerError{{Field: found.Field, Message: said.Heading + ". " + said.Lead}}
		writeJSON(v.w, answer.status, body)
		return
	}
	h.writeFailure(v, answer.status, said)
}

// writeFailure draws a page that only says why there is nothing to do.
func (h *Handler) writeFailure(v *visit, status int, said words) {
	view := failureView{words: said, Frame: h.frame(v, said.Heading)}
	if v.look.Session.ID != "" {
		view.Path = v.path()
	}
	ui.Secure(v.w.Header())
	if err := h.pages.Write(v.w, status, v.language, "failure", view); err != nil {
		h.log.ErrorContext(v.r.Context(), "the error page failed", "error", err)
		http.Error(v.w, said.Heading, http.StatusInternalServerError)
	}
}

// refuseForeign answers a form that another site posted.
func (h *Handler) refuseForeign(w http.ResponseWriter, r *http.Request) {
	h.fail(h.visit(w, r), fault.New(fault.Forbidden, "cross_origin", "The request came from another site"))
}
