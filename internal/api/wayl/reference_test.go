package wayl_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tillway/internal/api/wayl"
)

func TestReferenceIsServedToEverybody(t *testing.T) {
	t.Parallel()
	reference, err := wayl.NewReference("https://pay.example.test/", "/docs/wayl")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	reference.Routes(mux)
	get := func(path string) *httptest.ResponseRecorder {
		recorder := httptest.NewRecorder()
		mux.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return recorder
	}
	document := get("/openapi.v1.json")
	if document.Code != http.StatusOK || document.Header().Get("Content-Type") != "application/json" || !json.Valid(document.Body.Bytes()) {
		t.Fatalf("%d %v", document.Code, document.Header())
	}
	read, err := openapi3.NewLoader().LoadFromData(document.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if read.Info.Title != "Wayl API" || read.Info.Version != "1.0.0" || len(read.Servers) != 1 || read.Servers[0].URL != "https://pay.example.test" {
		t.Errorf("%+v at %+v", read.Info, read.Servers[0])
	}
	source, err := openapi3.NewLoader().LoadFromData(wayl.OpenAPI)
	if err != nil || source.Paths.Len() != read.Paths.Len() || read.Paths.Len() == 0 {
		t.Errorf("%d paths of %d, %v", read.Paths.Len(), source.Paths.Len(), err)
	}
	if lead := get("/reference"); lead.Code != http.StatusFound || lead.Header().Get("Location") != "/docs/wayl" {
		t.Errorf("%d to %s", lead.Code, lead.Header().Get("Location"))
	}
}
