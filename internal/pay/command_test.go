package pay_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestCreateStore(t *testing.T) {
	t.Parallel()
	t.Run("names of 1 to 48 characters", func(t *testing.T) {
		t.Parallel()
		for name, ok := range map[string]bool{
			"": false, "  ": false, "A": true, strings.Repeat("é", 48): true, strings.Repeat("é", 49): false, "a\x00b": false, "\xff": false,
		} {
			err := pay.NewStore{Name: name}.Validate()
			if (err == nil) != ok {
				t.Errorf("%q: %v", name, err)
			}
			if !ok && fault.From(err).Field != "name" {
				t.Errorf("%q: field %q", name, fault.From(err).Field)
			}
		}
	})
	t.Run("the twenty-first store is refused", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			for range pay.MaxStoresPerMerchant - 1 {
				paytest.MustRun(t, s.Core, pay.CreateStore, newStore(s, "More"))
			}
			_, err := pay.Run(t.Context(), s.Core, pay.CreateStore, newStore(s, "Too many"))
			if fault.From(err) == nil || fault.From(err).Code != "store_limit" {
				t.Fatalf("got %v", err)
			}
		})
	})
}

func TestCreateStoreAtOnce(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		for range pay.MaxStoresPerMerchant - 2 {
			paytest.MustRun(t, s.Core, pay.CreateStore, newStore(s, "More"))
		}
		var wg sync.WaitGroup
		for range 8 {
			in := newStore(s, "Last")
			wg.Go(func() {
				if _, err := pay.Run(context.Background(), s.Core, pay.CreateStore, in); err != nil && fault.CodeOf(err) != "store_limit" {
					t.Errorf("create: %v", err)
				}
			})
		}
		wg.Wait()
		if n := s.Int(t, `SELECT COUNT(*) FROM stores`); n != pay.MaxStoresPerMerchant {
			t.Errorf("%d stores", n)
		}
	})
}

func TestCreateMerchant(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		_, err := pay.Run(t.Context(), s.Core, pay.CreateMerchant, pay.NewMerchant{ID: "MER_x", Email: " Owner@Shop.example "})
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("the same address again: %v", err)
		}
		_, err = pay.Run(t.Context(), s.Core, pay.CreateMerchant, pay.NewMerchant{ID: "MER_x", Email: "nobody"})
		if !fault.Is(err, fault.Invalid) || fault.From(err).Field != "email" {
			t.Fatalf("no address: %v", err)
		}
	})
}

func TestCreateSession(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		good := func() pay.NewSession {
			return pay.NewSession{
				ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
			}
		}
		stranger := paytest.MustRun(t, s.Core, pay.CreateMerchant, pay.NewMerchant{
			ID: pay.MerchantID(s.IDs.New("MER")), Email: "stranger@else.example", At: s.Core.Now(),
		})
		for name, c := range map[string]struct {
			change func(*pay.NewSession)
			code   string
		}{
			"unknown product":           {func(in *pay.NewSession) { in.Product = "PROD_none" }, "product_not_found"},
			"foreign merchant":          {func(in *pay.NewSession) { in.Actor.Merchant = stranger.ID }, "store_access_denied"},
			"visitor of another store":  {func(in *pay.NewSession) { in.Actor = pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: "STO_x"} }, "product_not_found"},
			"currency without a price":  {func(in *pay.NewSession) { in.Currency = "EUR" }, "no_price"},
			"currency nobody charges":   {func(in *pay.NewSession) { in.Currency = "CHF"; in.Override = price("CHF") }, "currency_not_chargeable"},
			"include and exclude":       {func(in *pay.NewSession) { in.Include, in.Exclude = methods("card"), methods("wechat") }, "exclusive_fields"},
			"include beyond the matrix": {func(in *pay.NewSession) { in.Include = methods("wallet") }, "method_not_supported"},
			"exclude everything":        {func(in *pay.NewSession) { in.Exclude = methods("card", "applepay", "googlepay", "wechat") }, "no_method_left"},
			"longer than seven days":    {func(in *pay.NewSession) { in.Life = pay.MaxSessionLife + time.Second }, "bad_expiry"},
			"long external id":          {func(in *pay.NewSession) { in.ExternalID = strings.Repeat("x", 129) }, "too_long"},
			"bad e-mail":                {func(in *pay.NewSession) { in.BuyerEmail = "nobody" }, "bad_email"},
			"bad country":               {func(in *pay.NewSession) { in.Billing.Country = "XX" }, "bad_country"},
			"bad address of success":    {func(in *pay.NewSession) { in.SuccessURL = "javascript:alert(1)" }, "bad_url"},
		} {
			in := good()
			c.change(&in)
			_, err := pay.Run(t.Context(), s.Core, pay.CreateSession, in)
			if f := fault.From(err); f == nil || f.Code != c.code {
				t.Errorf("%s: %v, want code %s", name, err, c.code)
			}
		}
		in := good()
		in.Exclude = methods("wechat", "bank")
		created := paytest.MustRun(t, s.Core, pay.CreateSession, in)
		var stored pay.Session
		if err := s.Core.View(t.Context(), func(r pay.Records) (err error) { stored, err = r.Session(created.ID); return err }); err != nil {
			t.Fatal(err)
		}
		if len(stored.Methods) != 3 || stored.Price.Amount != money.New(2900, "USD") || !stored.ExpiresAt.Equal(in.At.Add(pay.DefaultSessionLife)) {
			t.Errorf("%+v", stored)
		}
	})
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		buyer := pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.Shop.ID, Buyer: "user-9"}
		session := s.MustOpen(t)
		paytest.MustRun(t, s.Core, pay.Identify, pay.Identification{Session: session.ID, Actor: buyer})
		order := s.MustPlace(t, session)
		if order.Identity != "user-9" {
			t.Fatalf("identity %q", order.Identity)
		}
		for name, change := range map[string]func(*pay.Actor){
			"another store":       func(a *pay.Actor) { a.Store = "STO_x" },
			"another environment": func(a *pay.Actor) { a.Env = pay.Prod },
			"no buyer":            func(a *pay.Actor) { a.Kind = pay.ByVisitor },
		} {
			actor := buyer
			change(&actor)
			_, err := pay.Run(t.Context(), s.Core, pay.Identify, pay.Identification{Session: session.ID, Actor: actor})
			if !errors.Is(err, pay.ErrSessionNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBillingComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		billing pay.Billing
		field   string
	}{
		"Germany needs nothing":         {pay.Billing{Country: "DE"}, ""},
		"no country":                    {pay.Billing{}, "billingDetail.country"},
		"no such country":               {pay.Billing{Country: "ZZ"}, "billingDetail.country"},
		"US without a postcode":         {pay.Billing{Country: "US", State: "NY"}, "billingDetail.postcode"},
		"US without a state":            {pay.Billing{Country: "US", Postcode: "10001"}, "billingDetail.state"},
		"US whole":                      {pay.Billing{Country: "US", Postcode: "10001", State: "NY"}, ""},
		"Canada with neither":           {pay.Billing{Country: "CA"}, "billingDetail.state"},
		"Canada with a postcode":        {pay.Billing{Country: "CA", Postcode: "K1A 0B1"}, ""},
		"business without a name":       {pay.Billing{Country: "FR", IsBusiness: true}, "billingDetail.businessName"},
		"business without a tax number": {pay.Billing{Country: "FR", IsBusiness: true, BusinessName: "Acme"}, ""},
	} {
		err := c.billing.Complete()
		if (err == nil) != (c.field == "") || (err != nil && fault.From(err).Field != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCountriesAreInOrder(t *testing.T) {
	t.Parallel()
	list := pay.Countries()
	if len(list) != 249 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1", len(list))
	}
	for _, code := range list {
		if !pay.IsCountry(code) {
			t.Errorf("%s is not found: the list is out of order", code)
		}
	}
}

func price(c money.Currency) *pay.Price {
	return &pay.Price{Amount: money.New(100, c), TaxCategory: pay.SaaS}
}

func methods(names ...connector.Method) []connector.Method { return names }
