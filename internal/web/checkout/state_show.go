package checkout

import (
	"net/http"
	"time"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// refreshEvery is how often a page that waits loads itself again without a
// script, in seconds.
const refreshEvery = 4

// waitingView is a payment whose outcome is not known yet.
type waitingView struct {
	scene
	Link string // where the buyer confirms, "" is none
	Code string // what the buyer pays elsewhere, "" is none
	App  bool   // the buyer confirms on a telephone
}

// paidView is the receipt.
type paidView struct {
	scene
	Method    string
	Last4     string
	Email     string
	OrderID   pay.OrderID
	PaidAt    time.Time
	ReturnURL string // "" is none
}

// closedView is a checkout that has nothing to fill in.
type closedView struct {
	scene
	words
}

// words is what a closed page says.
type words struct {
	Heading string
	Lead    string // what to do
	Icon    string
}

// showState draws every state but the two forms.
func (h *Handler) showState(v *visit) {
	switch v.look.State {
	case pay.CheckoutChallenge:
		h.showChallenge(v, http.StatusOK, nil)
	case pay.CheckoutWaiting:
		h.showWaiting(v)
	case pay.CheckoutPaid:
		h.showPaid(v)
	default:
		h.showClosed(v)
	}
}

// showChallenge draws the provider's question.
func (h *Handler) showChallenge(v *visit, status int, problems []ui.Problem) {
	if v.json {
		h.answer(v, status, problems)
		return
	}
	view := h.sceneOf(v, i18n.Key("title.challenge"), problems)
	h.write(v, status, "challenge", view.pictures(), view)
}

func (h *Handler) showWaiting(v *visit) {
	view := waitingView{scene: h.sceneOf(v, i18n.Key("title.waiting"), nil)}
	view.Refresh, view.Poll = refreshEvery, string(v.look.State)
	if action := v.look.Action; action != nil {
		switch action.Kind {
		case connector.Redirect:
			view.Link = action.URL
		case connector.ShowCode:
			view.Code = action.Code
		case connector.ApproveOnApp:
			view.App = true
		case connector.Challenge:
			// A challenge is a state of its own.
		}
	}
	h.write(v, http.StatusOK, "waiting", view.pictures(), view)
}

func (h *Handler) showPaid(v *visit) {
	payment := v.look.Payment
	view := paidView{
		scene: h.sceneOf(v, i18n.Key("title.paid"), nil), Method: methodLabel(v.language, payment.Method),
		Last4: payment.Receipt.Last4, Email: v.look.Order.BuyerEmail, OrderID: v.look.Order.ID,
		PaidAt: payment.PaidAt, ReturnURL: v.look.SuccessURL,
	}
	view.SummaryHeading = v.language.Say(i18n.Key("summary.paid"), "Store", v.look.Store.Name)
	view.TotalLabel = v.language.Say(i18n.Key("summary.total_paid"))
	h.write(v, http.StatusOK, "paid", view.pictures(), view)
}

func (h *Handler) showClosed(v *visit) {
	view := closedView{scene: h.sceneOf(v, i18n.Key("title.closed"), nil), words: wordsOf(v)}
	if v.look.State == pay.CheckoutBeingPaid {
		view.Refresh, view.Poll = refreshEvery, string(v.look.State)
	}
	h.write(v, http.StatusOK, "closed", view.pictures(), view)
}

// wordsOf says what a state without a form means, and what to do.
func wordsOf(v *visit) words {
	say := func(heading, lead i18n.Key, icon string) words {
		return words{
			Heading: v.language.Say(heading, "Store", v.look.Store.Name),
			Lead:    v.language.Say(lead, "Store", v.look.Store.Name), Icon: icon,
		}
	}
	switch v.look.State {
	case pay.CheckoutUsed:
		return say(i18n.Key("used.heading"), i18n.Key("used.lead"), "check")
	case pay.CheckoutBeingPaid:
		return say(i18n.Key("being_paid.heading"), i18n.Key("being_paid.lead"), "clock")
	case pay.CheckoutExpired:
		return say(i18n.Key("expired.heading"), i18n.Key("expired.lead"), "clock")
	case pay.CheckoutUnavailable:
		if len(v.look.Methods) == 0 {
			return say(i18n.Key("no_connector.heading"), i18n.Key("no_connector.lead"), "warning")
		}
		return say(i18n.Key("unavailable.heading"), i18n.Key("unavailable.lead"), "warning")
	}
	return words{}
}
