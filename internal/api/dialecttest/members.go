package dialecttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// wrongValues replace each member of a good body in turn.
var wrongValues = []any{
	nil, true, json.Number("7"), json.Number("-1"), json.Number("1.5"), json.Number("1e400"), json.Number("99999999999999999999"),
	"", " ", "x", "\x00", strings.Repeat("x", 20_000), "𝄞'\"<script>",
	[]any{},
	[]any{json.Number("1")},
	map[string]any{},
	map[string]any{"a": json.Number("1")},
}

// runMembers replaces every member and every item of a good body, however deep,
// by every wrong value. Some are right after all; whatever is refused writes nothing, a value
// of another type is always refused, and its refusal names the member.
func runMembers(t *testing.T, b *bench, sample Sample) {
	if sample.Body == nil {
		return
	}
	for _, place := range placesOf("", sample.Body(t)) {
		for _, value := range wrongValues {
			made := sample.request(t)
			present, name := place.replace(made.body, value)
			rows := b.subject.Rows(t)
			answer := b.do(t, sample.who(), made, nil)
			what := fmt.Sprintf("%s = %.40v", place.path, value)
			mistyped := value != nil && typeOf(value) != typeOf(present) && !slices.Contains(sample.Free, place.path)
			if answer.Code < http.StatusMultipleChoices {
				if mistyped {
					t.Errorf("%s: accepted instead of %T", what, present)
				}
				continue
			}
			if answer.Code >= http.StatusInternalServerError && answer.Code != sample.Want {
				t.Errorf("%s: answered %d %s", what, answer.Code, answer.Body)
			}
			b.mustFail(t, answer, answer.Code)
			if mistyped && sample.good() && !strings.Contains(answer.Body.String(), name) {
				t.Errorf("%s: the error does not name the field: %s", what, answer.Body)
			}
			b.mustNotWrite(t, rows)
		}
	}
}

// place is one value somewhere in a body.
type place struct {
	path  string
	steps []any // names of members and places in lists
}

// placesOf lists what is in an object or a list, and in what is in it.
func placesOf(path string, value any, steps ...any) (places []place) {
	add := func(at string, inner any, step any) {
		own := append(slices.Clone(steps), step)
		places = append(places, place{path: at, steps: own})
		places = append(places, placesOf(at, inner, own...)...)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			add(strings.TrimPrefix(path+"."+name, "."), value[name], name)
		}
	case []any:
		for i := range value {
			add(fmt.Sprintf("%s[%d]", path, i), value[i], i)
		}
	}
	return places
}

// replace puts a value in the place and returns what was there, and the name of
// the member that it is in.
func (p place) replace(body map[string]any, value any) (present any, name string) {
	var at any = body
	for i, step := range p.steps {
		put := i == len(p.steps)-1
		switch step := step.(type) {
		case string:
			within, _ := at.(map[string]any)
			name, at = step, within[step]
			if put {
				within[step] = value
			}
		case int:
			within, _ := at.([]any)
			at = within[step]
			if put {
				within[step] = value
			}
		}
	}
	return at, name
}

func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number, int:
		return "number"
	case map[string]any:
		return "object"
	}
	return "array"
}
