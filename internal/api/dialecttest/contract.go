package dialecttest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Contract is a dialect's OpenAPI file at work.
type Contract struct {
	document *openapi3.T
	router   routers.Router
}

// MustContract loads and checks a file.
func MustContract(t testing.TB, file []byte) *Contract {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(file)
	if err != nil {
		t.Fatalf("openapi: %v", err)
	}
	if err := document.Validate(context.Background()); err != nil {
		t.Fatalf("openapi: %v", err)
	}
	router, err := legacy.NewRouter(document)
	if err != nil {
		t.Fatalf("openapi: %v", err)
	}
	return &Contract{document: document, router: router}
}

// Watch is a handler that checks every exchange of next against the contract:
// every response to a route of the file, and every request that was accepted.
func (c *Contract) Watch(t testing.TB, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("contract: read request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.check(t, r, recorder)
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

func (c *Contract) check(t testing.TB, request *http.Request, response *httptest.ResponseRecorder) {
	t.Helper()
	route, parameters, err := c.router.FindRoute(request)
	if err != nil {
		return // no route of the file: there is nothing to compare with
	}
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true,
		},
	}
	if response.Code < http.StatusMultipleChoices {
		if err := openapi3filter.ValidateRequest(request.Context(), input); err != nil {
			t.Errorf("contract: %s accepted a request that the file forbids: %v", request.URL.Path, err)
		}
	}
	err = openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: response.Code, Header: response.Header(),
		Body: io.NopCloser(bytes.NewReader(response.Body.Bytes())), Options: input.Options,
	})
	if err != nil {
		t.Errorf("contract: %s answered %d with %s: %v", request.URL.Path, response.Code, response.Body, err)
	}
}
