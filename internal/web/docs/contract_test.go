package docs_test

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tillway/internal/api/pancake"
)

// mustContract reads the dialect's file with a library that knows OpenAPI, so
// that a mistake in our own reading shows.
func mustContract(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(pancake.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return document
}

var (
	addressText = regexp.MustCompile(`<span class="method">(\w+)</span> <code>([^<]+)</code>`)
	bodyText    = regexp.MustCompile(`(?s)<textarea id="try-body"[^>]*>(.*?)</textarea>`)
	answerText  = regexp.MustCompile(`(?s)aria-label="Answer"><code>(.*?)</code>`)
	memberText  = regexp.MustCompile(`<dt><code>([^<]+)</code>`)
)

func TestPagesAgreeWithTheContract(t *testing.T) {
	t.Parallel()
	contract := mustContract(t)
	handler := mustHandler(t, publicURL, pancake.OpenAPI)
	shown := map[string]bool{}
	for _, page := range pagesOf(t, handler)[1:] {
		body := get(handler, page).Body.String()
		address := addressText.FindStringSubmatch(body)
		if address == nil {
			t.Fatalf("%s does not say which route it is", page)
		}
		method, path := address[1], html.UnescapeString(address[2])
		shown[method+" "+path] = true
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			operation := contract.Paths.Value(path).GetOperation(method)
			request := operation.RequestBody.Value.Content.Get("application/json").Schema.Value
			answer := operation.Responses.Status(200).Value.Content.Get("application/json").Schema.Value
			mustVisit(t, "the request of the samples", request, bodyText.FindStringSubmatch(body))
			mustVisit(t, "the answer", answer, answerText.FindStringSubmatch(body))
			var members []string
			for _, member := range memberText.FindAllStringSubmatch(body, -1) {
				members = append(members, member[1])
			}
			for name := range request.Properties {
				if !slices.Contains(members, name) {
					t.Errorf("the page does not tell of the member %s", name)
				}
			}
			for status := range operation.Responses.Map() {
				if status != "200" && !strings.Contains(body, "<dt><code>"+status+"</code>") {
					t.Errorf("the page does not tell of %s", status)
				}
			}
		})
	}
	for path, item := range contract.Paths.Map() {
		for method := range item.Operations() {
			if !shown[method+" "+path] {
				t.Errorf("%s %s has no page", method, path)
			}
		}
	}
}

// mustVisit holds an example of a page against its schema.
func mustVisit(t *testing.T, what string, schema *openapi3.Schema, found []string) {
	t.Helper()
	if found == nil {
		t.Errorf("the page does not show %s", what)
		return
	}
	var value any
	if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &value); err != nil {
		t.Errorf("%s is no JSON: %v", what, err)
		return
	}
	if err := schema.VisitJSON(value); err != nil {
		t.Errorf("%s is not what the contract says: %v", what, err)
	}
}
