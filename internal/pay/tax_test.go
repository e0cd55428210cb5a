package pay_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// percent is a rate in the tables of these tests.
func percent(s string) money.Rate {
	rate, err := money.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return rate
}

func taxRow(country, state string, category pay.TaxCategory, rate, name string) pay.TaxRow {
	return pay.TaxRow{Country: country, State: state, Category: category, TaxRate: pay.TaxRate{Name: name, Rate: percent(rate)}}
}

func TestTaxOfASale(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		untaxed := s.MustPlace(t, s.MustOpen(t))
		if want := (pay.TaxRate{Name: pay.NoTax}); untaxed.Quote.Rate != want || !untaxed.Quote.Tax.IsZero() {
			t.Errorf("without a table the order is taxed %+v", untaxed.Quote)
		}
		paytest.MustRun(t, s.Core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.Core.Now(), Rows: []pay.TaxRow{
			taxRow("US", "", "", "1", "country"), taxRow("US", "", pay.Ebook, "2", "category"),
			taxRow("US", "NY", "", "3", "state"), taxRow("US", "NY", pay.Ebook, "4", "both"),
			taxRow("US", "CA", "", "5", "other state"), taxRow("US", "NY", pay.SaaS, "6", "other category"),
			taxRow("US", "TX", "", "0", "exempt"),
			taxRow("DE", "", "", "19", "VAT"), taxRow("GB", "", "", "20", "VAT"), taxRow("FR", "", pay.Ebook, "0", "zero rated"),
			taxRow("CA", "", "", "5", "GST"), taxRow("CA", "ON", "", "13", "HST"), taxRow("CA", "NU", "", "5", "north"),
		}})
		for name, c := range map[string]struct {
			billing pay.Billing
			want    string
		}{
			"state and category come first":         {pay.Billing{Country: "US", State: "NY"}, "both 4"},
			"a state that is written out counts":    {pay.Billing{Country: "US", State: " new  york "}, "both 4"},
			"an ISO 3166-2 code counts":             {pay.Billing{Country: "US", State: "us-ny"}, "both 4"},
			"the state comes before category":       {pay.Billing{Country: "US", State: "CA"}, "other state 5"},
			"a state may be exempt":                 {pay.Billing{Country: "US", State: "TX"}, "exempt 0"},
			"the category comes before country":     {pay.Billing{Country: "US", State: "WA"}, "category 2"},
			"the country is the last resort":        {pay.Billing{Country: "DE"}, "VAT 19"},
			"another country is not taxed":          {pay.Billing{Country: "JP"}, "None 0"},
			"an EU business reverses the charge":    {pay.Billing{Country: "DE", IsBusiness: true, TaxID: "DE1"}, "Reverse charge 0"},
			"an EU business without ID pays":        {pay.Billing{Country: "DE", IsBusiness: true}, "VAT 19"},
			"an ID alone reverses nothing":          {pay.Billing{Country: "DE", TaxID: "DE1"}, "VAT 19"},
			"a business elsewhere pays":             {pay.Billing{Country: "GB", IsBusiness: true, TaxID: "GB1"}, "VAT 20"},
			"a rate of zero reverses nothing":       {pay.Billing{Country: "FR", IsBusiness: true, TaxID: "FR1"}, "zero rated 0"},
			"nothing to reverse is no tax":          {pay.Billing{Country: "IT", IsBusiness: true, TaxID: "IT1"}, "None 0"},
			"a postal code tells the province":      {pay.Billing{Country: "CA", Postcode: "m5v 3l9"}, "HST 13"},
			"the province counts before it":         {pay.Billing{Country: "CA", State: "Québec", Postcode: "M5V 3L9"}, "GST 5"},
			"the north is shared":                   {pay.Billing{Country: "CA", Postcode: "X0A 0H0"}, "north 5"},
			"a postal code elsewhere tells nothing": {pay.Billing{Country: "US", State: "WA", Postcode: "M5V"}, "category 2"},
		} {
			t.Run(name, func(t *testing.T) {
				quote, err := s.Core.PreviewTax(t.Context(), pay.TaxPreview{Session: s.MustOpen(t).ID, Actor: s.Actor(), Billing: c.billing})
				if err != nil {
					t.Fatal(err)
				}
				if got := quote.Rate.Name + " " + quote.Rate.Rate.Percent(); got != c.want {
					t.Errorf("taxed %q, want %q", got, c.want)
				}
			})
		}

		t.Run("an order keeps what it was quoted", func(t *testing.T) {
			order := s.MustPlace(t, s.MustOpen(t))
			paytest.MustRun(t, s.Core, pay.ReplaceTaxTable, pay.NewTaxTable{At: s.Core.Now()})
			session := s.MustLook(t, pay.Session{ID: order.Session}, "")
			if session.Quote != order.Quote || session.Quote.Rate.Name != "VAT" {
				t.Errorf("the order is quoted %+v, was %+v", session.Quote, order.Quote)
			}
			again := s.MustPlace(t, session.Session)
			if again.Quote.Rate.Name != pay.NoTax || again.Turn == order.Turn {
				t.Errorf("placed anew: %+v in turn %d, want the new table and another turn", again.Quote, again.Turn)
			}
		})
	})
}

func TestTaxPreviewIsPrivate(t *testing.T) {
	t.Parallel()
	s := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
	session := s.MustOpen(t)
	billing := pay.Billing{Country: "DE"}
	for name, actor := range map[string]pay.Actor{
		"another environment": {Kind: pay.ByMerchant, Env: pay.Prod, Merchant: s.Merchant.ID},
		"another merchant":    {Kind: pay.ByMerchant, Env: pay.Test, Merchant: "MER_other"},
		"another store":       {Kind: pay.ByVisitor, Env: pay.Test, Store: "STO_other"},
		"nobody":              {Env: pay.Test, Store: s.Shop.ID},
	} {
		t.Run(name+" finds nothing", func(t *testing.T) {
			t.Parallel()
			_, err := s.Core.PreviewTax(t.Context(), pay.TaxPreview{Session: session.ID, Actor: actor, Billing: billing})
			if fault.CodeOf(err) != "session_not_found" {
				t.Errorf("error %v, want session_not_found", err)
			}
		})
	}
}

// Tax is the exact product, rounded once, half up; nothing is lost between the
// parts and the total.
func TestQuoteIsRoundedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"USD", "JPY", "KWD"}).Draw(t, "currency")
		subtotal := rapid.Int64Range(0, 1<<50).Draw(t, "subtotal")
		rate := rapid.Int64Range(0, 1_000_000).Draw(t, "rate")
		quote, err := pay.NewQuote(money.New(subtotal, currency), pay.TaxRate{Name: "T", Rate: money.Rate(rate)})
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(subtotal), big.NewInt(rate)), big.NewInt(1_000_000))
		half := exact.Add(exact, big.NewRat(1, 2))
		want := new(big.Int).Quo(half.Num(), half.Denom()).Int64()
		if quote.Tax.Minor() != want || quote.Total.Minor() != subtotal+want || quote.Subtotal.Minor() != subtotal {
			t.Fatalf("%d at %d millionths is taxed %+v, want %d", subtotal, rate, quote, want)
		}
	})
}

func TestTaxRoundsHalfUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		subtotal money.Amount
		rate     string
		want     int64
	}{
		"8.875 % of 29.00 USD": {money.New(2900, "USD"), "8.875", 257},
		"8.875 % of 4500 JPY":  {money.New(4500, "JPY"), "8.875", 399},
		"half a cent goes up":  {money.New(50, "USD"), "5", 3},
		"less goes down":       {money.New(49, "USD"), "5", 2},
		"half a yen goes up":   {money.New(5, "JPY"), "10", 1},
		"three decimals":       {money.New(1234, "KWD"), "5.5", 68},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quote, err := pay.NewQuote(c.subtotal, pay.TaxRate{Rate: percent(c.rate)})
			if err != nil || quote.Tax.Minor() != c.want {
				t.Errorf("tax %v %v, want %d", quote.Tax, err, c.want)
			}
		})
	}
}
