package pay

import (
	"context"
	"fmt"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
)

// TaxRow is one line of the operator's rate table. An empty state or category
// stands for every one.
type TaxRow struct {
	Country  string // ISO 3166-1 alpha-2
	State    string // as Region writes it
	Category TaxCategory
	TaxRate
}

// Limits of the rate table.
const (
	MaxTaxRows     = 5_000
	maxTaxName     = 32
	maxTaxRate     = money.Rate(1_000_000) // 100 %
	maxTaxMistakes = 20                    // told at once
)

// TaxTable is the whole table in order of country, state and category.
type TaxTable struct {
	Rows     []TaxRow
	LoadedAt time.Time // zero until the first load
	Version  int64
}

type taxRecords interface {
	// TaxRows are the rows that may cover a sale: at most one for each of
	// state and category, category, state, and the country alone.
	TaxRows(country, state string, category TaxCategory) ([]TaxRow, error)
	// TaxTable reads the whole table.
	TaxTable() (TaxTable, error)
	// ReplaceTaxTable puts another table in the place of the one that had the
	// version.
	ReplaceTaxTable(TaxTable)
}

// taxKey is what a row is for; there is one row for each.
type taxKey struct {
	country, state string
	category       TaxCategory
}

func (t TaxRow) key() taxKey { return taxKey{t.Country, t.State, t.Category} }

// covers reports whether the row is for such a sale.
func (t TaxRow) covers(country, state string, category TaxCategory) bool {
	return t.Country == country && (t.State == "" || t.State == state) && (t.Category == "" || t.Category == category)
}

// specificity orders the rows that cover a sale: state and category, state,
// category, country.
func (t TaxRow) specificity() int {
	rank := 0
	if t.State != "" {
		rank += 2
	}
	if t.Category != "" {
		rank++
	}
	return rank
}

// check judges one row on its own. The row must be clean.
func (t TaxRow) check() error {
	if !IsCountry(t.Country) {
		return fault.Invalidf("country", "bad_country", "country must be a two-letter ISO 3166-1 code such as DE, got %.40q", t.Country)
	}
	if _, err := CleanText("state", t.State, 0, maxBillingText); err != nil {
		return err
	}
	if t.Category != "" {
		if _, err := ParseTaxCategory("category", string(t.Category)); err != nil {
			return err
		}
	}
	if _, err := CleanText("name", t.Name, 1, maxTaxName); err != nil {
		return err
	}
	if t.Rate < 0 || t.Rate > maxTaxRate {
		return fault.Invalidf("rate_percent", "bad_rate", "rate_percent must be from 0 to 100, got %s", t.Rate.Percent())
	}
	return nil
}

// NewTaxTable is the input of ReplaceTaxTable.
type NewTaxTable struct {
	Rows []TaxRow
	// Place words where a row came from, for its mistakes; nil counts rows.
	Place func(row int) string
	// Unread are the mistakes of lines that could not become rows.
	Unread TaxMistakes
	At     time.Time
}

// Validate checks every row, and that no two rows are for the same. It names
// all mistakes, up to twenty. Errors: Invalid "bad_tax_table".
func (in NewTaxTable) Validate() error {
	if len(in.Rows) > MaxTaxRows {
		return fault.Invalidf("", "bad_tax_table", "A tax table has at most %d rows, this one has %d", MaxTaxRows, len(in.Rows))
	}
	mistakes := in.Unread
	first := map[taxKey]int{}
	for i, row := range in.Rows {
		if err := row.check(); err != nil {
			mistakes.Add(in.place(i), err)
			continue
		}
		if earlier, twice := first[row.key()]; twice {
			mistakes.Add(in.place(i), fault.Invalidf("", "duplicate_row", "the same country, state and category as %s", in.place(earlier)))
			continue
		}
		first[row.key()] = i
	}
	return mistakes.Err()
}

func (in NewTaxTable) place(row int) string {
	if in.Place != nil {
		return in.Place(row)
	}
	return fmt.Sprintf("row %d", row+1)
}

// ReplaceTaxTable puts another rate table in place of the whole old one. Orders
// that were placed before keep the tax they were quoted.
func ReplaceTaxTable(_ context.Context, tx Tx, in NewTaxTable) (TaxTable, error) {
	table, err := tx.TaxTable()
	if err != nil {
		return TaxTable{}, err
	}
	table.Rows, table.LoadedAt = in.Rows, in.At
	tx.ReplaceTaxTable(table)
	return table, nil
}
