package store

import (
	"cmp"
	"slices"

	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const taxColumns = `country, state, category, rate, name`

func scanTaxRow(row sqldb.Row) (t pay.TaxRow, err error) {
	err = row.Scan(&t.Country, &t.State, &t.Category, &t.Rate, &t.Name)
	return t, err
}

func scanTaxRows(rows sqldb.Rows, err error) (list []pay.TaxRow, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := scanTaxRow(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// A key has at most one row, so four is all there can be.
const selectTaxRows = `SELECT ` + taxColumns + ` FROM tax_rates
	WHERE country = $1 AND state IN ($2, '') AND category IN ($3, '') LIMIT 4`

// TaxRows reads the rates that may cover a sale.
func (r records) TaxRows(country, state string, category pay.TaxCategory) ([]pay.TaxRow, error) {
	return scanTaxRows(r.Query(selectTaxRows, country, state, category))
}

const (
	taxTableRow    = "1"
	selectTaxTable = `SELECT version, loaded_at FROM tax_table WHERE id = $1`
	selectTaxRates = `SELECT ` + taxColumns + ` FROM tax_rates LIMIT $1`
)

// TaxTable reads all rates.
func (r records) TaxTable() (table pay.TaxTable, err error) {
	var loaded int64
	if err := r.QueryRow(selectTaxTable, taxTableRow).Scan(&table.Version, &loaded); err != nil {
		return table, err
	}
	table.LoadedAt = sqldb.Moment(loaded)
	table.Rows, err = scanTaxRows(r.Query(selectTaxRates, pay.MaxTaxRows))
	// Databases differ in how they order texts.
	slices.SortFunc(table.Rows, func(a, b pay.TaxRow) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.State, b.State), cmp.Compare(a.Category, b.Category))
	})
	return table, err
}

const (
	updateTaxTable = `UPDATE tax_table SET loaded_at = $3, version = version + 1 WHERE id = $1 AND version = $2`
	deleteTaxRates = `DELETE FROM tax_rates`
	insertTaxRate  = `INSERT INTO tax_rates (` + taxColumns + `) VALUES ($1, $2, $3, $4, $5)`
)

// ReplaceTaxTable writes all rates anew if nobody else has since the table was
// read. The guard goes first, so that two loads do not meet in the rates.
func (r records) ReplaceTaxTable(table pay.TaxTable) {
	r.tx.ExecOne(updateTaxTable, taxTableRow, table.Version, sqldb.Micros(table.LoadedAt))
	r.tx.Exec(deleteTaxRates)
	for _, t := range table.Rows {
		r.tx.Exec(insertTaxRate, t.Country, t.State, t.Category, int64(t.Rate), t.Name)
	}
}
