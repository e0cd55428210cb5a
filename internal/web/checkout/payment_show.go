package checkout

import (
	"slices"
	"strings"

	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// paymentView is the payment step.
type paymentView struct {
	scene
	Turn      int64
	Email     string
	Methods   []methodChoice
	CardForm  bool
	Number    ui.Field
	Expiry    ui.Field
	CVC       ui.Field
	Holder    ui.Field
	TestCards []testCardView // in the test environment
	Account   bool           // a wallet's account can be typed
	Phone     ui.Field
	CNIC      ui.Field
	Sandbox   bool // buttons decide the outcome
	Buyer     string
	CanChange bool // there are details to go back to
}

// methodChoice is one way of paying.
type methodChoice struct {
	Method connector.Method
	Label  string
	Chosen bool
}

// testCardView is one line of the list of test cards.
type testCardView struct {
	Number  string // digits only
	Grouped string // as printed on the card
	Summary string
}

// methodLabels names the ways of paying.
var methodLabels = map[connector.Method]i18n.Key{
	connector.Card:      i18n.Key("method.card"),
	connector.ApplePay:  i18n.Key("method.applepay"),
	connector.GooglePay: i18n.Key("method.googlepay"),
	connector.WeChat:    i18n.Key("method.wechat"),
	connector.Wallet:    i18n.Key("method.wallet"),
	connector.Voucher:   i18n.Key("method.voucher"),
	connector.Bank:      i18n.Key("method.bank"),
	connector.JazzCash:  i18n.Key("method.jazzcash"),
	connector.Easypaisa: i18n.Key("method.easypaisa"),
	connector.QiCard:    i18n.Key("method.qicard"),
	connector.ZainCash:  i18n.Key("method.zaincash"),
	connector.FIB:       i18n.Key("method.fib"),
}

// showPayment draws the payment step. Of what was typed only the method and
// the holder's name come back: never a card's number or code.
func (h *Handler) showPayment(v *visit, status int, typed card, problems []ui.Problem) {
	if v.json {
		h.answer(v, status, problems)
		return
	}
	say := v.language.Say
	view := paymentView{
		scene: h.sceneOf(v, i18n.Key("title.payment"), problems), Turn: v.look.Turn,
		Email:    mask(v.look.Order.BuyerEmail),
		CardForm: v.testMode() && offers(v.look.Methods, connector.Card),
		Number: ui.Field{
			Name: "number", Label: say(i18n.Key("number.label")), Autocomplete: "cc-number", InputMode: "numeric",
			Placeholder: "1234 1234 1234 1234", MaxLength: 23, Required: true,
		},
		Expiry: ui.Field{
			Name: "expiry", Label: say(i18n.Key("expiry.label")), Autocomplete: "cc-exp", InputMode: "numeric",
			Placeholder: say(i18n.Key("expiry.placeholder")), MaxLength: 9, Required: true,
		},
		CVC: ui.Field{
			Name: "cvc", Label: say(i18n.Key("cvc.label")), Autocomplete: "cc-csc", InputMode: "numeric",
			Placeholder: "123", MaxLength: 4, Required: true,
		},
		Holder: ui.Field{
			Name: "holder", Label: say(i18n.Key("holder.label")), Value: typed.holder, Autocomplete: "cc-name",
			MaxLength: maxHolder, Optional: true,
		},
	}
	h.askAccount(v, &view, typed)
	if len(problems) == 1 && problems[0].Field == "" {
		view.ProblemTitle = say(i18n.Key("payment.not_made"))
	}
	if ownOrder(v.r, v.look) {
		view.Email = v.look.Order.BuyerEmail
	}
	for _, field := range []*ui.Field{&view.Number, &view.Expiry, &view.CVC, &view.Holder, &view.Phone, &view.CNIC} {
		field.Error = ui.ProblemWith(problems, field.Name)
	}
	for i, method := range v.look.Methods {
		view.Methods = append(view.Methods, methodChoice{
			Method: method, Label: methodLabel(v.language, method),
			Chosen: method == typed.method || typed.method == "" && i == 0,
		})
	}
	if view.CardForm {
		for _, c := range h.testCards {
			view.TestCards = append(view.TestCards, testCardView{Number: c.Number, Grouped: grouped(c.Number), Summary: c.Summary})
		}
	}
	h.write(v, status, "payment", view.pictures(), view)
}

// askAccount adds what the dialects' sales have: a wallet's account, prefilled with
// what the request told of the buyer, and the buttons of the test environment.
func (h *Handler) askAccount(v *visit, view *paymentView, typed card) {
	session, say := v.look.Session, v.language.Say
	view.Sandbox, view.CanChange = h.sandboxed(v.look), session.Form != pay.FormNone
	view.Account = slices.ContainsFunc(v.look.Methods, needsAccount)
	if typed.phone == "" {
		typed.phone = session.Buyer.Phone
	}
	if typed.cnic == "" {
		typed.cnic = session.Buyer.NationalID
	}
	view.Phone = ui.Field{
		Name: "phone", Label: say(i18n.Key("mobile.label")), Value: typed.phone, Type: "tel", Autocomplete: "tel", InputMode: "tel",
		Placeholder: "03123456789", MaxLength: 20, Required: true,
	}
	view.CNIC = ui.Field{
		Name: "cnic", Label: say(i18n.Key("cnic.label")), Value: typed.cnic, Hint: say(i18n.Key("cnic.hint")), InputMode: "numeric",
		MaxLength: 15, Optional: true,
	}
	if ownBuyer(v.r, v.look) {
		view.Buyer = v.look.Order.Buyer.FullName()
	}
}

func methodLabel(l *i18n.Language, method connector.Method) string {
	if key, ok := methodLabels[method]; ok {
		return l.Say(key)
	}
	return string(method)
}

// mask hides an address from a browser that did not type it: "b•••@e•••".
func mask(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	first := func(s string) string {
		for _, r := range s {
			return string(r) + "•••"
		}
		return "•••"
	}
	return first(local) + "@" + first(domain)
}
