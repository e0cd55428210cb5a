package operator_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

func TestTaxTable(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		service := operator.New(operator.Config{Core: s.Core})
		show := func() operator.TaxTable {
			t.Helper()
			table, err := service.ShowTax(t.Context(), operator.ShowTaxIn{})
			if err != nil {
				t.Fatal(err)
			}
			return table
		}
		if table := show(); table.LoadedAt != nil || len(table.Rates) != 0 {
			t.Errorf("a new installation has the table %+v", table)
		}

		// The columns in another order, as a spreadsheet may write them.
		const first = "\ufeffname,Rate_Percent,country,category,state\r\nVAT,19.0,de,,\r\n\"GST, HST\",13,CA,EBOOK,Ontario\r\nVAT,7,DE,ebook,\r\n"
		if _, err := service.LoadTax(t.Context(), operator.LoadTaxIn{CSV: first}); err != nil {
			t.Fatal(err)
		}
		loaded := show()
		want := []operator.TaxRate{
			{Country: "CA", State: "ON", Category: "ebook", RatePercent: "13", Name: "GST, HST"},
			{Country: "DE", RatePercent: "19", Name: "VAT"},
			{Country: "DE", Category: "ebook", RatePercent: "7", Name: "VAT"},
		}
		if diff := cmp.Diff(want, loaded.Rates); diff != "" || loaded.LoadedAt == nil || !loaded.LoadedAt.Equal(s.Core.Now()) {
			t.Errorf("the table differs (-want +got), loaded at %v:\n%s", loaded.LoadedAt, diff)
		}

		// One bad line among good ones changes nothing.
		if _, err := service.LoadTax(t.Context(), operator.LoadTaxIn{CSV: "country,rate_percent,name\nFR,20,VAT\nXX,1,VAT\n"}); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a bad table was loaded: %v", err)
		}
		if diff := cmp.Diff(loaded, show()); diff != "" {
			t.Errorf("a refused load changed the table:\n%s", diff)
		}

		// A good one replaces everything.
		if _, err := service.LoadTax(t.Context(), operator.LoadTaxIn{CSV: "country,rate_percent,name\nFR,20,VAT\n"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]operator.TaxRate{{Country: "FR", RatePercent: "20", Name: "VAT"}}, show().Rates); diff != "" {
			t.Errorf("the table differs (-want +got):\n%s", diff)
		}
		if table, err := service.ShowTax(t.Context(), operator.ShowTaxIn{Country: "DE"}); err != nil || len(table.Rates) != 0 {
			t.Errorf("Germany has %+v %v, want none", table.Rates, err)
		}
	})
}

func TestTaxTableMistakes(t *testing.T) {
	t.Parallel()
	s := paytest.NewShop(t, mustSQLite(t))
	service := operator.New(operator.Config{Core: s.Core})
	const header = "country,state,category,rate_percent,name\n"
	for name, c := range map[string]struct {
		csv  string
		says []string
	}{
		"an empty file":                 {"", []string{"empty"}},
		"a file without a header":       {"DE,,,19,VAT\n", []string{"first line", `"DE"`}},
		"a header that lacks a column":  {"country,name\nDE,VAT\n", []string{"rate_percent"}},
		"a column that is named twice":  {"country,country,rate_percent,name\n", []string{"once each"}},
		"an unknown column":             {"country,rate_percent,name,note\n", []string{`"note"`}},
		"an unknown country":            {header + "XX,,,19,VAT\n", []string{"line 2", `"XX"`}},
		"a country written out":         {header + "Germany,,,19,VAT\n", []string{"line 2", `"GERMANY"`}},
		"an unknown category":           {header + "DE,,books,19,VAT\n", []string{"line 2", `"books"`}},
		"a rate that is missing":        {header + "DE,,,,VAT\n", []string{"line 2", "rate_percent"}},
		"a rate with a sign":            {header + "DE,,,19%,VAT\n", []string{"line 2", `"19%"`}},
		"a negative rate":               {header + "DE,,,-1,VAT\n", []string{"line 2", `"-1"`}},
		"a rate above the whole price":  {header + "DE,,,100.0001,VAT\n", []string{"line 2", "100"}},
		"a rate with too many decimals": {header + "DE,,,8.87505,VAT\n", []string{"line 2", "4 decimal places"}},
		"a name that is missing":        {header + "DE,,,19,\n", []string{"line 2", "name"}},
		"a name that is too long":       {header + "DE,,,19," + strings.Repeat("x", 33) + "\n", []string{"line 2", "32"}},
		"too few columns":               {header + "DE,19,VAT\n", []string{"line 2", "3 columns"}},
		"a quote that does not end":     {header + "DE,,,19,\"VAT\n", []string{"not CSV", "line"}},
		"the same key twice":            {header + "US,NY,,8,A\n\n# again\nUS,New York,,9,B\n", []string{"line 5", "line 2"}},
		"all mistakes of a file":        {header + "XX,,,19,VAT\nDE,,,19,VAT\nDE,,,x,VAT\nYY,,,1,VAT\n", []string{"3 mistakes", "line 2", "line 4", "line 5"}},
		"more mistakes than can be told": {
			header + strings.Repeat("XX,,,19,VAT\n", 25), []string{"25 mistakes", "line 21", "and 5 more"},
		},
		"more lines than there can be": {header + strings.Repeat("DE,,,19,VAT\n", 5001), []string{"5000 rows"}},
		"more bytes than there can be": {header + strings.Repeat("#", operator.MaxTaxFile), []string{"256 KB"}},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			_, err := service.LoadTax(t.Context(), operator.LoadTaxIn{CSV: c.csv})
			f := fault.From(err)
			if f == nil || f.Kind != fault.Invalid || f.Code != "bad_tax_table" {
				t.Fatalf("error %v, want bad_tax_table", err)
			}
			for _, word := range c.says {
				if !strings.Contains(f.Message, word) {
					t.Errorf("the message lacks %q: %s", word, f.Message)
				}
			}
		})
	}
}

// The file that the documentation shows is one that can be loaded.
func TestTaxExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/tax-rates.example.csv")
	if err != nil {
		t.Fatal(err)
	}
	s := paytest.NewShop(t, mustSQLite(t))
	table, err := operator.New(operator.Config{Core: s.Core}).LoadTax(t.Context(), operator.LoadTaxIn{CSV: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rates) != 11 {
		t.Errorf("the example has %d rates, want 11", len(table.Rates))
	}
}

func mustSQLite(t *testing.T) sqldb.DB {
	t.Helper()
	return sqldbtest.OpenSQLite(t, migrations.FS)
}
