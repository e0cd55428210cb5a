package pay

import (
	"fmt"

	"tillway/internal/fault"
)

// TaxMistakes gathers what is wrong with a table, so that all of it is told at
// once.
type TaxMistakes struct {
	lines []string
	count int
}

// Add notes a mistake and where it is.
func (m *TaxMistakes) Add(place string, err error) {
	if m.count++; m.count <= maxTaxMistakes {
		m.lines = append(m.lines, "\n  "+place+": "+fault.From(err).Message)
	}
}

// Err is nil without mistakes. Errors: Invalid "bad_tax_table".
func (m *TaxMistakes) Err() error {
	if m.count == 0 {
		return nil
	}
	told := ""
	for _, line := range m.lines {
		told += line
	}
	if rest := m.count - len(m.lines); rest > 0 {
		told += fmt.Sprintf("\n  and %d more", rest)
	}
	noun := "mistakes"
	if m.count == 1 {
		noun = "mistake"
	}
	return fault.New(fault.Invalid, "bad_tax_table", fmt.Sprintf("The tax table has %d %s, so nothing was loaded:%s", m.count, noun, told)).
		WithHint("Correct the file and load it again; the table in use is unchanged")
}
