package operator

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// The columns of a rate table. They may come in any order; state and category
// may be left out.
const (
	columnCountry  = "country"
	columnState    = "state"
	columnCategory = "category"
	columnRate     = "rate_percent"
	columnName     = "name"
)

var taxColumns = []string{columnCountry, columnState, columnCategory, columnRate, columnName}

// taxFile is a rate table as it was written: its rows, the line of each, and
// what is wrong with the lines that are no rows.
type taxFile struct {
	rows   []pay.TaxRow
	lines  []int
	unread pay.TaxMistakes
}

// place is where a row stands.
func (f taxFile) place(row int) string { return fmt.Sprintf("line %d", f.lines[row]) }

// readTaxCSV reads a rate table whose first line names its columns. Empty
// lines, and lines that begin with #, are passed over.
// Errors: Invalid "bad_tax_table" for a text that is no table.
func readTaxCSV(text string) (taxFile, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	reader.Comment, reader.TrimLeadingSpace, reader.ReuseRecord = '#', true, true
	header, err := reader.Read()
	if err != nil {
		return taxFile{}, unreadableTable(err)
	}
	columns, err := taxHeader(header)
	if err != nil {
		return taxFile{}, err
	}
	var file taxFile
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return file, nil
		}
		line, _ := reader.FieldPos(0)
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok && errors.Is(wrong.Err, csv.ErrFieldCount) {
			file.unread.Add(fmt.Sprintf("line %d", line), fault.Invalidf("", "bad_row", "%d columns where the first line names %d", len(record), len(header)))
			continue
		}
		if err != nil {
			return taxFile{}, unreadableTable(err)
		}
		row, err := columns.row(record)
		if err != nil {
			file.unread.Add(fmt.Sprintf("line %d", line), err)
			continue
		}
		file.rows, file.lines = append(file.rows, row), append(file.lines, line)
	}
}

// taxColumnSet says where each column is.
type taxColumnSet map[string]int

// taxHeader reads the names of the columns.
func taxHeader(header []string) (taxColumnSet, error) {
	columns := taxColumnSet{}
	for i, raw := range header {
		name := strings.ToLower(strings.TrimSpace(raw))
		_, twice := columns[name]
		if twice || !known(name) {
			return nil, fault.Invalidf("", "bad_tax_table", "The first line of the tax table must name its columns once each; %.40q is not expected there", raw).
				WithHint("The columns are " + strings.Join(taxColumns, ",") + "; state and category may be left out")
		}
		columns[name] = i
	}
	for _, name := range []string{columnCountry, columnRate, columnName} {
		if _, ok := columns[name]; !ok {
			return nil, fault.Invalidf("", "bad_tax_table", "The tax table has no column %s", name).
				WithHint("Its first line must name the columns: " + strings.Join(taxColumns, ","))
		}
	}
	return columns, nil
}

func known(name string) bool {
	for _, column := range taxColumns {
		if name == column {
			return true
		}
	}
	return false
}

// row reads one line. What needs no reading is judged by pay.NewTaxTable.
func (c taxColumnSet) row(record []string) (pay.TaxRow, error) {
	cell := func(name string) string {
		if i, ok := c[name]; ok {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	row := pay.TaxRow{
		Country: strings.ToUpper(cell(columnCountry)), Category: pay.TaxCategory(strings.ToLower(cell(columnCategory))),
		TaxRate: pay.TaxRate{Name: cell(columnName)},
	}
	row.State = pay.Region(row.Country, cell(columnState))
	percent := cell(columnRate)
	if percent == "" {
		return row, pay.MissingField(columnRate)
	}
	rate, err := money.ParsePercent(percent)
	if err != nil {
		return row, fault.Invalidf(columnRate, "bad_rate", "rate_percent must be a number like 19 or 8.875, with at most 4 decimal places, got %.40q", percent)
	}
	row.Rate = rate
	return row, nil
}

// unreadableTable words a file that is no CSV.
func unreadableTable(err error) error {
	if errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "bad_tax_table", "The tax table is empty").
			WithHint("Its first line must name the columns: " + strings.Join(taxColumns, ","))
	}
	said := err.Error()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		said = fmt.Sprintf("line %d: %v", wrong.Line, wrong.Err)
	}
	return fault.New(fault.Invalid, "bad_tax_table", "The tax table is not CSV: "+said).
		WithHint("Write it with commas between the columns, and texts that hold a comma in double quotes")
}
