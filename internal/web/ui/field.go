package ui

// Field is one input of a form with everything a reader, a keyboard and a
// screen reader need to know of it. Texts are already in the reader's language.
type Field struct {
	Name         string // of the input; also its element id, and the target of the error summary
	Label        string
	Value        string // what was typed before; never a card's number or code
	Error        string // "" is none
	Hint         string
	Type         string // "text" unless set
	Autocomplete string
	InputMode    string
	Placeholder  string
	MaxLength    int
	Required     bool
	Optional     bool // says so in words
}

// DescribedBy lists the ids of the texts that belong to the input.
func (f Field) DescribedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.Name + "-hint " + f.Name + "-error"
	case f.Hint != "":
		return f.Name + "-hint"
	case f.Error != "":
		return f.Name + "-error"
	}
	return ""
}

// InputType is the type attribute.
func (f Field) InputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// Problem is one line of an error summary. Field is "" for a problem of the
// whole form.
type Problem struct {
	Field   string
	Message string
}

// ProblemWith is the message for a field, "" when it has none.
func ProblemWith(problems []Problem, field string) string {
	for _, p := range problems {
		if p.Field == field {
			return p.Message
		}
	}
	return ""
}
