package i18n_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
)

func mustCatalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	catalog, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestMatch(t *testing.T) {
	t.Parallel()
	catalog := mustCatalog(t)
	for name, preferences := range map[string][]string{
		"nothing known":          nil,
		"empty":                  {"", ""},
		"a tag":                  {"en"},
		"a region of it":         {"en-KE"},
		"a header":               {"fr;q=0.4, en;q=0.9"},
		"not spoken here":        {"tlh"},
		"malformed":              {"!!", "q=;,"},
		"the session, no header": {"pt-BR", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := catalog.Match(preferences...).Tag(); got != "en" {
				t.Errorf("Match(%q) = %s, want en", preferences, got)
			}
		})
	}
}

func TestMatchOfIraq(t *testing.T) {
	t.Parallel()
	catalog := mustCatalog(t)
	for wish, want := range map[string]string{
		"ar": "ar", "ar-IQ": "ar", "ar-EG": "ar", "ar-IQ,en;q=0.5": "ar",
		"ckb": "ckb", "ckb-IQ": "ckb", "ckb-Arab-IR": "ckb", "ku": "ckb", "ku-IQ": "ckb", "ku-Arab": "ckb", "ku-Arab-IQ": "ckb",
		"ku-IQ,ar;q=0.8,en;q=0.5": "ckb",
		// Who reads Kurmanji in Latin letters cannot read Sorani.
		"ku-Latn": "en", "ku-TR": "en", "ku-Latn-IQ": "en", "fa": "en", "ur-PK": "en",
	} {
		if got := catalog.Match(wish).Tag(); got != want {
			t.Errorf("Match(%q) = %s, want %s", wish, got, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	english := mustCatalog(t).Match("en")

	t.Run("fills placeholders", func(t *testing.T) {
		t.Parallel()
		got, err := english.Text("payment.button", "Amount", "$11.90")
		if err != nil || got != "Pay $11.90" {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("counts", func(t *testing.T) {
		t.Parallel()
		one, _ := english.Text("problem.title", "Count", 1)
		two, _ := english.Text("problem.title", "Count", 2)
		if one == two || one == "" {
			t.Errorf("one is %q and two are %q", one, two)
		}
	})
	t.Run("keeps the order of a value within a sentence from right to left", func(t *testing.T) {
		t.Parallel()
		for tag, want := range map[string]string{
			"ar":  "استخدام البطاقة \u20684242 4242\u2069",
			"ckb": "بەکارھێنانی کارتی \u20684242 4242\u2069",
			"en":  "Use the card 4242 4242",
		} {
			if got := mustCatalog(t).Match(tag).Say("test.use_number", "Number", "4242 4242"); got != want {
				t.Errorf("%s says %q, want %q", tag, got, want)
			}
		}
	})
	t.Run("reports an unknown key and odd arguments", func(t *testing.T) {
		t.Parallel()
		for _, call := range []func() (string, error){
			func() (string, error) { return english.Text("no.such.key") },
			func() (string, error) { return english.Text("payment.button", "Amount") },
			func() (string, error) { return english.Text("payment.button", 1, 2) },
		} {
			if got, err := call(); err == nil {
				t.Errorf("got %q without an error", got)
			}
		}
		if got := english.Say("no.such.key"); got != "no.such.key" {
			t.Errorf("Say shows %q", got)
		}
	})
}

func TestMoney(t *testing.T) {
	t.Parallel()
	english := mustCatalog(t).Match("en")
	for want, amount := range map[string]money.Amount{
		"":                           {},
		"$11.90":                     money.New(1190, "USD"),
		"$0.05":                      money.New(5, "USD"),
		"−$0.05":                     money.New(-5, "USD"),
		"$1,234,567.89":              money.New(123456789, "USD"),
		"€29.00":                     money.New(2900, "EUR"),
		"¥4,500":                     money.New(4500, "JPY"),
		"HK$10.00":                   money.New(1000, "HKD"),
		"CN¥10.00":                   money.New(1000, "CNY"),
		"IQD\u00a01,500":             money.New(1500000, "IQD"),
		"IQD\u00a01,500.250":         money.New(1500250, "IQD"),
		"KWD\u00a01,500.000":         money.New(1500000, "KWD"),
		"$92,233,720,368,547,758.07": money.New(9223372036854775807, "USD"),
		"¥0":                         money.New(0, "JPY"),
	} {
		if got := english.Money(amount); got != want {
			t.Errorf("Money(%v %s) = %q, want %q", amount, amount.Currency(), got, want)
		}
	}
	for _, currency := range money.Currencies() {
		if got := english.Money(money.New(1234567, currency)); !strings.ContainsAny(got, "0123456789") || english.Symbol(currency) == "" {
			t.Errorf("%s is written %q", currency, got)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for _, l := range mustCatalog(t).Languages() {
		want := "ltr"
		if slices.Contains([]string{"ar", "fa", "he", "ur", "ckb"}, strings.Split(l.Tag(), "-")[0]) {
			want = "rtl"
		}
		if got := l.Direction(); got != want {
			t.Errorf("%s is written %s, want %s", l.Tag(), got, want)
		}
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	english := mustCatalog(t).Match("en")
	var names []string
	for _, c := range english.Countries([]string{"ZW", "AX", "DE", "AF"}) {
		names = append(names, c.Code+"="+c.Name)
	}
	// By name, where Å stands beside A.
	want := []string{"AF=Afghanistan", "AX=Åland Islands", "DE=Germany", "ZW=Zimbabwe"}
	if !slices.Equal(names, want) {
		t.Errorf("countries are %q, want %q", names, want)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 31, 0, 0, time.FixedZone("CET", 3600))
	if got := mustCatalog(t).Match().Time(at); got != "20 November 2026, 09:31 UTC" {
		t.Errorf("Time = %q", got)
	}
}

// TestCashierLanguages holds every tag of the wire (spec/pancake.md §2.4) to the
// nearest language that the pages speak. "" is one that nobody near speaks, and
// leaves the choice to the browser.
func TestCashierLanguages(t *testing.T) {
	t.Parallel()
	catalog := mustCatalog(t)
	nearest := map[string]string{
		"en": "en", "en-KE": "en", "en-NG": "en", "en-HK": "en", "ja-JP": "ja",
		"zh-Hans": "zh-Hans", "zh-Hans-HK": "zh-Hans", "zh-Hant-TW": "zh-Hans", "zh-Hant-HK": "zh-Hans",
		"pt-BR": "", "es-MX": "", "id-ID": "", "vi-VN": "", "ru-RU": "", "es-PE": "", "es-CO": "", "es-CL": "",
		"th-TH": "", "ko-KR": "", "pl-PL": "", "tr-TR": "", "ms-MY": "",
	}
	if len(nearest) != 22 {
		t.Fatalf("the wire has 22 languages, the test %d", len(nearest))
	}
	for tag, want := range nearest {
		if got := catalog.Match(tag, "ja-JP, en;q=0.5").Tag(); got != want && (want != "" || got != "ja") {
			t.Errorf("%s, in a Japanese browser, is answered in %s, want %q", tag, got, want)
		}
		if want == "" {
			want = "en"
		}
		if got := catalog.Match(tag, "").Tag(); got != want {
			t.Errorf("%s alone is answered in %s, want %s", tag, got, want)
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	var names []string
	for _, l := range mustCatalog(t).Languages() {
		names = append(names, l.Name())
	}
	if want := []string{"English", "العربية", "کوردیی ناوەندی", "日本語", "简体中文"}; !slices.Equal(names, want) {
		t.Errorf("the languages call themselves %q, want %q", names, want)
	}
}

func TestOtherLanguagesWriteAmountsDatesAndCountries(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 31, 0, 0, time.UTC)
	for tag, want := range map[string][]string{
		"ar":      {"\u200f1,234.50\u00a0US$\u200e", "\u200f4,500\u00a0JP¥\u200e", "2026/11/20، 09:31 UTC", "ألمانيا"},
		"ckb":     {"\u200f1,234.50\u00a0US$\u200e", "\u200f4,500\u00a0JP¥\u200e", "2026/11/20، 09:31 UTC", "ئەڵمانیا"},
		"ja":      {"$1,234.50", "￥4,500", "2026年11月20日 09:31 UTC", "ドイツ"},
		"zh-Hans": {"US$1,234.50", "JP¥4,500", "2026年11月20日 09:31 UTC", "德国"},
	} {
		l := mustCatalog(t).Match(tag)
		got := []string{l.Money(money.New(123450, "USD")), l.Money(money.New(4500, "JPY")), l.Time(at), l.Countries([]string{"DE"})[0].Name}
		if !slices.Equal(got, want) {
			t.Errorf("%s writes %q, want %q", tag, got, want)
		}
	}
}

func TestDinars(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string][]string{
		"en":  {"IQD\u00a010,000", "IQD\u00a00.250", "−IQD\u00a010,000", "−IQD\u00a00.250"},
		"ar":  {"\u200f10,000\u00a0د.ع.\u200f", "\u200f0.250\u00a0د.ع.\u200f", "\u200f\u200e−10,000\u00a0د.ع.\u200f", "\u200f\u200e−0.250\u00a0د.ع.\u200f"},
		"ckb": {"\u200f10,000\u00a0د.ع.\u200f", "\u200f0.250\u00a0د.ع.\u200f", "\u200f\u200e−10,000\u00a0د.ع.\u200f", "\u200f\u200e−0.250\u00a0د.ع.\u200f"},
	} {
		var got []string
		for _, minor := range []int64{10_000_000, 250, -10_000_000, -250} {
			got = append(got, mustCatalog(t).Match(tag).Money(money.New(minor, "IQD")))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s writes %q, want %q", tag, got, want)
		}
	}
}

// TestEveryCountryHasAName in every language, in its own letters where those
// are not Latin ones.
func TestEveryCountryHasAName(t *testing.T) {
	t.Parallel()
	for _, l := range mustCatalog(t).Languages() {
		for _, c := range l.Countries(pay.Countries()) {
			foreign := l.Direction() == "rtl" && strings.ContainsAny(strings.ToLower(c.Name), "abcdefghijklmnopqrstuvwxyz")
			if c.Name == "" || c.Name == c.Code || foreign {
				t.Errorf("%s calls %s %q", l.Tag(), c.Code, c.Name)
			}
		}
	}
}

func TestCountryWithoutANameIsCalledByItsCode(t *testing.T) {
	t.Parallel()
	for _, l := range mustCatalog(t).Languages() {
		if got := l.Countries([]string{"?!"}); got[0].Name != "?!" {
			t.Errorf("%s calls it %q", l.Tag(), got[0].Name)
		}
	}
}
