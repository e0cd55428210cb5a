package cart_test

import (
	"sync"
	"testing"

	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestALiveCartIsBegunOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		template := s.mustTemplate(t)
		live := paytest.MustRun(t, s.Core, s.carts.Identify, cart.Identity{Actor: s.server(), Cart: template.ID, Email: "ann@example.test", At: s.Core.Now()})
		if live.Template || live.ID != template.ID {
			t.Fatalf("with a customer it is %+v", live.Cart)
		}
		var together sync.WaitGroup
		begun := make([]cart.Priced, 4)
		for i := range begun {
			together.Go(func() {
				var err error
				if begun[i], err = pay.Run(t.Context(), s.Core, s.carts.Begin, s.beginning(live.ID)); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		for _, one := range begun {
			if one.Checkout == nil || begun[0].Checkout == nil {
				t.Fatal("not all have begun")
			}
			if one.ID != live.ID || one.Checkout.ID != begun[0].Checkout.ID {
				t.Errorf("begun %+v", one.Checkout)
			}
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM checkout_sessions`); n != 1 {
			t.Errorf("there are %d sales", n)
		}
	})
}

func TestPricesArePinnedWhenACheckoutBegins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		template := s.mustTemplate(t)
		live := s.mustBegin(t, template.ID)
		prices := pay.Prices{{Amount: usd(5000), TaxCategory: pay.Ebook}}
		paytest.MustRun(t, s.Core, pay.UpdateProduct, pay.ProductUpdate{
			ID: s.Product.ID, VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: s.Actor(), Name: pay.To("Guide 2"), Prices: pay.To(prices), At: s.Core.Now(),
		})
		if now := s.mustShow(t, live.ID); now.Total != usd(5800) || now.Lines[0].Pin.Title != "Guide" {
			t.Errorf("the live cart has become %s for %v", now.Lines[0].Pin.Title, now.Total)
		}
		if now := s.mustShow(t, template.ID); now.Total != usd(10_000) || now.Lines[0].Pin.Title != "Guide 2" {
			t.Errorf("the template is still %s for %v", now.Lines[0].Pin.Title, now.Total)
		}
	})
}

func TestWhatCannotBeSoldIsNotBegun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		dinar := s.mustProduct(t, "Dates", "", money.New(1, "EUR"))
		old := s.mustProduct(t, "Old", "", usd(1))
		mixed := paytest.MustRun(t, s.Core, s.carts.Add, s.change("", s.Product.ID, 1))
		paytest.MustRun(t, s.Core, s.carts.Add, s.change(mixed.ID, dinar.ID, 1))
		gone := paytest.MustRun(t, s.Core, s.carts.Add, s.change("", old.ID, 1))
		s.mustRetire(t, old.ID)
		empty := paytest.MustRun(t, s.Core, s.carts.Add, s.change("", s.Product.ID, 0))
		for code, of := range map[string]cart.ID{"currency_mix": mixed.ID, "variant_unavailable": gone.ID, "cart_empty": empty.ID, "cart_not_found": "01JHX3Z8Q2M6S7T9V0W1X2Y3Z4"} {
			if _, err := pay.Run(t.Context(), s.Core, s.carts.Begin, s.beginning(of)); fault.CodeOf(err) != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		if told := s.told(t); len(told) != 0 {
			t.Errorf("told %q", told)
		}
	})
}

func TestAVisitorOpensACart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		template := s.mustTemplate(t)
		open := func(of cart.ID, token *cart.Claims) (cart.Priced, error) {
			return pay.Run(t.Context(), s.Core, s.carts.Open, cart.Opening{Cart: of, Token: token, Minted: s.minted(), At: s.Core.Now()})
		}
		guest, err := open(template.ID, nil)
		if err != nil || guest.ID == template.ID || guest.Checkout == nil {
			t.Fatalf("a guest gets %+v (%v)", guest, err)
		}
		if same, err := open(guest.ID, nil); err != nil || same.Checkout.ID != guest.Checkout.ID {
			t.Errorf("by its own link it is %+v (%v)", same.Checkout, err)
		}
		_, token := s.mustToken(t, "ann@example.test")
		claims, err := s.verify(t, token)
		if err != nil {
			t.Fatal(err)
		}
		var together sync.WaitGroup
		opened := make([]cart.Priced, 4)
		for i := range opened {
			together.Go(func() {
				var err error
				if opened[i], err = open(template.ID, &claims); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		for _, one := range opened {
			if one.Checkout == nil {
				t.Fatal("not all were opened")
			}
			if one.ID != opened[0].ID || one.Email != "ann@example.test" || one.Checkout.Customer != claims.Customer {
				t.Errorf("a customer gets %+v", one.Cart)
			}
		}
		s.mustPlace(t, guest)
		s.mustPress(t, guest, goodCard)
		if paid, err := open(guest.ID, nil); err != nil || paid.Status != cart.Submitted {
			t.Errorf("paid, its link leads to %+v (%v)", paid.Cart, err)
		}
		foreign := claims
		foreign.Customer = "01JHX3Z8Q2M6S7T9V0W1X2Y3Z4"
		if _, err := open(template.ID, &foreign); fault.CodeOf(err) != "customer_not_found" {
			t.Errorf("an unknown customer: %v", err)
		}
		if _, err := open("01JHX3Z8Q2M6S7T9V0W1X2Y3Z4", nil); fault.CodeOf(err) != "cart_not_found" {
			t.Errorf("an unknown cart: %v", err)
		}
	})
}

func TestASaleIsNotRepricedWhileItIsBeingPaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		live := s.mustBegin(t, s.mustTemplate(t).ID)
		reprice := func(price money.Amount, actor pay.Actor) error {
			_, err := pay.Run(t.Context(), s.Core, pay.RepriceSale, pay.Repricing{Session: live.Checkout.Session, Actor: actor, Price: price, At: s.Core.Now()})
			return err
		}
		for code, err := range map[string]error{
			"bad_amount":          reprice(usd(0), s.server()),
			"bad_currency":        reprice(money.New(1, "EUR"), s.server()),
			"store_access_denied": reprice(usd(1), pay.Actor{Kind: pay.ByStore, Store: "STO_x", Env: pay.Test}),
			"session_not_found":   reprice(usd(1), pay.System(pay.Prod)),
		} {
			if fault.CodeOf(err) != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		before := s.mustPlace(t, live)
		if err := reprice(usd(7000), s.server()); err != nil {
			t.Fatal(err)
		}
		look := s.MustLook(t, pay.Session{ID: live.Checkout.Session}, "me")
		if look.Turn == before.Turn || look.Quote.Total != usd(7000) {
			t.Errorf("turn %d of %v", look.Turn, look.Quote.Total)
		}
		s.mustPress(t, live, goodCard)
		if err := reprice(usd(1), s.server()); fault.CodeOf(err) != "session_not_open" {
			t.Errorf("paid: %v", err)
		}
	})
}
