package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"tillway/internal/web/i18n"
)

// Pages is a set of pages, parsed in every language.
type Pages struct {
	sets map[string]map[string]*template.Template // by language tag, then by page name
}

// Frame is what the layout shows around a page. Every view embeds one.
type Frame struct {
	Title   string
	Scheme  Scheme
	Refresh int // seconds until a browser without JavaScript loads the page again; 0 is never
	// RefreshTo is where it goes then; "" is the page itself.
	RefreshTo string
	Styles    []string // asset names, after the shared stylesheet
	Sheets    []string // addresses of style sheets for the screen, after those: a store's theme
	Scripts   []string // asset names
	// Languages is the choice at the foot of the page; empty when there is none.
	Languages []LanguageLink
}

// RefreshContent is what the layout's refresh says: when, and where to.
func (f Frame) RefreshContent() string {
	if f.RefreshTo == "" {
		return strconv.Itoa(f.Refresh)
	}
	return strconv.Itoa(f.Refresh) + ";url=" + f.RefreshTo
}

// LanguageLink is one language that the page can be read in.
type LanguageLink struct {
	Tag     string
	Name    string // in that language itself
	Address string
	Chosen  bool
}

// Scheme is the colour scheme of a page.
type Scheme string

// The colour schemes. By default the device decides.
const (
	DeviceScheme Scheme = ""
	Light        Scheme = "light"
	Dark         Scheme = "dark"
)

// Pages parses every page/*.html of fsys, each with the layout, the components
// and the files of part/*.html. A page is named after its file and defines
// the template "content".
func (u *UI) Pages(fsys fs.FS) (*Pages, error) {
	files, err := fs.Glob(fsys, "page/*.html")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("ui: no pages: %w", err)
	}
	p := &Pages{sets: map[string]map[string]*template.Template{}}
	for _, l := range u.catalog.Languages() {
		base, err := u.base(l)
		if err != nil {
			return nil, err
		}
		if parts, _ := fs.Glob(fsys, "part/*.html"); len(parts) > 0 {
			if base, err = base.ParseFS(fsys, parts...); err != nil {
				return nil, fmt.Errorf("ui: %w", err)
			}
		}
		set := map[string]*template.Template{}
		for _, file := range files {
			page, err := template.Must(base.Clone()).ParseFS(fsys, file)
			if err != nil {
				return nil, fmt.Errorf("ui: %w", err)
			}
			set[strings.TrimSuffix(path.Base(file), ".html")] = page
		}
		p.sets[l.Tag()] = set
	}
	return p, nil
}

// Write renders a page and answers with it. Nothing is sent before the whole
// page is drawn, so an error leaves the answer to the caller.
func (p *Pages) Write(w http.ResponseWriter, status int, l *i18n.Language, page string, view any) error {
	found, ok := p.sets[l.Tag()][page]
	if !ok {
		return fmt.Errorf("ui: no page %q in %s", page, l.Tag())
	}
	var drawn bytes.Buffer
	if err := found.ExecuteTemplate(&drawn, "layout", view); err != nil {
		return fmt.Errorf("ui: %s: %w", page, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", l.Tag())
	w.WriteHeader(status)
	_, _ = drawn.WriteTo(w) // the reader has gone; nothing is left to do
	return nil
}
