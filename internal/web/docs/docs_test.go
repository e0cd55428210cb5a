package docs_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/api/diddo"
	"tillway/internal/api/pancake"
	"tillway/internal/api/wayl"
	"tillway/internal/api/waypay"
	"tillway/internal/web/docs"
	"tillway/internal/web/ui"
)

const publicURL = "https://pay.example.test"

// spoken are the dialects of the server, with their files.
var spoken = []docs.Dialect{
	{Name: pancake.Name, OpenAPI: pancake.OpenAPI},
	{Name: wayl.Name, OpenAPI: wayl.OpenAPI},
	{Name: waypay.Name, OpenAPI: waypay.OpenAPI},
	{Name: diddo.Name, OpenAPI: diddo.OpenAPI},
}

// mustReference mounts the reference of all dialects, with its assets.
func mustReference(t *testing.T) http.Handler {
	t.Helper()
	return mustMount(t, publicURL, spoken...)
}

// mustHandler mounts the reference of a file of Pancake's.
func mustHandler(t *testing.T, baseURL string, file []byte) http.Handler {
	t.Helper()
	return mustMount(t, baseURL, docs.Dialect{Name: pancake.Name, OpenAPI: file})
}

func mustMount(t *testing.T, baseURL string, dialects ...docs.Dialect) http.Handler {
	t.Helper()
	design, err := ui.New()
	if err != nil {
		t.Fatal(err)
	}
	made, err := docs.New(docs.Config{
		UI: design, PublicURL: baseURL, Dialects: dialects,
		TestCards: []docs.TestCard{{Number: "4576750000000110", Summary: "Succeeds"}, {Number: "378282246310005", Summary: "Succeeds <b>"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	made.Routes(mux)
	design.Routes(mux)
	return mux
}

func get(handler http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

var ids = regexp.MustCompile(` id="([^"]*)"`)

func TestEveryPage(t *testing.T) {
	t.Parallel()
	handler := mustReference(t)
	pages := []string{"/docs"}
	for _, dialect := range spoken {
		of := pagesOf(t, handler, dialect.Name)
		if len(of) < 9 {
			t.Fatalf("only %d pages are linked from the contents: %q", len(of), of)
		}
		pages = append(pages, of...)
	}
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			answer := get(handler, page)
			if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/html; charset=utf-8" {
				t.Fatalf("answered %d, %s", answer.Code, answer.Header().Get("Content-Type"))
			}
			body := answer.Body.String()
			there := map[string]bool{}
			for _, id := range ids.FindAllStringSubmatch(body, -1) {
				if there[id[1]] {
					t.Errorf("the anchor %q is there twice", id[1])
				}
				there[id[1]] = true
			}
			for _, link := range regexp.MustCompile(`href="(/[^"#]*)?(?:#([^"]*))?"`).FindAllStringSubmatch(body, -1) {
				target := answer
				if link[1] != "" {
					if target = get(handler, link[1]); target.Code != http.StatusOK {
						t.Errorf("the link to %s answers %d", link[1], target.Code)
					}
				}
				if link[2] != "" && !strings.Contains(target.Body.String(), ` id="`+link[2]+`"`) && (link[1] != "" || !there[link[2]]) {
					t.Errorf("the link to %s#%s leads to no anchor", link[1], link[2])
				}
			}
			for _, script := range []string{"<script>", " style=", " onclick="} {
				if strings.Contains(body, script) {
					t.Errorf("the page's security policy refuses %q", script)
				}
			}
		})
	}
}

// pagesOf lists the pages of a dialect that its contents lead to: the guide, the
// webhooks, and then the routes.
func pagesOf(t *testing.T, handler http.Handler, dialect string) []string {
	t.Helper()
	body := get(handler, "/docs/"+dialect).Body.String()
	nav, _, found := strings.Cut(body, "</nav>")
	if !found {
		t.Fatalf("no contents in %s", body)
	}
	pages, seen := []string{}, map[string]bool{}
	for _, link := range regexp.MustCompile(`href="(/docs/`+dialect+`(?:/[^"#]*)?)["#]`).FindAllStringSubmatch(nav, -1) {
		if !seen[link[1]] {
			seen[link[1]], pages = true, append(pages, link[1])
		}
	}
	return pages
}

// routesOf lists the pages of a dialect's routes.
func routesOf(t *testing.T, handler http.Handler, dialect string) []string {
	t.Helper()
	return pagesOf(t, handler, dialect)[2:]
}

func TestServing(t *testing.T) {
	t.Parallel()
	handler := mustMount(t, publicURL+"/", spoken...)
	for path, contentType := range map[string]string{
		"/docs":                             "text/html; charset=utf-8",
		"/docs/":                            "text/html; charset=utf-8",
		"/docs/pancake":                     "text/html; charset=utf-8",
		"/docs/wayl/":                       "text/html; charset=utf-8",
		"/docs/waypay/webhooks":             "text/html; charset=utf-8",
		"/docs/diddo/get-webhook":           "text/html; charset=utf-8",
		"/docs/pancake/store/create-store":  "text/html; charset=utf-8",
		"/docs/pancake/store/create-store/": "text/html; charset=utf-8",
		"/docs/pancake.openapi.yaml":        "application/yaml; charset=utf-8",
		"/llms.txt":                         "text/plain; charset=utf-8",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			answer := get(handler, path)
			header := answer.Header()
			if answer.Code != http.StatusOK || header.Get("Content-Type") != contentType {
				t.Errorf("answered %d, %s", answer.Code, header.Get("Content-Type"))
			}
			if header.Get("Cache-Control") != "public, no-cache" || header.Get("ETag") == "" {
				t.Errorf("cached as %q under %q", header.Get("Cache-Control"), header.Get("ETag"))
			}
			policy := header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("the security headers are %v", header)
			}
			again := get(handler, path, "If-None-Match", header.Get("ETag"))
			if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Errorf("who has the page is answered %d with %d bytes", again.Code, again.Body.Len())
			}
		})
	}
	t.Run("the file comes as it is", func(t *testing.T) {
		t.Parallel()
		for _, dialect := range spoken {
			if got := get(handler, "/docs/"+dialect.Name+".openapi.yaml").Body.String(); got != string(dialect.OpenAPI) {
				t.Errorf("the download differs from %s's file", dialect.Name)
			}
		}
	})
}

func TestMissingPages(t *testing.T) {
	t.Parallel()
	handler := mustReference(t)
	for path, leads := range map[string]string{
		"/docs/nowhere": "/docs/pancake", "/docs/pancake/store/none": "/docs/pancake/store/create-store",
		"/docs/wayl/none": "/docs/wayl/create-link", "/docs/none.openapi.yaml": "/docs/diddo", "/docs/%3Cscript%3E": "/docs",
	} {
		answer := get(handler, path)
		body := answer.Body.String()
		if answer.Code != http.StatusNotFound || !strings.Contains(body, "There is no such page") || !strings.Contains(body, `href="`+leads+`"`) {
			t.Errorf("%s answers %d:\n%s", path, answer.Code, body)
		}
		if answer.Header().Get("Cache-Control") != "no-store" || answer.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s is served with %v", path, answer.Header())
		}
	}
}

func TestTheChoiceLeadsToEachDialect(t *testing.T) {
	t.Parallel()
	body := get(mustReference(t), "/docs").Body.String()
	for _, dialect := range spoken {
		for _, link := range []string{"", "#credentials", "#answers", "#values", "/webhooks"} {
			if !strings.Contains(body, `href="/docs/`+dialect.Name+link+`"`) {
				t.Errorf("nothing leads to %s%s", dialect.Name, link)
			}
		}
	}
	t.Run("under the names that Pancake's guide had there", func(t *testing.T) {
		t.Parallel()
		for _, anchor := range []string{"credentials", "answers", "values", "webhooks", "test-cards", "machines"} {
			if !strings.Contains(body, ` id="`+anchor+`"`) {
				t.Errorf("the anchor %s is gone", anchor)
			}
		}
	})
}

func TestTestCards(t *testing.T) {
	t.Parallel()
	body := get(mustHandler(t, publicURL, pancake.OpenAPI), "/docs").Body.String()
	for _, want := range []string{"4576 7500 0000 0110", "3782 822463 10005", "Succeeds &lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the cards lack %q", want)
		}
	}
}
