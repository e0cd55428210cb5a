package docs

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"tillway/internal/fault"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// scene is what every page shows around its own part.
type scene struct {
	ui.Frame
	BaseURL    string
	References []*Reference
	Here       string     // the path of the page
	Of         *Reference // the dialect that the page is of, nil for none
}

// startView is the first page.
type startView struct {
	scene
	Cards []TestCard
}

// guideView is the first page of a dialect.
type guideView struct {
	scene
	*Reference
}

// webhooksView tells how a dialect's webhooks are verified.
type webhooksView struct {
	scene
	Verify Samples
}

// routeView is the page of one route.
type routeView struct {
	scene
	*Route
	Samples Samples
	Try     tryForm
}

// Samples are programs that do the same in several languages. Name tells the
// groups of a page apart.
type Samples struct {
	Name string
	List []Sample
}

// tryForm is what the form asks before it can send, beside the credential.
type tryForm struct {
	Path, Query []ui.Field // named "try-path-" and "try-query-" and the parameter
}

func formOf(route *Route) tryForm {
	return tryForm{Path: fieldsOf("try-path-", route.InPath), Query: fieldsOf("try-query-", route.InQuery)}
}

// The form's prefixes keep a parameter apart from a credential of its name.
func fieldsOf(prefix string, parameters []Member) (fields []ui.Field) {
	for _, p := range parameters {
		fields = append(fields, ui.Field{
			Name: prefix + p.Name, Label: p.Name, Value: p.Example, Autocomplete: "off", Required: p.Required, Optional: !p.Required,
		})
	}
	return fields
}

// language is the one that the reference is written in.
func (h *Handler) language() *i18n.Language { return h.ui.Catalog().Match("en") }

func (h *Handler) scene(title, here string, of *Reference) scene {
	return scene{
		Frame:   ui.Frame{Title: title, Styles: []string{"docs.css"}, Scripts: []string{"docs.js"}},
		BaseURL: h.publicURL, References: h.references, Here: here, Of: of,
	}
}

// plan says how each sheet is drawn.
func (h *Handler) plan() error {
	h.page(home, "start", startView{scene: h.scene("Tillway API", home, nil), Cards: h.testCards})
	for _, reference := range h.references {
		if err := h.planDialect(reference); err != nil {
			return err
		}
	}
	h.sheets[llmsPath] = sync.OnceValues(func() (sheet, error) {
		text, err := h.llms()
		return newSheet("text/plain; charset=utf-8", text), err
	})
	return nil
}

// planDialect plans a dialect's guide, its page of webhooks and its routes. An
// error tells of two pages with one address.
func (h *Handler) planDialect(reference *Reference) error {
	name := reference.Title + " – Tillway API"
	reference.Cards = h.testCards
	h.page(reference.Page, reference.Name, guideView{scene: h.scene(name, reference.Page, reference), Reference: reference})
	verify, err := reference.guide.verify.samples()
	if err != nil {
		return err
	}
	h.page(reference.Webhooks(), reference.Name+"_webhooks", webhooksView{
		scene: h.scene("Webhooks – "+name, reference.Webhooks(), reference), Verify: Samples{"verify", verify},
	})
	for _, route := range reference.Routes() {
		if _, taken := h.sheets[route.Page]; taken {
			return fmt.Errorf("docs: %s: two pages at %s", reference.Name, route.Page)
		}
		h.page(route.Page, "route", routeView{
			scene: h.scene(route.Title+" – "+name, route.Page, reference), Route: route,
			Samples: Samples{"request", route.Samples}, Try: formOf(route),
		})
	}
	return nil
}

// page draws a page when it is first asked for: a start has better things to
// do than a reference that perhaps nobody reads.
func (h *Handler) page(path, name string, view any) {
	h.sheets[path] = sync.OnceValues(func() (sheet, error) {
		var drawn canvas
		err := h.pages.Write(&drawn, http.StatusOK, h.language(), name, view)
		return newSheet("text/html; charset=utf-8", drawn.Bytes()), err
	})
}

// canvas takes a page that is drawn for everybody and not for one request.
type canvas struct {
	bytes.Buffer
	header http.Header
}

func (c *canvas) Header() http.Header {
	if c.header == nil {
		c.header = http.Header{}
	}
	return c.header
}

func (c *canvas) WriteHeader(int) {}

// showMissing leads back from an address that says nothing, with the contents of
// the dialect that was meant.
func (h *Handler) showMissing(w http.ResponseWriter, path string) {
	ui.Secure(w.Header())
	view := h.scene("Not found – Tillway API", "", nil)
	for _, reference := range h.references {
		if strings.HasPrefix(path, reference.Page+"/") {
			view.Of = reference
		}
	}
	if err := h.pages.Write(w, http.StatusNotFound, h.language(), "missing", view); err != nil {
		h.fail(w, err)
	}
}

// fail answers a defect of a page.
func (h *Handler) fail(w http.ResponseWriter, err error) {
	h.log.Error("page not drawn", "error", err)
	http.Error(w, fault.From(err).Message, http.StatusInternalServerError)
}

// Grouped writes a card's number as it is printed.
func (c TestCard) Grouped() string {
	var b strings.Builder
	for i, digit := range c.Number {
		if amex := len(c.Number) == 15; amex && (i == 4 || i == 10) || !amex && i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(digit)
	}
	return b.String()
}
