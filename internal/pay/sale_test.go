package pay_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// follower writes down the steps that it follows and ends the sale at one of
// them. It emits an event of its own at the steps that the core tells nobody of.
type follower struct {
	steps []pay.StepKind
	end   pay.StepKind
	row   int64
}

func (*follower) Dialect() pay.Dialect { return "links" }

func (f *follower) Follow(tx pay.Tx, step pay.Step) (pay.Followed, error) {
	f.steps = append(f.steps, step.Kind)
	f.row++
	noun := pay.Noun{ID: "link of " + string(step.Session.ID), Row: f.row, Detail: string(step.Kind)}
	if step.Kind == pay.StepExpired || step.Kind == pay.StepCanceled {
		err := tx.Emit(pay.Event{
			ID: pay.EventIDOf("links", noun, step.At), Store: step.Session.Store, Env: step.Session.Env, Type: "link.ended", Key: noun.ID,
			At: step.At, Dialect: "links", Noun: noun,
		})
		if err != nil {
			return pay.Followed{}, err
		}
	}
	return pay.Followed{Noun: noun, End: step.Kind == f.end}, nil
}

// eachLinks runs fn on a shop of each engine whose links are followed.
func eachLinks(t *testing.T, end pay.StepKind, fn func(t *testing.T, s *paytest.Shop, f *follower)) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		f := &follower{end: end}
		fn(t, paytest.NewShop(t, db, func(cfg *pay.Config) { cfg.Followers = []pay.Follower{f} }), f)
	})
}

func newSale(s *paytest.Shop, form pay.Form, handles ...string) pay.NewSale {
	return pay.NewSale{
		ID: pay.SessionID(s.IDs.Session()), Order: pay.OrderID(s.IDs.New("ORD")), Store: s.Shop.ID, Env: pay.Test, Dialect: "links",
		Actor: pay.Actor{Kind: pay.ByStore, Store: s.Shop.ID, Env: pay.Test}, Item: pay.Item{Name: "Basket", Description: "Two books"},
		Price: money.New(10_000_000, "IQD"), Form: form, Methods: []connector.Method{connector.Card}, Handles: handles, At: s.Core.Now(),
	}
}

var contact = pay.Buyer{Name: " Ali ", Phone: "9647500000000", City: "iraq_al_basrah", Address1: "Street 1", Country: "iq"}

func mustContact(t *testing.T, s *paytest.Shop, session pay.Session) pay.Order {
	t.Helper()
	return paytest.MustRun(t, s.Core, pay.PlaceOrder, pay.Placement{
		ID: pay.OrderID(s.IDs.New("ORD")), Actor: pay.Actor{Kind: pay.ByVisitor, Store: s.Shop.ID, Env: pay.Test},
		Session: session.ID, Buyer: contact, At: s.Core.Now(),
	}).Order
}

func mustPress(t *testing.T, s *paytest.Shop, session pay.Session, number string) {
	t.Helper()
	look := s.MustLook(t, session, "me")
	if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", look.Turn, number)); err != nil {
		t.Fatal(err)
	}
}

func mustEvents(t *testing.T, s *paytest.Shop) (told []string) {
	t.Helper()
	err := s.Core.View(t.Context(), func(r pay.Records) error {
		events, err := r.Events(pay.EventQuery{Store: s.Shop.ID, Env: pay.Test, Until: s.Clock.Now().Add(time.Hour), Limit: 99})
		for _, e := range events {
			told = append(told, fmt.Sprintf("%s of %s: %s", e.Type, e.Dialect, e.Noun.Detail))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func TestASaleOfAnAmountIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	eachLinks(t, "", func(t *testing.T, s *paytest.Shop, f *follower) {
		session := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormContact, "code", "id"))
		order := mustContact(t, s, session)
		if order.Buyer.Name != "Ali" || order.Buyer.Country != "IQ" || order.BuyerEmail != "" || !order.Quote.Tax.IsZero() || order.Quote.Total != session.Price.Amount {
			t.Errorf("the order is %+v", order)
		}
		mustPress(t, s, session, declinedCard)
		mustPress(t, s, session, goodCard)
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutPaid || look.Product.Name != "Basket" {
			t.Fatalf("state %s of %q", look.State, look.Product.Name)
		}
		refund := paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New("REF")), Actor: newSale(s, "").Actor, Payment: look.Payment.ID, Wait: true, At: s.Core.Now(),
		})
		decision := pay.RefundDecision{ID: refund.ID, Actor: pay.System(pay.Test), By: "Ann", At: s.Core.Now()}
		paytest.MustRun(t, s.Core, pay.ApproveRefund, decision)
		s.PlayTimers(t)
		want := []pay.StepKind{
			pay.StepPlaced, pay.StepPaying, pay.StepDeclined, pay.StepPaying, pay.StepPaid,
			pay.StepRefundAsked, pay.StepRefundApproved, pay.StepRefundDone,
		}
		if !slices.Equal(f.steps, want) {
			t.Errorf("followed %v, want %v", f.steps, want)
		}
		told := []string{"order.completed of links: paid", "refund.succeeded of links: refund_done"}
		if got := mustEvents(t, s); !slices.Equal(got, told) {
			t.Errorf("told %q, want %q", got, told)
		}
		wantSound(t, s)
	})
}

func TestASaleThatAsksNothingBeginsWithPayment(t *testing.T) {
	t.Parallel()
	eachLinks(t, "", func(t *testing.T, s *paytest.Shop, f *follower) {
		session := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormNone))
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPayment {
			t.Fatalf("state %s", look.State)
		}
		mustPress(t, s, session, goodCard)
		if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
			t.Fatalf("state %s", look.State)
		}
		wantSound(t, s)
	})
}

func TestANounMayEndItsSaleAtADecline(t *testing.T) {
	t.Parallel()
	eachLinks(t, pay.StepDeclined, func(t *testing.T, s *paytest.Shop, f *follower) {
		session := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormNone))
		mustPress(t, s, session, declinedCard)
		look := s.MustLook(t, session, "me")
		if look.State != pay.CheckoutExpired || look.Order.Status != pay.OrderCanceled || s.Timers(t) != 0 {
			t.Errorf("state %s, order %s, %d timers", look.State, look.Order.Status, s.Timers(t))
		}
		if want := []pay.StepKind{pay.StepPaying, pay.StepDeclined}; !slices.Equal(f.steps, want) {
			t.Errorf("followed %v, want %v", f.steps, want)
		}
		wantSound(t, s)
	})
}

func TestASaleEndsOnItsOwnAndByHand(t *testing.T) {
	t.Parallel()
	cancel := func(t *testing.T, s *paytest.Shop, session pay.Session, actor pay.Actor) error {
		_, err := pay.Run(t.Context(), s.Core, pay.CancelSale, pay.SaleCancellation{Session: session.ID, Actor: actor, At: s.Core.Now()})
		return err
	}
	for name, form := range map[string]pay.Form{"without an order": pay.FormContact, "with an order": pay.FormNone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachLinks(t, "", func(t *testing.T, s *paytest.Shop, f *follower) {
				expiring := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, form))
				s.Clock.Advance(pay.DefaultSessionLife)
				s.PlayTimers(t)
				canceled := paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, form))
				stranger := pay.Actor{Kind: pay.ByStore, Store: "STO_other", Env: pay.Test}
				if err := cancel(t, s, canceled, stranger); !fault.Is(err, fault.Forbidden) {
					t.Errorf("a stranger's cancellation: %v", err)
				}
				if err := cancel(t, s, canceled, newSale(s, form).Actor); err != nil {
					t.Fatal(err)
				}
				for _, session := range []pay.Session{expiring, canceled} {
					if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutExpired || look.Session.Status != pay.SessionEnded {
						t.Errorf("state %s, session %s", look.State, look.Session.Status)
					}
					if err := cancel(t, s, session, newSale(s, form).Actor); fault.From(err).Code != "session_not_open" {
						t.Errorf("canceled again: %v", err)
					}
				}
				if want := []pay.StepKind{pay.StepExpired, pay.StepCanceled}; !slices.Equal(f.steps, want) {
					t.Errorf("followed %v, want %v", f.steps, want)
				}
				if got := mustEvents(t, s); len(got) != 2 || s.Timers(t) != 0 {
					t.Errorf("told %q, %d timers left", got, s.Timers(t))
				}
				wantSound(t, s)
			})
		})
	}
}

func TestWhatCannotBeSoldIsRefused(t *testing.T) {
	t.Parallel()
	eachLinks(t, "", func(t *testing.T, s *paytest.Shop, _ *follower) {
		paytest.MustRun(t, s.Core, pay.CreateSale, newSale(s, pay.FormContact, "taken"))
		for name, c := range map[string]struct {
			change func(*pay.NewSale)
			code   string
		}{
			"an amount of nothing":      {func(in *pay.NewSale) { in.Price = money.Zero("IQD") }, "bad_amount"},
			"nothing by name":           {func(in *pay.NewSale) { in.Item.Name = " " }, "missing_field"},
			"a buyer from nowhere":      {func(in *pay.NewSale) { in.Buyer.Country = "XX" }, "bad_country"},
			"an address that is none":   {func(in *pay.NewSale) { in.BuyerEmail = "x" }, "bad_email"},
			"a life of two months":      {func(in *pay.NewSale) { in.Life = 60 * 24 * time.Hour }, "bad_expiry"},
			"a way back into a script":  {func(in *pay.NewSale) { in.CancelURL = "javascript:alert(1)" }, "bad_url"},
			"a way on into nothing":     {func(in *pay.NewSale) { in.SuccessURL = "//shop.example" }, "bad_url"},
			"a page of another's name":  {func(in *pay.NewSale) { in.Handles = []string{"taken"} }, "handle_taken"},
			"in another's store":        {func(in *pay.NewSale) { in.Actor.Store = "STO_2" }, "store_access_denied"},
			"in no store":               {func(in *pay.NewSale) { in.Store = "STO_2" }, "store_not_found"},
			"for real money unapproved": {func(in *pay.NewSale) { in.Env = pay.Prod }, "prod_not_enabled"},
		} {
			in := newSale(s, pay.FormContact)
			c.change(&in)
			if _, err := pay.Run(t.Context(), s.Core, pay.CreateSale, in); fault.From(err).Code != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM checkout_sessions`); n != 1 {
			t.Errorf("%d sessions were made, want 1", n)
		}
	})
}

func TestAFormTakesWhatItAsksFor(t *testing.T) {
	t.Parallel()
	full := pay.Buyer{FirstName: "Ann", LastName: "Lee", Address1: "1 Road", City: "Town", Country: "US"}
	for name, c := range map[string]struct {
		form   pay.Form
		buyer  pay.Buyer
		fields []string
	}{
		"contact, complete":    {pay.FormContact, contact.Clean(), nil},
		"contact, of nothing":  {pay.FormContact, pay.Buyer{}, []string{"buyer.name", "buyer.phone", "buyer.address1", "buyer.city"}},
		"delivery, complete":   {pay.FormDelivery, full, nil},
		"delivery, of nothing": {pay.FormDelivery, pay.Buyer{}, []string{"buyer.firstName", "buyer.lastName", "buyer.address1", "buyer.city", "buyer.country"}},
		"a country that is none": {
			pay.FormDelivery,
			pay.Buyer{FirstName: "A", LastName: "B", Address1: "C", City: "D", Country: "ZZ"},
			[]string{"buyer.country"},
		},
		"nothing asked": {pay.FormNone, pay.Buyer{}, nil},
	} {
		var fields []string
		for _, problem := range c.buyer.Problems(c.form) {
			fields = append(fields, problem.Field)
		}
		if !slices.Equal(fields, c.fields) {
			t.Errorf("%s: problems of %v, want %v", name, fields, c.fields)
		}
	}
	if got := (pay.Buyer{City: "Here"}).Or(full); got.City != "Here" || got.LastName != "Lee" {
		t.Errorf("filled in: %+v", got)
	}
	if full.FullName() != "Ann Lee" {
		t.Errorf("full name %q", full.FullName())
	}
}
