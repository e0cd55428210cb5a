package docs_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// shapes has a member of every kind, and a schema that contains itself.
const shapes = `
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /v1/actions/a/b:
    post:
      operationId: ab
      summary: S
      security: [{storeSlug: []}, {sessionToken: []}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, list]
              properties:
                id: {$ref: "#/components/schemas/Id"}
                list: {type: array, minItems: 1, items: {$ref: "#/components/schemas/Id"}}
                note: {type: string, nullable: true, minLength: 2, maxLength: 10000, description: A note.}
                count: {type: integer, minimum: 1, maximum: 9, default: 3}
                named: {allOf: [{$ref: "#/components/schemas/Id"}], nullable: true, description: By another name.}
                labels: {type: object, maxProperties: 50, additionalProperties: {type: string}}
                free: {}
                tree: {$ref: "#/components/schemas/Tree"}
                either: {oneOf: [{$ref: "#/components/schemas/Id"}, {$ref: "#/components/schemas/Tree"}]}
      responses:
        "200":
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
components:
  schemas:
    Id: {type: string, format: uuid, enum: ["", a, b], description: An identifier.}
    Tree:
      type: object
      required: [leaf, children]
      properties:
        leaf: {type: string}
        children: {type: array, items: {$ref: "#/components/schemas/Tree"}}
`

var tags = regexp.MustCompile(`<[^>]*>`)

func TestMembersInWords(t *testing.T) {
	t.Parallel()
	page := get(mustHandler(t, publicURL, []byte(shapes)), "/docs/pancake/a/b").Body.String()
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
	for _, want := range []string{
		"id Id required An identifier. one of a, b",
		"list array of Id required at least 1",
		"note string A note. at least 2 characters · at most 10,000 characters · may be null",
		"count integer at least 1 · at most 9 · default 3",
		"named Id By another name. one of a, b · may be null",
		"labels object of string at most 50 members",
		"free any",
		"tree Tree 2 members of tree leaf string required children array of Tree required",
		"either Id or Tree 2 members of either",
		"Visitor : anybody's browser",
		"Session token : a known buyer",
		`{ "leaf": "…", "children": [] }`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
	if first := strings.Index(text, "X-Store-Slug: $STORE_SLUG"); first < 0 {
		t.Error("the samples do not use the credential that the file names first")
	}
}
