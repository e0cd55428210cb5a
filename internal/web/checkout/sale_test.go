package checkout_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"tillway/internal/connector"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/web/checkout"
)

// The dialects of the tests, of the shapes that the gateways have.
const (
	wayl   = pay.Dialect("wayl")
	waypay = pay.Dialect("waypay") // whose sales end at a decline
	diddo  = pay.Dialect("diddo")
)

// doors lead to the sales of the dialects, as the server has them.
var doors = []checkout.Door{
	{
		Prefix: "/pay/", Dialect: waypay, LeadsBack: true,
		Ends: map[pay.CheckoutEnd]string{pay.EndedByTime: "EXPIRED", pay.EndedByHand: "CANCELLED", pay.EndedByDecline: "FAILED"},
	},
	{
		Prefix: "/pay/", Dialect: wayl,
		Former: []checkout.FormerAddress{
			{Path: "/pay"},
			{Path: "/en/pay", Language: "en"},
			{Path: "/ar/pay", Language: "ar"},
			{Path: "/ku/pay", Language: "ku"},
			{Path: "/payment/action"},
		},
	},
	{Prefix: "/diddo/checkout/", Dialect: diddo},
}

// follower stands for the noun of a dialect.
type follower struct {
	dialect pay.Dialect
	end     pay.StepKind // the step at which a sale ends, "" is none
}

func (f follower) Dialect() pay.Dialect { return f.dialect }

func (f follower) Follow(_ pay.Tx, step pay.Step) (pay.Followed, error) {
	return pay.Followed{Noun: pay.Noun{ID: "noun of " + string(step.Session.ID)}, End: f.end != "" && step.Kind == f.end}, nil
}

var followers = []pay.Follower{follower{dialect: wayl}, follower{dialect: waypay, end: pay.StepDeclined}, follower{dialect: diddo}}

// Where the sales of the tests lead.
const (
	thanks = "https://shop.example/thanks?order=7"
	gaveUp = "https://shop.example/basket?status=x&order=7"
)

// sale opens a checkout for an amount and returns the address of its page.
func (s *shop) sale(dialect pay.Dialect, form pay.Form, changes ...func(*pay.NewSale)) string {
	s.t.Helper()
	ids := s.core.IDs()
	in := pay.NewSale{
		ID: pay.SessionID(ids.Session()), Order: pay.OrderID(ids.New(id.Order)), Store: s.store.ID, Env: pay.Test, Dialect: dialect,
		Actor: pay.Actor{Kind: pay.ByStore, Store: s.store.ID, Env: pay.Test}, Item: pay.Item{Name: "Basket", Description: "Two books"},
		Price: money.New(1000, "USD"), Form: form, SuccessURL: thanks, CancelURL: gaveUp,
		Methods: []connector.Method{connector.Card}, Handles: []string{ids.Token(visitorBytes)}, At: s.core.Now(),
	}
	for _, change := range changes {
		change(&in)
	}
	_, err := pay.Run(context.Background(), s.core, pay.CreateSale, in)
	must(s.t, err)
	prefix := "/pay/"
	if dialect == diddo {
		prefix = "/diddo/checkout/"
	}
	return s.URL + prefix + in.Handles[0]
}

// visitorBytes makes handles as long as the gateways' tokens.
const visitorBytes = 16

// handleOf is the public name in a page's address.
func handleOf(page string) string { return page[strings.LastIndex(page, "/")+1:] }

// inWallet offers a mobile wallet alone.
func inWallet(in *pay.NewSale) { in.Methods = []connector.Method{connector.JazzCash} }

// live sells for real money, which the tests take by hand alone.
func live(in *pay.NewSale) {
	in.Env, in.Actor.Env, in.Methods = pay.Prod, pay.Prod, nil
}

// cancelAsShop ends a sale in the store's name.
func (s *shop) cancelAsShop(session pay.SessionID) {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, pay.CancelSale, pay.SaleCancellation{
		Session: session, Actor: pay.Actor{Kind: pay.ByStore, Store: s.store.ID, Env: pay.Test}, At: s.core.Now(),
	})
	must(s.t, err)
}

// contact is a good contact form; pairs change fields.
func contact(pairs ...string) url.Values {
	return with(url.Values{"name": {"Ali Hassan"}, "phone": {"0750 123 4567"}, "city": {"iraq_erbil"}, "address1": {"Street 1"}}, pairs)
}

// delivery is a good delivery form; pairs change fields.
func delivery(pairs ...string) url.Values {
	return with(url.Values{
		"email": {"ann@example.test"}, "firstName": {"Ann"}, "lastName": {"Lee"}, "phone": {""}, "address1": {"1 Road"}, "address2": {""},
		"city": {"Town"}, "province": {""}, "postcode": {""}, "country": {"US"},
	}, pairs)
}

// pressed is a press of a test page's button.
func pressed(button string) url.Values { return url.Values{"turn": {"0"}, "sandbox": {button}} }

// order is what the core has placed for a page.
func (s *shop) order(page string) (order pay.Order) {
	s.t.Helper()
	must(s.t, s.core.View(context.Background(), func(r pay.Records) error {
		session, err := r.SessionByHandle(handleOf(page))
		if err != nil {
			return err
		}
		order, err = r.Order(session.Order)
		return err
	}))
	return order
}

// fieldsOf are the fields that an answer finds at fault, in order.
func fieldsOf(got reply) string {
	var fields []string
	for _, mistake := range got.Errors {
		fields = append(fields, mistake.Field)
	}
	return strings.Join(fields, " ")
}

// wantNone fails when the page has any of the texts.
func (s *shop) wantNone(got reply, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(got.body, text) {
			s.t.Errorf("the page has %q:\n%s", text, got.body)
		}
	}
}

// wantLed fails unless the answer is a redirect to the address.
func (s *shop) wantLed(got reply, to string) {
	s.t.Helper()
	if got.status != http.StatusSeeOther || got.header.Get("Location") != to {
		s.t.Errorf("answered %d to %q, want 303 to %q: %s", got.status, got.header.Get("Location"), to, got.body)
	}
}
