package docs

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"tillway/internal/web/ui"
)

//go:embed page/*.html part/*.html
var pageFiles embed.FS

// home is the path of the reference's first page, and the prefix of all.
const home = "/docs"

// TestCard is a card number that the test environment's provider knows.
type TestCard struct {
	Number  string // digits only
	Summary string // what happens with it
}

// Config is what a Handler needs.
type Config struct {
	UI        *ui.UI
	PublicURL string // scheme and host that clients see, without a trailing slash
	Dialects  []Dialect
	TestCards []TestCard
	Log       *slog.Logger // discarded when nil
}

// Handler serves the reference. It is safe for concurrent use.
type Handler struct {
	ui         *ui.UI
	pages      *ui.Pages
	publicURL  string
	testCards  []TestCard
	references []*Reference
	log        *slog.Logger
	sheets     map[string]func() (sheet, error) // by path; each is drawn once
}

// New reads the dialects' files. An error is a defect of a file or of a page.
func New(cfg Config) (*Handler, error) {
	if cfg.UI == nil || len(cfg.Dialects) == 0 {
		return nil, errors.New("docs: UI and a dialect are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		ui: cfg.UI, publicURL: strings.TrimRight(cfg.PublicURL, "/"), testCards: cfg.TestCards, log: cfg.Log,
		sheets: map[string]func() (sheet, error){},
	}
	var err error
	if h.pages, err = cfg.UI.Pages(pageFiles); err != nil {
		return nil, err
	}
	for _, dialect := range cfg.Dialects {
		reference, err := newReference(dialect, h.publicURL)
		if err != nil {
			return nil, err
		}
		h.references = append(h.references, reference)
		file := newSheet("application/yaml; charset=utf-8", dialect.OpenAPI)
		h.sheets[home+"/"+dialect.Name+".openapi.yaml"] = func() (sheet, error) { return file, nil }
	}
	if err := h.plan(); err != nil {
		return nil, err
	}
	return h, nil
}

// Routes mounts the reference.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+home, h.show)
	mux.HandleFunc("GET "+home+"/{rest...}", h.show)
	mux.HandleFunc("GET "+llmsPath, h.show)
}

// show answers a sheet.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) {
	draw, ok := h.sheets[strings.TrimSuffix(r.URL.Path, "/")]
	if !ok {
		h.showMissing(w, r.URL.Path)
		return
	}
	found, err := draw()
	if err != nil {
		h.fail(w, err)
		return
	}
	found.serve(w, r)
}
