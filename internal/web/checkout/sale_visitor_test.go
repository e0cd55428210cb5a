package checkout_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/web/checkout"
	"tillway/internal/web/ui"
)

// bystander is a dialect whose noun goes along with everything.
type bystander struct{}

func (bystander) Dialect() pay.Dialect { return "links" }

func (bystander) Follow(_ pay.Tx, step pay.Step) (pay.Followed, error) {
	return pay.Followed{Noun: pay.Noun{ID: string(step.Session.ID)}}, nil
}

// linkShop is a shop whose links are found behind a door of their own.
type linkShop struct {
	*paytest.Shop
	t   *testing.T
	url string
}

func newLinkShop(t *testing.T) *linkShop {
	t.Helper()
	s := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS), func(cfg *pay.Config) { cfg.Followers = []pay.Follower{bystander{}} })
	design, err := ui.New()
	must(t, err)
	handler, err := checkout.New(checkout.Config{
		Core: s.Core, UI: design, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Tokens: tokens{good: id.Secret("x")}, TestCards: []checkout.TestCard{{Number: goodCard, Summary: "Succeeds"}, {Number: declinedCard, Summary: "Declined"}},
		Doors: []checkout.Door{{Prefix: "/pay/", Dialect: "links"}},
	})
	must(t, err)
	mux := http.NewServeMux()
	handler.Routes(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return &linkShop{Shop: s, t: t, url: server.URL}
}

// sale opens a checkout under a handle and returns the address of its page.
func (s *linkShop) sale(handle string, form pay.Form, change func(*pay.NewSale)) string {
	s.t.Helper()
	in := pay.NewSale{
		ID: pay.SessionID(s.IDs.Session()), Order: pay.OrderID(s.IDs.New("ORD")), Store: s.Shop.Shop.ID, Env: pay.Test, Dialect: "links",
		Actor: pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}, Item: pay.Item{Name: "Basket"},
		Price: money.New(150_000, "PKR"), Form: form, Methods: []connector.Method{connector.Card}, Handles: []string{handle}, At: s.Core.Now(),
	}
	change(&in)
	paytest.MustRun(s.t, s.Core, pay.CreateSale, in)
	return s.url + "/pay/" + handle
}

func (s *linkShop) session(handle string) (session pay.Session, order pay.Order) {
	s.t.Helper()
	must(s.t, s.Core.View(s.t.Context(), func(r pay.Records) (err error) {
		if session, err = r.SessionByHandle(handle); err == nil && session.Order != "" {
			order, err = r.Order(session.Order)
		}
		return err
	}))
	return session, order
}

func asItIs(*pay.NewSale) {}

// livesInBasra is good details of the contact form; pairs change fields.
func livesInBasra(pairs ...string) url.Values {
	return with(url.Values{"name": {"Ali Hassan"}, "phone": {"07501234567"}, "city": {"iraq_al_basrah"}, "address1": {"Street 1"}}, pairs)
}

func TestASaleThatAsksNothingKeepsTheBuyerOfTheRequest(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	page := s.sale("whole", pay.FormNone, func(in *pay.NewSale) {
		in.BuyerEmail, in.Buyer = "ann@example.test", pay.Buyer{Name: "Ann", Phone: "03123456789"}
	})
	b := (&shop{t: t}).newBrowser()
	got := b.post(page+"/details", url.Values{"name": {"Eve"}, "email": {"eve@example.test"}, "country": {"PK"}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/pay/whole" {
		t.Errorf("details are answered %d to %q", got.status, got.header.Get("Location"))
	}
	if _, order := s.session("whole"); order.Buyer.Name != "Ann" || order.BuyerEmail != "ann@example.test" {
		t.Errorf("the order is of %+v, %s", order.Buyer, order.BuyerEmail)
	}
	drawn := b.get(page + "?step=details")
	wantText(t, drawn, `action="/pay/whole/pay"`, "Ann", "ann@example.test")
	if strings.Contains(drawn.body, `action="/pay/whole/details"`) || strings.Contains(drawn.body, `href="/pay/whole?step=details"`) {
		t.Error("the page offers a step that there is not")
	}
}

func TestANameIsShownOnlyToWhoTypedIt(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	page := s.sale("named", pay.FormContact, func(in *pay.NewSale) { in.Buyer.Phone = "9647501234567" })
	typist := (&shop{t: t}).newBrowser()
	wantText(t, typist.follow(page+"/details", livesInBasra()), "Ali Hassan", "?step=details")
	if other := (&shop{t: t}).newBrowser().get(page); strings.Contains(other.body, "Ali Hassan") {
		t.Error("another browser reads who buys")
	}
}

func TestIraqiPhonesAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	for handle, typed := range map[string]string{
		"national": "0750 123 4567", "abroad": "+964 750 123 4567", "dialled": "00964-7501234567", "short": "7501234567",
		"both": "+964 (0) 750 123 4567", "arabic": "٠٧٥٠١٢٣٤٥٦٧", "persian": "۰۷۵۰۱۲۳۴۵۶۷",
	} {
		t.Run(handle, func(t *testing.T) {
			t.Parallel()
			p := (&shop{t: t}).newProgram()
			wantState(t, p.post(s.sale(handle, pay.FormContact, asItIs)+"/details", livesInBasra("phone", typed)), http.StatusOK, pay.CheckoutPayment)
			if _, order := s.session(handle); order.Buyer.Phone != "9647501234567" || order.Buyer.Country != "IQ" {
				t.Errorf("%q is kept as %+v", typed, order.Buyer)
			}
		})
	}
	for handle, typed := range map[string]string{
		"empty": "", "landline": "0401234567", "words": "call me", "long": "075012345678", "endless": strings.Repeat("7", 300),
	} {
		t.Run("not "+handle, func(t *testing.T) {
			t.Parallel()
			p := (&shop{t: t}).newProgram()
			got := p.post(s.sale("no-"+handle, pay.FormContact, asItIs)+"/details", livesInBasra("phone", typed))
			wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutDetails)
			if len(got.Errors) != 1 || got.Errors[0].Field != "phone" {
				t.Errorf("errors are %v", got.Errors)
			}
		})
	}
	t.Run("that are missing stay empty in the form", func(t *testing.T) {
		t.Parallel()
		got := (&shop{t: t}).newBrowser().post(s.sale("redrawn", pay.FormContact, asItIs)+"/details", livesInBasra("phone", ""))
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantText(t, got, `name="phone" type="tel" value=""`, `value="iraq_al_basrah" selected`)
	})
}

func TestAWalletsPageSpeaksOfNoCard(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	page := s.sale("wallet", pay.FormNone, func(in *pay.NewSale) {
		in.Methods, in.Buyer = []connector.Method{connector.JazzCash}, pay.Buyer{Name: "Ann", Phone: "03123456789", NationalID: "3520108345678"}
	})
	drawn := (&shop{t: t}).newBrowser().get(page)
	wantText(t, drawn, `type="hidden" name="method" value="jazzcash"`, `value="03123456789"`, `value="3520108345678"`)
	for _, card := range []string{`name="number"`, "Test cards", goodCard} {
		if strings.Contains(drawn.body, card) {
			t.Errorf("the page has %q", card)
		}
	}
	t.Run("and a program need not repeat the account that the request told", func(t *testing.T) {
		p := (&shop{t: t}).newProgram()
		got := p.post(page+"/pay", url.Values{"turn": {"0"}})
		wantState(t, got, http.StatusOK, pay.CheckoutChallenge)
		wantState(t, p.post(page+"/challenge", url.Values{"code": {"123456"}}), http.StatusOK, pay.CheckoutPaid)
	})
	t.Run("but an account that was cleared is asked for again", func(t *testing.T) {
		page := s.sale("cleared", pay.FormNone, func(in *pay.NewSale) {
			in.Methods, in.Buyer.Phone = []connector.Method{connector.Easypaisa}, "03123456789"
		})
		got := (&shop{t: t}).newProgram().post(page+"/pay", url.Values{"turn": {"0"}, "phone": {""}})
		wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutPayment)
	})
}

func TestAForeignFormBehindADoorLeadsBackToIt(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	page := s.sale("guarded", pay.FormNone, asItIs)
	for _, step := range []string{"/details", "/pay", "/challenge", "/cancel"} {
		got := (&shop{t: t}).newBrowser().post(page+step, url.Values{"turn": {"0"}}, "Sec-Fetch-Site", "cross-site")
		wantStatus(t, got, http.StatusForbidden)
		wantText(t, got, "This form came from another site", `href="/pay/guarded?lang=ja"`)
	}
	if session, _ := s.session("guarded"); session.Status != pay.SessionOpen {
		t.Errorf("the session is %s", session.Status)
	}
}
