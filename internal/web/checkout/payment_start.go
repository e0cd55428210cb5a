package checkout

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// startPayment is one press of the pay button. The core starts at most one
// attempt for a turn, whatever is pressed, and however often.
func (h *Handler) startPayment(w http.ResponseWriter, r *http.Request) {
	v := h.open(w, r)
	if v == nil {
		return
	}
	values, err := readForm(w, r)
	if err != nil {
		h.fail(v, err)
		return
	}
	if v.look.State != pay.CheckoutPayment {
		h.back(v)
		return
	}
	turn, err := strconv.ParseInt(values.Get("turn"), 10, 64)
	if err != nil || turn != v.look.Turn {
		h.showStale(v)
		return
	}
	start := pay.Start{Session: v.session, Visitor: v.visitor, Turn: turn, IP: remoteIP(r), ReturnURL: h.publicURL + v.path()}
	if values.Has("sandbox") {
		instrument, pressed := h.sandboxInstrument(v.look, values.Get("sandbox"))
		if !pressed {
			// Whoever means a button must not start another payment by it.
			h.showPayment(v, http.StatusUnprocessableEntity, card{}, []ui.Problem{{Field: "method", Message: v.language.Say(i18n.Key("method.choose"))}})
			return
		}
		start.Method, start.Instrument = connector.Card, instrument
		h.press(v, start, card{})
		return
	}
	method, typed, problems := readPayment(values, v)
	if len(problems) > 0 {
		h.showPayment(v, http.StatusUnprocessableEntity, typed, problems)
		return
	}
	start.Method, start.Instrument = method, typed.instrument(method)
	h.press(v, start, typed)
}

// press hands the start to the core and answers what came of it.
func (h *Handler) press(v *visit, start pay.Start, typed card) {
	patience, cancel := context.WithTimeout(v.r.Context(), h.patience)
	defer cancel()
	err := h.core.Pay(patience, start)
	switch kind := fault.KindOf(err); {
	case errors.Is(err, context.DeadlineExceeded) && v.r.Context().Err() == nil:
		// The provider takes its time; the call goes on without this request.
	case kind == 0, kind == fault.NotFound, kind == fault.Conflict, kind == fault.State, kind == fault.NotEnabled:
		// The page tells what became of it.
	case kind == fault.Invalid:
		h.showPayment(v, http.StatusUnprocessableEntity, typed, problemsOf(v.language, paymentFields, err))
		return
	default:
		h.fail(v, err)
		return
	}
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	if v.look.State == pay.CheckoutPayment {
		h.showStale(v)
		return
	}
	h.back(v)
}

// showStale answers a press for a page that is out of date. It started
// nothing: either the press before it was declined, which the page says, or
// the figures changed, which the buyer has to see first.
func (h *Handler) showStale(v *visit) {
	if len(declineProblems(v)) > 0 {
		h.back(v)
		return
	}
	h.showPayment(v, http.StatusConflict, card{}, []ui.Problem{{Message: v.language.Say(i18n.Key("payment.stale"))}})
}

// readPayment takes the method and, for a card, its fields. Raw card numbers
// are read in the test environment only (DESIGN §3 rule 9).
func readPayment(values map[string][]string, v *visit) (connector.Method, card, []ui.Problem) {
	first := func(name string) string {
		if list := values[name]; len(list) > 0 {
			return list[0]
		}
		return ""
	}
	method := connector.Method(first("method"))
	if method == "" && len(v.look.Methods) == 1 {
		method = v.look.Methods[0]
	}
	if !offers(v.look.Methods, method) {
		return method, card{}, []ui.Problem{{Field: "method", Message: v.language.Say(i18n.Key("method.choose"))}}
	}
	if needsAccount(method) {
		typed := card{method: method, phone: first("phone"), cnic: first("cnic")}
		// What was not posted at all is what the request told, as in the details.
		if _, posted := values["phone"]; !posted {
			typed.phone = v.look.Session.Buyer.Phone
		}
		if _, posted := values["cnic"]; !posted {
			typed.cnic = v.look.Session.Buyer.NationalID
		}
		return method, typed, typed.accountProblems(v.language)
	}
	if method != connector.Card || !v.testMode() {
		return method, card{method: method}, nil
	}
	typed := card{method: method, number: first("number"), expiry: first("expiry"), cvc: first("cvc"), holder: first("holder")}
	return method, typed, typed.problems(v.language, v.look.At)
}

// remoteIP is the buyer's address without its port. Behind a proxy the server
// has put the forwarded address there already.
func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
