package wayl

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/oasdiff/yaml3"
)

// The addresses under which the vendor publishes its reference (spec/wayl.md).
const (
	pathOpenAPI   = "/openapi.v1.json"
	pathReference = "/reference"
)

// Reference serves the API's description where Wayl has it, to everybody.
type Reference struct {
	document []byte // OpenAPI in JSON
	docs     string
}

// NewReference renders the description for a server at a public address; docs
// is the page of this dialect in the server's own reference. An error is a
// defect of the file.
func NewReference(publicURL, docs string) (*Reference, error) {
	var document map[string]any
	if err := yaml.Unmarshal(OpenAPI, &document); err != nil {
		return nil, fmt.Errorf("wayl: openapi.yaml: %w", err)
	}
	described, is := document["info"].(map[string]any)
	if !is {
		return nil, fmt.Errorf("wayl: openapi.yaml has no info")
	}
	// As clients know it from the vendor.
	described["title"], described["version"] = "Wayl API", "1.0.0"
	document["servers"] = []any{map[string]any{"url": strings.TrimRight(publicURL, "/")}}
	text, err := json.Marshal(document)
	return &Reference{document: text, docs: docs}, err
}

// Routes mounts both addresses.
func (r *Reference) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+pathOpenAPI, r.showDocument)
	mux.HandleFunc("GET "+pathReference, r.lead)
}

func (r *Reference) showDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Access-Control-Allow-Origin", "*") // tools read it from other pages
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(r.document) // whoever asked has gone
}

func (r *Reference) lead(w http.ResponseWriter, request *http.Request) {
	http.Redirect(w, request, r.docs, http.StatusFound)
}
