package intent_test

import (
	"slices"
	"sync"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/webhook"
)

func TestAnIntentOpensACheckout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		in := s.input("ORD1")
		name, email, cnic, phone := "Ali Khan", "Ali@Example.com", "3520108345678", "03123456789"
		in.Customer = intent.Customer{Name: &name, Email: &email, CNIC: &cnic, Phone: &phone, ShippingAddress: []byte(`"1 Mall Road"`)}
		in.Preferred = connector.Easypaisa
		discount, tax := "10%", " 15 "
		in.Reference.Discount, in.Reference.Tax = &discount, &tax
		made := s.mustCreate(t, in)
		if made.Status != intent.Pending || made.ExpiresAt != in.At.Add(in.Policy.Life) {
			t.Errorf("made %+v", made)
		}
		session := s.mustSession(t, made)
		want := pay.Buyer{Name: name, Phone: phone, NationalID: cnic, Address1: "1 Mall Road"}
		if session.Buyer != want || session.BuyerEmail != "ali@example.com" || session.Form != pay.FormNone || session.Order == "" ||
			session.Item.Name != "Product Purchase" || session.Price.Amount != in.Amount || session.ExternalID != "ORD1" {
			t.Errorf("the checkout is %+v", session)
		}
		if session.Item.Discount != "10%" || session.Item.Tax != "15" {
			t.Errorf("the page shows the discount %q and the tax %q", session.Item.Discount, session.Item.Tax)
		}
		if kept := s.mustRead(t, made).Reference; *kept.Discount != discount || *kept.Tax != tax {
			t.Errorf("%q and %q are kept", *kept.Discount, *kept.Tax)
		}
		if methods := []connector.Method{connector.Easypaisa, connector.Card, connector.JazzCash}; !slices.Equal(session.Methods, methods) {
			t.Errorf("the checkout offers %v, want the preferred one first: %v", session.Methods, methods)
		}
		if session.SuccessURL != "" || session.CancelURL != "" {
			t.Errorf("the checkout leads to %q and %q", session.SuccessURL, session.CancelURL)
		}
	})
}

func TestAnAddressThatIsNoLineIsKeptFromThePage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for reference, c := range map[string][2]string{
			"ORD1": {`"1 Mall Road\nLahore"`, "1 Mall Road Lahore"}, "ORD2": {`{"city":"Lahore"}`, ""}, "ORD3": {`"\u202eeroheL"`, ""}, "ORD4": {"", ""},
		} {
			in := s.input(reference)
			if c[0] != "" {
				in.Customer.ShippingAddress = []byte(c[0])
			}
			made := s.mustCreate(t, in)
			if got := s.mustSession(t, made).Buyer.Address1; got != c[1] {
				t.Errorf("%s is shown as %q, want %q", c[0], got, c[1])
			}
			if kept := string(s.mustRead(t, made).Customer.ShippingAddress); kept != c[0] {
				t.Errorf("%s is kept as %s", c[0], kept)
			}
		}
	})
}

func TestADescriptionOfSpacesIsShownAsTheReference(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		in := s.input("ORD1")
		in.Description = "  "
		if got := s.mustSession(t, s.mustCreate(t, in)).Item.Name; got != "ORD1" {
			t.Errorf("the page sells %q", got)
		}
	})
}

func TestAReferenceIsUsedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, s.input("ORD1"))
		wantCode(t, s.create(t, s.input("ORD1")), fault.Conflict, "duplicate_order_ref")
		s.mustPress(t, made, declinedCard)
		wantCode(t, s.create(t, s.input("ORD1")), fault.Conflict, "duplicate_order_ref")
		s.mustCreate(t, s.input("ord1"))
		if n := s.Int(t, `SELECT COUNT(*) FROM checkout_sessions`); n != 2 {
			t.Errorf("%d checkouts were opened, want 2", n)
		}
	})
}

func TestOfManyAtOnceWithOneReferenceOneIsMade(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		const many = 8
		var waiting sync.WaitGroup
		failures := make([]error, many)
		for i := range many {
			in := s.input("ORD1")
			waiting.Go(func() {
				_, failures[i] = pay.Run(t.Context(), s.Core, intent.CreateIntent, s.intents.Creation(in))
			})
		}
		waiting.Wait()
		made := 0
		for _, err := range failures {
			if err == nil {
				made++
			} else {
				wantCode(t, err, fault.Conflict, "duplicate_order_ref")
			}
		}
		if made != 1 || s.Int(t, `SELECT COUNT(*) FROM payment_intents`) != 1 {
			t.Errorf("%d were made", made)
		}
	})
}

// Test and live are apart: the same reference is good in each.
func TestAReferenceBelongsToAnEnvironment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		err := s.Store.Write(t.Context(), func(r pay.Records) error {
			shop, err := r.Store(s.Shop.Shop.ID)
			shop.ProdEnabled = true
			r.UpdateStore(shop)
			r.SetManualInstructions(shop.ID, "Pay at the till", s.Core.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.mustCreate(t, s.input("ORD1"))
		live := s.input("ORD1")
		live.Actor.Env = pay.Prod
		wantCode(t, s.create(t, live), fault.NotEnabled, "no_connector")
	})
}

func TestTheRulesOfTheTrade(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for name, c := range map[string]struct {
			change func(*intent.NewIntent)
			code   string
		}{
			"ten is too little":       {func(in *intent.NewIntent) { in.Amount = money.New(1000, "PKR") }, "amount_too_low"},
			"so is less than nothing": {func(in *intent.NewIntent) { in.Amount = money.New(-5000, "PKR") }, "amount_too_low"},
			"a currency nobody named": {func(in *intent.NewIntent) { in.Amount = money.New(5000, "EUR") }, "unsupported_currency"},
			"a currency of no land":   {func(in *intent.NewIntent) { in.Amount = money.New(5000, "pkr") }, "unsupported_currency"},
			"a wallet in dollars": {func(in *intent.NewIntent) {
				in.Amount, in.Preferred = money.New(5000, "USD"), connector.JazzCash
			}, "unsupported_payment_method"},
		} {
			in := s.input("ORD1")
			c.change(&in)
			if err := s.create(t, in); !fault.Is(err, fault.State) || fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		in := s.input("ORD1")
		in.Amount = money.New(1001, "USD")
		session := s.mustSession(t, s.mustCreate(t, in))
		if !slices.Equal(session.Methods, []connector.Method{connector.Card}) {
			t.Errorf("dollars are taken by %v", session.Methods)
		}
	})
}

// The buyer goes to the request's own address, else to the callback, else
// nowhere (spec/waypay.md §7).
func TestWhereTheBuyerGoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		const hook, done, back = "https://a.example/hook?k=1", "https://a.example/done", "https://a.example/back"
		for reference, c := range map[string]struct {
			success, cancel, callback string
			toCallback                bool
			wantSuccess, wantCancel   string
		}{
			"ORD1": {"", "", "", true, "", ""},
			"ORD2": {"", "", hook, true, hook, hook},
			"ORD3": {"", "", hook, false, "", ""},
			"ORD4": {done, "", hook, true, done, hook},
			"ORD5": {done, back, "", true, done, back},
			"ORD6": {"", back, hook, false, "", back},
		} {
			in := s.input(reference)
			in.SuccessURL, in.CancelURL, in.CallbackURL, in.Policy.ToCallback = c.success, c.cancel, c.callback, c.toCallback
			made := s.mustCreate(t, in)
			session := s.mustSession(t, made)
			if want := made.Return(c.wantSuccess, intent.Completed); session.SuccessURL != want {
				t.Errorf("%s: after paying to %q, want %q", reference, session.SuccessURL, want)
			}
			if want := made.Return(c.wantCancel, intent.Cancelled); session.CancelURL != want {
				t.Errorf("%s: after giving up to %q, want %q", reference, session.CancelURL, want)
			}
		}
	})
}

func TestACallbackIsKeptWithTheMerchantsSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		in := s.input("ORD1")
		in.CallbackURL = "https://a.example/hook"
		made := s.mustCreate(t, in)
		var kept webhook.Callback
		err := s.Store.Write(t.Context(), func(r pay.Records) (err error) {
			kept, err = s.hooks.Tx(storeTx(r)).Callback(webhook.CallbackID(made.Callback))
			return err
		})
		if err != nil || kept.URL != in.CallbackURL || kept.Scheme != webhook.WaypayScheme || !kept.Secret.Equal(in.Secret) ||
			kept.Store != webhook.StoreID(s.Shop.Shop.ID) || kept.Env != webhook.Test || kept.Dialect != "waypay" {
			t.Errorf("kept %+v, %v", kept, err)
		}
	})
}
