// Package ui is what every page of Tillway is drawn with: design tokens, the
// layout, components, assets under content-hash addresses, icons, and the
// security headers. Templates are parsed once per language at start, so that
// a broken one stops the server and not a purchase.
//
// The package knows no noun of the core and no route but its own assets.
package ui

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"

	"tillway/internal/web/i18n"
)

//go:embed template/*.html
var templates embed.FS

// UI makes pages. It is safe for concurrent use.
type UI struct {
	catalog *i18n.Catalog
	assets  assets
}

// New reads the embedded languages and assets. An error is a defect of an
// embedded file.
func New() (*UI, error) {
	catalog, err := i18n.New()
	if err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &UI{catalog: catalog, assets: files}, nil
}

// Catalog is the languages of the pages.
func (u *UI) Catalog() *i18n.Catalog { return u.catalog }

// Routes mounts the assets. The whole server mounts them once.
func (u *UI) Routes(mux *http.ServeMux) { mux.Handle("GET "+assetPath+"{file}", u.assets) }

// functions is what templates may call, in one language.
func (u *UI) functions(l *i18n.Language) template.FuncMap {
	return template.FuncMap{
		"t":     l.Text,
		"money": l.Money,
		"time":  l.Time,
		"lang":  l.Tag,
		"dir":   l.Direction,
		"asset": u.assets.url,
		"icon":  icon,
	}
}

// base is the layout and the components in one language.
func (u *UI) base(l *i18n.Language) (*template.Template, error) {
	base, err := template.New("ui").Funcs(u.functions(l)).Option("missingkey=error").ParseFS(templates, "template/*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	return base, nil
}
