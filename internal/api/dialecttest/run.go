package dialecttest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tillway/internal/auth"
	"tillway/internal/pay"
)

// Run runs the suite. Each group of cases gets a world of its own.
func Run(t *testing.T, fresh func(t *testing.T) Subject) {
	t.Run("routes are those of the OpenAPI file", func(t *testing.T) {
		t.Parallel()
		runRoutes(t, fresh(t))
	})
	t.Run("every route has a sample for every credential it takes", func(t *testing.T) {
		t.Parallel()
		runCoverage(t, fresh(t))
	})
	for _, group := range []struct {
		name string
		run  func(*testing.T, *bench, Sample)
	}{
		{"a good request is answered as the file says", runGood},
		{"a bad credential is refused", runCredentials},
		{"a bad body is refused", runBodies},
		{"a bad member is refused and named", runMembers},
		{"a reference to nothing or to another's is refused", runReferences},
		{"an idempotency key keeps its promise", runIdempotency},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			subject := fresh(t)
			for i := range subject.Samples {
				t.Run(subject.Samples[i].name(), func(t *testing.T) {
					t.Parallel()
					own := fresh(t)
					group.run(t, newBench(t, own), own.Samples[i])
				})
			}
		})
	}
}

func runRoutes(t *testing.T, s Subject) {
	var served, described []string
	for _, route := range s.Routes {
		served = append(served, route.Method+" "+route.Path)
	}
	// A path that is spelled out is one of a wider pattern's too, for the methods
	// that it does not have itself.
	allowed := map[string][]string{}
	for _, asked := range s.Routes {
		for _, route := range s.Routes {
			if fits(route.Path, asked.Path) && !slices.Contains(allowed[asked.Path], route.Method) {
				allowed[asked.Path] = append(allowed[asked.Path], route.Method)
			}
		}
	}
	for path, item := range MustContract(t, s.OpenAPI).document.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served %q, described %q", served, described)
	}
	b := newBench(t, s)
	b.mustFail(t, b.send(t, http.MethodPost, filled(s.Routes[0].Path)+"-unheard-of/nothing", nil, nil), cmp.Or(s.Unrouted, http.StatusNotFound))
	b.mustFail(t, b.send(t, http.MethodGet, "/", nil, nil), cmp.Or(s.Unrouted, http.StatusNotFound))
	for path, methods := range allowed {
		answer := b.send(t, http.MethodPatch, filled(path), nil, nil)
		b.mustFail(t, answer, cmp.Or(s.Unrouted, http.StatusMethodNotAllowed))
		slices.Sort(methods)
		if answer.Code == http.StatusMethodNotAllowed && answer.Header().Get("Allow") != strings.Join(methods, ", ") {
			t.Errorf("%s: Allow is %q", path, answer.Header().Get("Allow"))
		}
	}
}

// parameter is a named part of a route's pattern.
var parameter = regexp.MustCompile(`\{[^}]+\}`)

// fits reports whether a path of the second pattern is one of the first.
func fits(pattern, path string) bool {
	wide, narrow := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wide) != len(narrow) {
		return false
	}
	for i := range wide {
		if wide[i] != narrow[i] && !strings.HasPrefix(wide[i], "{") {
			return false
		}
	}
	return true
}

// filled is a path of the pattern.
func filled(pattern string) string { return parameter.ReplaceAllString(pattern, "x") }

func runCoverage(t *testing.T, s Subject) {
	for _, route := range s.Routes {
		for _, class := range route.Accepts {
			if !slices.ContainsFunc(s.Samples, func(sample Sample) bool {
				return sample.method() == route.Method && sample.Path == route.Path && sample.Class == class
			}) {
				t.Errorf("no sample of %s %s by %s", route.Method, route.Path, class)
			}
		}
	}
}

func runGood(t *testing.T, b *bench, sample Sample) {
	answer := b.do(t, sample.who(), sample.request(t), nil)
	if !sample.good() {
		b.mustFail(t, answer, sample.Want)
		return
	}
	b.mustSucceed(t, answer, sample)
}

func runCredentials(t *testing.T, b *bench, sample Sample) {
	made := sample.request(t)
	body := made.raw(t)
	rows := b.subject.Rows(t)
	refused := func(what string, header http.Header) {
		t.Helper()
		answer := b.send(t, made.method, made.path, body, header)
		if answer.Code != http.StatusUnauthorized && answer.Code != http.StatusForbidden && answer.Code != http.StatusBadRequest && answer.Code != http.StatusNotFound {
			t.Errorf("%s: answered %d", what, answer.Code)
		}
		b.mustFail(t, answer, answer.Code)
	}
	refused("no credential", nil)
	good := http.Header{}
	b.subject.Authorize(t, sample.who(), good, made.path, body)
	for name := range good {
		without := good.Clone()
		without.Del(name)
		refused("without "+name, without)
		doubled := good.Clone()
		doubled.Add(name, good.Get(name))
		refused("twice "+name, doubled)
		changed := good.Clone()
		changed.Set(name, flipped(good.Get(name)))
		refused("changed "+name, changed)
	}
	b.mustNotWrite(t, rows)
	for _, class := range b.subject.Classes {
		if b.takes(sample, class) {
			continue
		}
		b.mustFail(t, b.doRaw(t, Who{Class: class, Env: pay.Test}, made, body, nil), http.StatusForbidden)
	}
	b.mustNotWrite(t, rows)
}

// flipped changes the last letter or digit of a text.
func flipped(text string) string {
	letters := []byte(text)
	for i := len(letters) - 1; i >= 0; i-- {
		if letters[i] == '=' {
			continue
		}
		if letters[i] == 'x' {
			letters[i] = 'y'
		} else {
			letters[i] = 'x'
		}
		break
	}
	return string(letters)
}

// bench sends requests to a subject and checks each exchange.
type bench struct {
	subject Subject
	handler http.Handler
}

func newBench(t *testing.T, s Subject) *bench {
	return &bench{subject: s, handler: MustContract(t, s.OpenAPI).Watch(t, s.Handler)}
}

func (b *bench) takes(sample Sample, class auth.Class) bool {
	for _, route := range b.subject.Routes {
		if route.Method == sample.method() && route.Path == sample.Path {
			return route.Admits(class)
		}
	}
	return false
}

func (b *bench) do(t *testing.T, who Who, made request, extra http.Header) *httptest.ResponseRecorder {
	t.Helper()
	return b.doRaw(t, who, made, made.raw(t), extra)
}

// doRaw sends any text in the place of the request's own body.
func (b *bench) doRaw(t *testing.T, who Who, made request, body []byte, extra http.Header) *httptest.ResponseRecorder {
	t.Helper()
	header := http.Header{}
	for name, values := range extra {
		header[name] = values
	}
	b.subject.Authorize(t, who, header, made.path, body)
	return b.send(t, made.method, made.path, body, header)
}

func (b *bench) send(t *testing.T, method, path string, body []byte, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(string(body)))
	request.Header = http.Header{"Content-Type": {"application/json"}}
	for name, values := range header {
		request.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, request)
	return recorder
}

func (b *bench) mustSucceed(t *testing.T, answer *httptest.ResponseRecorder, sample Sample) {
	t.Helper()
	if answer.Code != sample.want() {
		t.Fatalf("answered %d %s", answer.Code, answer.Body)
	}
}

// mustFail checks that the answer is the dialect's own error of a status.
func (b *bench) mustFail(t *testing.T, answer *httptest.ResponseRecorder, status int) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("answered %d %s, want %d", answer.Code, answer.Body, status)
	}
	if answer.Code >= http.StatusInternalServerError && answer.Code != http.StatusNotImplemented {
		t.Errorf("a bad request was answered %d %s", answer.Code, answer.Body)
	}
	if got := answer.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
	b.subject.CheckFailure(t, answer.Code, answer.Body.Bytes())
}

// mustRefuse is mustFail with any status of the 4xx family.
func (b *bench) mustRefuse(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code < http.StatusBadRequest || answer.Code >= http.StatusInternalServerError {
		t.Errorf("answered %d %s, want 4xx", answer.Code, answer.Body)
		return
	}
	b.mustFail(t, answer, answer.Code)
}

func (b *bench) mustNotWrite(t *testing.T, before string) {
	t.Helper()
	if after := b.subject.Rows(t); after != before {
		t.Errorf("a refused request wrote something:\nbefore %s\nafter  %s", before, after)
	}
}

func mustJSON(t *testing.T, content any) []byte {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
