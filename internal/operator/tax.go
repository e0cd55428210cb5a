package operator

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// MaxTaxFile is the longest rate table, in bytes.
const MaxTaxFile = 256 << 10

// LoadTaxIn is a rate table as CSV text; docs/tax.md says its columns.
type LoadTaxIn struct {
	CSV string `json:"csv"`
}

// ShowTaxIn may name one country; "" is all of them.
type ShowTaxIn struct {
	Country string `json:"country,omitempty"`
}

// TaxTable is the rate table in use.
type TaxTable struct {
	LoadedAt *time.Time `json:"loadedAt"` // null until a table is loaded
	Rates    []TaxRate  `json:"rates"`
}

// TaxRate is one line of it.
type TaxRate struct {
	Country     string          `json:"country"`
	State       string          `json:"state,omitempty"`
	Category    pay.TaxCategory `json:"category,omitempty"`
	RatePercent string          `json:"ratePercent"`
	Name        string          `json:"name"`
}

// LoadTax replaces the whole rate table, or nothing at all.
// Errors: Invalid "bad_tax_table", which names all lines that are wrong.
func (s *Service) LoadTax(ctx context.Context, in LoadTaxIn) (TaxTable, error) {
	if len(in.CSV) > MaxTaxFile {
		return TaxTable{}, fault.Invalidf("", "bad_tax_table", "A tax table has at most %d KB", MaxTaxFile>>10)
	}
	file, err := readTaxCSV(in.CSV)
	if err != nil {
		return TaxTable{}, err
	}
	table, err := pay.Run(ctx, s.Core, pay.ReplaceTaxTable, pay.NewTaxTable{
		Rows: file.rows, Place: file.place, Unread: file.unread, At: s.Core.Now(),
	})
	return taxTable(table, ""), err
}

// ShowTax reads the rate table.
func (s *Service) ShowTax(ctx context.Context, in ShowTaxIn) (TaxTable, error) {
	if in.Country != "" && !pay.IsCountry(in.Country) {
		return TaxTable{}, fault.Invalidf("--country", "bad_country", "%q is no two-letter ISO 3166-1 country code", in.Country)
	}
	var table pay.TaxTable
	err := s.Core.View(ctx, func(r pay.Records) (err error) {
		table, err = r.TaxTable()
		return err
	})
	return taxTable(table, in.Country), err
}

func taxTable(table pay.TaxTable, country string) TaxTable {
	out := TaxTable{Rates: []TaxRate{}}
	if !table.LoadedAt.IsZero() {
		out.LoadedAt = &table.LoadedAt
	}
	for _, row := range table.Rows {
		if country == "" || row.Country == country {
			out.Rates = append(out.Rates, TaxRate{row.Country, row.State, row.Category, row.Rate.Percent(), row.Name})
		}
	}
	return out
}
