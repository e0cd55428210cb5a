package docs

import (
	"bytes"
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
	Here       string // the path of the page
}

// guideView is the first page.
type guideView struct {
	scene
	Verify Samples
	Cards  []TestCard
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

// tryForm is what the form asks before it can send.
type tryForm struct {
	Merchant, Token, Slug ui.Field
}

var form = tryForm{
	Merchant: ui.Field{Name: "try-merchant", Label: "Merchant ID", Placeholder: "MER_…", Autocomplete: "off"},
	Token:    ui.Field{Name: "try-token", Label: "Session token", Hint: "Of the test environment.", Autocomplete: "off"},
	Slug:     ui.Field{Name: "try-slug", Label: "Store slug", Hint: "The call is made in the test environment.", Placeholder: "acme-k3v9x0qz", Autocomplete: "off"},
}

// language is the one that the reference is written in.
func (h *Handler) language() *i18n.Language { return h.ui.Catalog().Match("en") }

func (h *Handler) scene(title, here string) scene {
	return scene{
		Frame:   ui.Frame{Title: title, Styles: []string{"docs.css"}, Scripts: []string{"docs.js"}},
		BaseURL: h.publicURL, References: h.references, Here: here,
	}
}

// plan says how each sheet is drawn.
func (h *Handler) plan() error {
	verify, err := verifySamples()
	if err != nil {
		return err
	}
	h.page(home, "guide", guideView{
		scene: h.scene("Tillway API", home), Verify: Samples{"verify", verify}, Cards: h.testCards,
	})
	for _, reference := range h.references {
		for _, route := range reference.Routes() {
			h.page(route.Page, "route", routeView{
				scene: h.scene(route.Title+" – Tillway API", route.Page), Route: route,
				Samples: Samples{"request", route.Samples}, Try: form,
			})
		}
	}
	h.sheets[llmsPath] = sync.OnceValues(func() (sheet, error) {
		text, err := h.llms()
		return newSheet("text/plain; charset=utf-8", text), err
	})
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

// showMissing leads back from an address that says nothing.
func (h *Handler) showMissing(w http.ResponseWriter) {
	ui.Secure(w.Header())
	view := h.scene("Not found – Tillway API", "")
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
