package pay_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func mustFee(t testing.TB, text string) pay.FeeRule {
	t.Helper()
	terms, err := pay.ParseFee(text)
	if err != nil {
		t.Fatal(err)
	}
	return pay.FeeRule{Currency: terms.Currency, Rate: terms.Rate, Fixed: terms.Fixed}
}

func TestParseFee(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"PKR 2.5% + 10":       "PKR 2.5% + 10.00",
		" pkr  2.50 %+10.00 ": "PKR 2.5% + 10.00",
		"IQD 3%":              "IQD 3%",
		"USD 0.30":            "USD 0.30",
		"USD 0":               "USD 0%",
		"USD 0%":              "USD 0%",
		"USD 100% + 1":        "USD 100% + 1.00",
		"JPY 1.2345% + 5":     "JPY 1.2345% + 5",
	} {
		if got := mustFee(t, text).String(); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	if terms, err := pay.ParseFee("PKR none"); err != nil || !terms.None || terms.Currency != "PKR" {
		t.Errorf("none: %+v %v", terms, err)
	}
	for _, text := range []string{
		"", "PKR", "2.5%", "PKR 2,5%", "XXX 1%", "PKR 100.0001%", "PKR -1%", "PKR 1% + ", "PKR 1% - 10", "PKR 1.23456%", "JPY 1.5",
		"PKR 1..5%", "PKR 1% + 1.001", "PKR NONE 1", "PKR 99999999999999999999", "PKR 1%\n+ 1 + 1",
	} {
		if terms, err := pay.ParseFee(text); fault.CodeOf(err) != "bad_fee" || fault.From(err).Field != "fee" || fault.From(err).Hint == "" {
			t.Errorf("%q is read as %+v, %v", text, terms, err)
		}
	}
}

func TestFeeOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule         string
		charged, tax int64
		fee          int64
		words        string
	}{
		"a rate":                       {"PKR 2.5%", 100000, 0, 2500, "2.5% of 1000.00 = 25.00"},
		"a rate and a fixed part":      {"PKR 2.5% + 10", 100000, 0, 3500, "2.5% of 1000.00 + 10.00 = 35.00"},
		"a fixed part":                 {"PKR 10", 100000, 0, 1000, "0% of 1000.00 + 10.00 = 10.00"},
		"nothing":                      {"PKR 0", 100000, 0, 0, "0% of 1000.00 = 0.00"},
		"half a unit is rounded up":    {"PKR 2.5%", 1020, 0, 26, "2.5% of 10.20 = 0.26"},
		"less than half is dropped":    {"PKR 2.5%", 1019, 0, 25, "2.5% of 10.19 = 0.25"},
		"of the charge with its tax":   {"PKR 10%", 11900, 1900, 1190, "10% of 119.00 = 11.90"},
		"all but the tax":              {"PKR 0% + 100", 11900, 1900, 10000, "0% of 119.00 + 100.00 = 100.00"},
		"never more than without tax":  {"PKR 0% + 100.01", 11900, 1900, 10000, "0% of 119.00 + 100.01, at most the sale without its tax = 100.00"},
		"a whole charge":               {"PKR 100%", 11900, 1900, 10000, "100% of 119.00, at most the sale without its tax = 100.00"},
		"more than the sale is worth":  {"PKR 2.5% + 10", 500, 0, 500, "2.5% of 5.00 + 10.00, at most the sale without its tax = 5.00"},
		"of the greatest sum there is": {"PKR 100% + 92233720368547758.07", math.MaxInt64, 0, math.MaxInt64, "100% of 92233720368547758.07 + 92233720368547758.07, at most the sale without its tax = 92233720368547758.07"},
	} {
		fee, words, err := mustFee(t, c.rule).Of(money.New(c.charged, "PKR"), money.New(c.tax, "PKR"))
		if err != nil || fee != money.New(c.fee, "PKR") || words != c.words {
			t.Errorf("%s: %v %q %v", name, fee, words, err)
		}
	}
	if _, _, err := mustFee(t, "USD 1%").Of(money.New(1, "PKR"), money.New(0, "PKR")); fault.CodeOf(err) != "currency_mismatch" {
		t.Errorf("another currency: %v", err)
	}
}

// A fee is the exact share, rounded half up, and the fixed part; it leaves the
// tax alone.
func TestAFeeIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		charged := rapid.Int64Range(0, math.MaxInt64).Draw(t, "charged")
		tax := rapid.Int64Range(0, charged).Draw(t, "tax")
		rule := pay.FeeRule{
			Currency: "PKR", Rate: money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate")),
			Fixed: money.New(rapid.Int64Range(0, math.MaxInt64).Draw(t, "fixed"), "PKR"),
		}
		got, _, err := rule.Of(money.New(charged, "PKR"), money.New(tax, "PKR"))
		if err != nil {
			t.Fatal(err)
		}
		want := new(big.Int).Mul(big.NewInt(charged), big.NewInt(int64(rule.Rate)))
		want.Add(want, big.NewInt(500_000)).Quo(want, big.NewInt(1_000_000)).Add(want, big.NewInt(rule.Fixed.Minor()))
		if most := big.NewInt(charged - tax); want.Cmp(most) > 0 {
			want = most
		}
		if got.Minor() != want.Int64() {
			t.Fatalf("%v of %d with tax %d is %d, want %v", rule, charged, tax, got.Minor(), want)
		}
	})
}

func setFee(t testing.TB, s *paytest.Shop, text, name string) {
	t.Helper()
	terms, err := pay.ParseFee(text)
	if err != nil {
		t.Fatal(err)
	}
	paytest.MustRun(t, s.Core, pay.ChangeFee, pay.FeeChange{Actor: pay.System(pay.Prod), Store: s.Shop.ID, Terms: terms, Name: name, At: s.Core.Now()})
}

func TestAPaymentCarriesItsFee(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		setFee(t, s, "USD 2.5% + 0.10", "Gold")
		setFee(t, s, "PKR 50%", "")
		session := mustStart(t, s, goodCard)
		payment := s.MustLook(t, session, "me").Payment
		if payment.Fee != money.New(83, "USD") || payment.FeeName != "Gold" || payment.FeeWords != "2.5% of 29.00 + 0.10 = 0.83" {
			t.Errorf("got %+v", payment)
		}
		wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "store/pending": 83 - 2900, "fees/platform": -83})

		// What goes back to the buyer does not give the fee back.
		paytest.MustRun(t, s.Core, pay.RequestRefund, pay.RefundRequest{
			ID: pay.RefundID(s.IDs.New(id.Refund)), Actor: s.Actor(), Payment: payment.ID, Reason: "r", At: s.Core.Now(),
		})
		s.PlayTimers(t)
		wantBalances(t, s, map[string]int64{"store/pending": 83, "fees/platform": -83})

		// A rule that changes leaves payments alone; one that is gone takes nothing.
		setFee(t, s, "USD none", "")
		again := s.MustLook(t, mustStart(t, s, goodCard), "me").Payment
		if again.Fee != money.Zero("USD") || again.FeeName != "" || again.FeeWords != "" {
			t.Errorf("without a rule %+v", again)
		}
		if before := s.MustLook(t, session, "me").Payment; before.Fee != payment.Fee || before.FeeWords != payment.FeeWords {
			t.Errorf("a payment of before: %+v", before)
		}
	})
}

func TestAFeeOfNothingIsNamedAndNotPosted(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		setFee(t, s, "USD 0", "Free")
		payment := s.MustLook(t, mustStart(t, s, goodCard), "me").Payment
		if payment.Fee != money.Zero("USD") || payment.FeeName != "Free" || payment.FeeWords != "0% of 29.00 = 0.00" {
			t.Errorf("got %+v", payment)
		}
		wantBalances(t, s, sold)
	})
}

func TestADeclinedPaymentHasNoFee(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		setFee(t, s, "USD 10%", "")
		mustStart(t, s, declinedCard)
		wantBalances(t, s, map[string]int64{})
	})
}

func TestALateCaptureThatIsHonouredHasAFee(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		setFee(t, s, "USD 10%", "")
		paytest.MustRun(t, s.Core, pay.UpdateStore, pay.StoreUpdate{
			ID: s.Shop.ID, Actor: s.Actor(), LateCapture: pay.To(pay.HonourLate), At: s.Core.Now(),
		})
		session := mustStartShort(t, s, lateSuccess)
		playUntil(t, s, session, pay.CheckoutExpired)
		playOut(t, s)
		if payment := s.MustLook(t, session, "me").Payment; payment.Fee != money.New(290, "USD") {
			t.Errorf("got %+v", payment)
		}
		wantBalances(t, s, map[string]int64{"provider/simulator": 2900, "store/pending": 290 - 2900, "fees/platform": -290})
	})
}

func TestChangeFee(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		rules := func() (list []pay.FeeRule) {
			t.Helper()
			err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
				list, err = r.FeeRules(s.Shop.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		setFee(t, s, "PKR 2.5% + 10", "")
		setFee(t, s, "IQD 3%", " Iraq ")
		setFee(t, s, "IQD 2%", "")
		got := rules()
		if len(got) != 2 || got[0].String() != "IQD 2%" || got[0].Name != "Iraq" || got[1].String() != "PKR 2.5% + 10.00" ||
			got[1].Name != pay.DefaultFeeName || !got[1].UpdatedAt.Equal(s.Core.Now()) || got[1].Store != s.Shop.ID {
			t.Errorf("rules %+v", got)
		}
		setFee(t, s, "IQD none", "")
		setFee(t, s, "IQD none", "")
		if got := rules(); len(got) != 1 || got[0].Currency != "PKR" {
			t.Errorf("after one is gone: %+v", got)
		}

		terms, err := pay.ParseFee("PKR 0")
		if err != nil {
			t.Fatal(err)
		}
		for code, in := range map[string]pay.FeeChange{
			"store_access_denied": {Actor: s.Actor(), Store: s.Shop.ID, Terms: terms},
			"store_not_found":     {Actor: pay.System(pay.Prod), Store: "STO_0000000000000000000001", Terms: terms},
			"bad_text":            {Actor: pay.System(pay.Prod), Store: s.Shop.ID, Terms: terms, Name: "a\nb"},
		} {
			if _, err := pay.Run(t.Context(), s.Core, pay.ChangeFee, in); fault.CodeOf(err) != code {
				t.Errorf("%s: %v", code, err)
			}
		}
	})
}
