package docs

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

// llmsPath is where programs that read look for a site's summary.
const llmsPath = "/llms.txt"

//go:embed llms
var llmsFiles embed.FS

// llmsTemplates are llms.txt.tmpl with one file of rules for each dialect.
var llmsTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"line": oneLine, "required": requiredMembers, "credentials": credentialTitles,
}).ParseFS(llmsFiles, "llms/*"))

// llmsView is what the file tells.
type llmsView struct {
	BaseURL    string
	References []llmsSection
}

// llmsSection is one dialect with its rules.
type llmsSection struct {
	*Reference
	Rules string
}

// llms writes the rules that a program needs to call the API, and one line per
// route.
func (h *Handler) llms() ([]byte, error) {
	view := llmsView{BaseURL: h.publicURL}
	for _, reference := range h.references {
		var rules bytes.Buffer
		if err := llmsTemplates.ExecuteTemplate(&rules, reference.Name+".txt.tmpl", view); err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		view.References = append(view.References, llmsSection{reference, strings.TrimSpace(rules.String())})
	}
	var text bytes.Buffer
	if err := llmsTemplates.ExecuteTemplate(&text, "llms.txt.tmpl", view); err != nil {
		return nil, fmt.Errorf("docs: %w", err)
	}
	return text.Bytes(), nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// requiredMembers lists what a request must have beside its path. What is
// computed is listed too.
func requiredMembers(route *Route) string {
	var names []string
	for _, m := range slices.Concat(route.InQuery, route.Request) {
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
		titles = append(titles, c.Title)
	}
	return strings.Join(titles, ", ")
}
