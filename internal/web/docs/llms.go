package docs

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

// llmsPath is where programs that read look for a site's summary.
const llmsPath = "/llms.txt"

//go:embed llms.txt.tmpl
var llmsText string

var llmsTemplate = template.Must(template.New("llms").Funcs(template.FuncMap{
	"line": oneLine, "required": requiredMembers, "credentials": credentialTitles,
}).Parse(llmsText))

// llms writes the rules that a program needs to call the API, and one line per
// route.
func (h *Handler) llms() ([]byte, error) {
	var text bytes.Buffer
	err := llmsTemplate.Execute(&text, struct {
		BaseURL    string
		References []*Reference
	}{h.publicURL, h.references})
	if err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	return text.Bytes(), nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// requiredMembers lists what a request must have.
func requiredMembers(members []Member) string {
	var names []string
	for _, m := range members {
		if m.Required {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func credentialTitles(credentials []Credential) string {
	var titles []string
	for _, c := range credentials {
		titles = append(titles, c.Title())
	}
	return strings.Join(titles, ", ")
}
