package checkout

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// refreshEvery is how often a page that waits loads itself again without a
// script, in seconds.
const refreshEvery = 4

// refreshByHand is the same while the buyer pays by hand, which takes hours,
// and reads how.
const refreshByHand = 60

// waitingView is a payment whose outcome is not known yet.
type waitingView struct {
	scene
	Link string // where the buyer confirms, "" is none
	Code string // what the buyer pays elsewhere, "" is none
	App  bool   // the buyer confirms on a telephone
	// How is the store's own words for those who pay by hand under Code; "" when
	// nobody does. HowLead says what to do with them.
	How, HowLead string
}

// paidView is the receipt.
type paidView struct {
	scene
	Method    string // the card's brand, or the way of paying
	Last4     string
	Email     string
	Buyer     buyerView
	OrderID   pay.OrderID
	PaymentID pay.PaymentID
	Refunded  money.Amount // no amount when nothing went back
	PaidAt    time.Time
	ReturnURL string // "" is none
	// ReturnHost is where ReturnURL leads. Whoever opened the checkout chose it,
	// so it need not be the store's.
	ReturnHost string
}

// buyerView is for whom the receipt is.
type buyerView struct {
	Name     string // where it was asked for
	Business string // "" for a private buyer
	TaxID    string
	Region   string // state and postcode
	Country  string // in words
}

// closedView is a checkout that has nothing to fill in.
type closedView struct {
	scene
	words
	Back     string // where the request wanted who gives up to be led, "" is nowhere
	BackHost string
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

// codeView is the provider's question for a one-time password.
type codeView struct {
	scene
	Lead  string
	Tries string // left, "" when nobody says
	Code  ui.Field
}

// showChallenge draws the provider's question.
func (h *Handler) showChallenge(v *visit, status int, problems []ui.Problem) {
	if v.json {
		h.answer(v, status, problems)
		return
	}
	if v.look.Action.Kind == connector.OneTimeCode {
		h.showCode(v, status, problems)
		return
	}
	view := h.sceneOf(v, i18n.Key("title.challenge"), problems)
	h.write(v, status, "challenge", view.pictures(), view)
}

// showCode asks for the password that a wallet has sent to its customer.
func (h *Handler) showCode(v *visit, status int, problems []ui.Problem) {
	say := v.language.Say
	view := codeView{
		scene: h.sceneOf(v, i18n.Key("title.challenge"), problems), Tries: v.look.Action.Data[connector.ActionTries],
		Lead: say(i18n.Key("code.lead"), "Provider", methodLabel(v.language, v.look.Payment.Method), "Store", v.look.Store.Name,
			"Amount", v.language.Money(v.look.Quote.Total)),
		Code: ui.Field{
			Name: "code", Label: say(i18n.Key("code.label")), Autocomplete: "one-time-code", InputMode: "numeric", MaxLength: 12, Required: true,
			Error: ui.ProblemWith(problems, "code"),
		},
	}
	h.write(v, status, "code", view.pictures(), view)
}

func (h *Handler) showWaiting(v *visit) {
	view := waitingView{scene: h.sceneOf(v, i18n.Key("title.waiting"), nil)}
	view.Refresh, view.Poll, view.Next = refreshEvery, string(v.look.State), v.path()+"?"+afterWaiting
	view.RefreshTo = view.Next
	if action := v.look.Action; action != nil {
		switch action.Kind {
		case connector.Redirect:
			view.Link = action.URL
		case connector.ShowCode:
			view.Code = action.Code
			if how := action.Data[connector.ActionInstructions]; how != "" {
				view.How, view.Refresh = how, refreshByHand
				view.HowLead = v.language.Say(i18n.Key("waiting.by_hand"), "Store", v.look.Store.Name)
			}
		case connector.ApproveOnApp:
			view.App = true
		case connector.Challenge, connector.OneTimeCode:
			// What our page asks is a state of its own.
		}
	}
	h.write(v, http.StatusOK, "waiting", view.pictures(), view)
}

func (h *Handler) showPaid(v *visit) {
	payment := v.look.Payment
	view := paidView{
		scene: h.sceneOf(v, i18n.Key("title.paid"), nil), Method: paidWith(v.language, payment),
		Last4: payment.Receipt.Last4, Email: v.look.Order.BuyerEmail, Buyer: h.buyerOf(v),
		OrderID: v.look.Order.ID, PaymentID: payment.ID, PaidAt: payment.PaidAt, ReturnURL: v.look.SuccessURL,
	}
	if to, err := url.Parse(view.ReturnURL); err == nil {
		view.ReturnHost = to.Host
	}
	if payment.Refunded.Sign() > 0 {
		view.Refunded = payment.Refunded
	}
	view.SummaryHeading = v.language.Say(i18n.Key("summary.paid"), "Store", v.look.Store.Name)
	view.TotalLabel = v.language.Say(i18n.Key("summary.total_paid"))
	h.write(v, http.StatusOK, "paid", view.pictures(), view)
}

// brands are the names of card schemes as they write themselves.
var brands = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay",
	"discover": "Discover", "diners": "Diners Club", "maestro": "Maestro",
}

// paidWith names the card's brand where it is known, else the way of paying.
func paidWith(l *i18n.Language, payment pay.Payment) string {
	if brand, ok := brands[payment.Receipt.Brand]; ok {
		return brand
	}
	return methodLabel(l, payment.Method)
}

// buyerOf is the billing details as a receipt prints them.
func (h *Handler) buyerOf(v *visit) buyerView {
	billing := v.look.Order.Billing
	view := buyerView{Region: strings.TrimSpace(billing.State + " " + billing.Postcode), Country: billing.Country}
	if person := v.look.Order.Buyer; person != (pay.Buyer{}) {
		billing.Country = person.Country
		view = buyerView{
			Name: person.FullName(), Country: person.Country,
			Region: strings.Join(strings.Fields(strings.Join([]string{person.Address1, person.Address2, person.Postcode, h.cityOf(v, person.City)}, " ")), " "),
		}
	}
	if billing.IsBusiness {
		view.Business, view.TaxID = billing.BusinessName, billing.TaxID
	}
	for _, country := range h.countries[v.language.Tag()] {
		if country.Code == billing.Country {
			view.Country = country.Name
		}
	}
	return view
}

// cityOf is a governorate in words, and any other city as it was typed.
func (h *Handler) cityOf(v *visit, city string) string {
	if key, known := cityLabels[city]; known {
		return v.language.Say(key)
	}
	return city
}

func (h *Handler) showClosed(v *visit) {
	view := closedView{scene: h.sceneOf(v, i18n.Key("title.closed"), nil), words: wordsOf(v)}
	if v.look.State == pay.CheckoutBeingPaid {
		view.Refresh, view.Poll = refreshEvery, string(v.look.State)
	}
	view.Back = h.door.back(v.look)
	if to, err := url.Parse(view.Back); err == nil {
		view.BackHost = to.Host
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
		switch v.look.Ended() {
		case pay.EndedByDecline:
			ended := say(i18n.Key("declined.heading"), i18n.Key("declined.lead"), "warning")
			if declined(v) {
				ended.Lead = v.language.Say(declineKey(v)) + " " + ended.Lead
			}
			return ended
		case pay.EndedByHand:
			return say(i18n.Key("canceled.heading"), i18n.Key("canceled.lead"), "clock")
		case pay.EndedByTime:
		}
		return say(i18n.Key("expired.heading"), i18n.Key("expired.lead"), "clock")
	case pay.CheckoutUnavailable:
		if len(v.look.Methods) == 0 {
			return say(i18n.Key("no_connector.heading"), i18n.Key("no_connector.lead"), "warning")
		}
		return say(i18n.Key("unavailable.heading"), i18n.Key("unavailable.lead"), "warning")
	}
	return words{}
}
