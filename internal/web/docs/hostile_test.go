package docs_test

import (
	"strings"
	"testing"

	"tillway/internal/web/docs"
	"tillway/internal/web/ui"
)

// hostile is a file whose every text would break out of a page or a program.
const hostile = `
openapi: 3.0.3
info: {title: "<b>T</b>", version: "1"}
paths:
  /v1/actions/a/b:
    post:
      tags: ["<i>x"]
      operationId: ab
      summary: "<script>alert(1)</script>"
      description: '"><img src=x onerror=alert(1)>'
      security: [{merchantId: []}]
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {"<u>": {type: string, description: "</dl><script>", enum: ["<x>"]}}}
            example:
              text: "it's \"</code></textarea><script>\" $(id) ` + "`id`" + ` \\n {$x} %s"
              list: [1, 2.5, true, null, {}, []]
              "a-b": {deep: no}
      responses:
        "200":
          content: {application/json: {schema: {type: object}}}
`

func TestNothingBreaksOut(t *testing.T) {
	t.Parallel()
	handler := mustHandler(t, publicURL, []byte(hostile))
	for _, page := range []string{"/docs", "/docs/pancake", "/docs/pancake/a/b"} {
		body := get(handler, page).Body.String()
		for _, breach := range []string{"<script>", "<img src=x", "<b>", "<i>x", "<u>", "<x>", "</dl><script"} {
			if strings.Contains(body, breach) {
				t.Errorf("%s contains %s", page, breach)
			}
		}
	}
	t.Run("and the programs still send the example", func(t *testing.T) {
		t.Parallel()
		const want = `{"text":"it's \"</code></textarea><script>\" $(id) ` + "`id`" + ` \\n {$x} %s","list":[1,2.5,true,null,{},[]],"a-b":{"deep":"no"}}`
		samples := mustSamples(t, handler, "/docs/pancake/a/b")
		for language, runner := range mustRunners(t) {
			t.Run(language, func(t *testing.T) {
				t.Parallel()
				server := newMirror(t)
				code := strings.ReplaceAll(samples[language], publicURL, server.URL)
				if printed, err := runner.run(t, code, "", "WAFFO_MERCHANT_ID=MER_x", "WAFFO_PRIVATE_KEY="+mustPrivateKey(t)); err != nil {
					t.Fatalf("%v:\n%s\n%s", err, printed, code)
				}
				if got := server.compact(t); got != want {
					t.Errorf("the server got\n%s\nwant\n%s", got, want)
				}
			})
		}
	})
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	design, err := ui.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"no YAML":                {"openapi: 3.0.3", "\t- :"},
		"no paths":               {"paths:", "roads:"},
		"no summary":             {"summary:", "abstract:"},
		"a reference to nothing": {"schema: {type: object, properties", "schema: {$ref: '#/components/schemas/None', properties"},
		"an unknown credential":  {"merchantId: []", "password: []"},
		"no credential":          {"security: [{merchantId: []}]", "security: []"},
		"a status in words":      {`"200":`, "default:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := strings.Replace(hostile, change[0], change[1], 1)
			if file == hostile {
				t.Fatalf("the file has no %q", change[0])
			}
			_, err := docs.New(docs.Config{UI: design, PublicURL: publicURL, Dialects: []docs.Dialect{{Name: "pancake", OpenAPI: []byte(file)}}})
			if err == nil || !strings.Contains(err.Error(), "docs: pancake") {
				t.Errorf("the error is %v", err)
			}
		})
	}
	if _, err := docs.New(docs.Config{UI: design, Dialects: []docs.Dialect{{Name: "unknown", OpenAPI: []byte(hostile)}}}); err == nil {
		t.Error("a dialect was described of which nothing is known")
	}
	if _, err := docs.New(docs.Config{UI: design}); err == nil {
		t.Error("a reference of nothing was made")
	}
}
