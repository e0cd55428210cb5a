package format

// Lines appends lines to a card; a fact without a value has none.
type Lines struct{ Card *Card }

// Add appends a line.
func (l Lines) Add(line Line) {
	if line.Value != "" {
		l.Card.Lines = append(l.Card.Lines, line)
	}
}

// Strong appends the line that readers look for first.
func (l Lines) Strong(label, value string) {
	l.Add(Line{Label: label, Value: value, Short: true, Strong: true})
}

// Short appends a line that may stand beside another.
func (l Lines) Short(label, value string) { l.Add(Line{Label: label, Value: value, Short: true}) }

// Long appends a line of its own.
func (l Lines) Long(label, value string) { l.Add(Line{Label: label, Value: value}) }
