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
)

// mustContract reads the dialect's file with a library that knows OpenAPI, so
// that a mistake in our own reading shows.
func mustContract(t *testing.T, file []byte) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(file)
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
	handler := mustReference(t)
	for _, dialect := range spoken {
		contract := mustContract(t, dialect.OpenAPI)
		shown, titles := map[string]bool{}, map[string]bool{}
		for path, item := range contract.Paths.Map() {
			for method, operation := range item.Operations() {
				if titles[operation.Summary] {
					t.Errorf("%s: %s %s has the title of another route: %s", dialect.Name, method, path, operation.Summary)
				}
				titles[operation.Summary] = true
			}
		}
		for _, page := range routesOf(t, handler, dialect.Name) {
			body := get(handler, page).Body.String()
			address := addressText.FindStringSubmatch(body)
			if address == nil {
				t.Fatalf("%s does not say which route it is", page)
			}
			method, path := address[1], html.UnescapeString(address[2])
			shown[method+" "+path] = true
			t.Run(method+" "+path, func(t *testing.T) {
				t.Parallel()
				wantTold(t, body, contract.Paths.Value(path).GetOperation(method))
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
}

// wantTold holds a page against the operation that it describes.
func wantTold(t *testing.T, body string, operation *openapi3.Operation) {
	t.Helper()
	var members []string
	for _, member := range memberText.FindAllStringSubmatch(body, -1) {
		members = append(members, member[1])
	}
	for _, parameter := range operation.Parameters {
		if !slices.Contains(members, parameter.Value.Name) {
			t.Errorf("the page does not tell of the parameter %s", parameter.Value.Name)
		}
	}
	if sent := bodyText.FindStringSubmatch(body); operation.RequestBody != nil {
		request := operation.RequestBody.Value.Content.Get("application/json").Schema.Value
		if strings.Contains(body, `data-signing="md5"`) && sent != nil {
			// The signature is computed, and not part of the example.
			sent[1] = strings.Replace(sent[1], "{", `{"signature": "0123456789abcdef0123456789abcdef",`, 1)
		}
		mustVisit(t, "the request of the samples", request, sent)
		for name := range request.Properties {
			if !slices.Contains(members, name) {
				t.Errorf("the page does not tell of the member %s", name)
			}
		}
	} else if sent != nil {
		t.Error("the form has a body where the route reads none")
	}
	for status, response := range operation.Responses.Map() {
		if !strings.HasPrefix(status, "2") {
			if !strings.Contains(body, "<dt><code>"+status+"</code>") || strings.Contains(body, "<dd></dd>") {
				t.Errorf("the page does not tell of %s", status)
			}
			continue
		}
		if !strings.Contains(body, `<p class="success"><code>`+status+"</code>") {
			t.Errorf("the page does not say that a success is %s", status)
		}
		answer := response.Value.Content.Get("application/json")
		if answer != nil {
			mustVisit(t, "the answer", answer.Schema.Value, answerText.FindStringSubmatch(body))
			continue
		}
		for kind := range response.Value.Content {
			if !strings.Contains(body, "<code>"+html.EscapeString(kind)+"</code>") && !strings.Contains(body, strings.ReplaceAll(kind, "+", "&#43;")) {
				t.Errorf("the page does not say that the answer is %s", kind)
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
