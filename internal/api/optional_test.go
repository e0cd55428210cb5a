package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
)

type change struct {
	Name Optional[string]            `json:"name"`
	Dark Optional[bool]              `json:"dark"`
	Look Optional[look]              `json:"look"`
	Bag  Optional[map[string]Raw]    `json:"bag"`
	Any  Optional[Raw]               `json:"any"`
	List Optional[[]string]          `json:"list"`
	Deep map[string]map[string]*look `json:"deep"`
}

type look struct {
	Text Optional[string] `json:"text"`
}

func given[T any](value T) Optional[T] { return Optional[T]{Given: true, Value: &value} }

func TestOptional(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]change{
		`{}`: {},
		`{"name":null,"dark":null,"look":null,"bag":null,"any":null,"list":null}`: {
			Name: Optional[string]{Given: true}, Dark: Optional[bool]{Given: true}, Look: Optional[look]{Given: true},
			Bag: Optional[map[string]Raw]{Given: true}, Any: Optional[Raw]{Given: true}, List: Optional[[]string]{Given: true},
		},
		`{"name":"","dark":false,"look":{},"bag":{},"any":{"a":null},"list":[]}`: {
			Name: given(""), Dark: given(false), Look: given(look{}), Bag: given(map[string]Raw{}), Any: given(Raw(`{"a":null}`)), List: given([]string{}),
		},
		`{"look":{"text":null},"bag":{"x":null}}`: {
			Look: given(look{Text: Optional[string]{Given: true}}), Bag: given(map[string]Raw{"x": Raw("null")}),
		},
		`{"deep":{"a":{"b":{"text":"t"}}}}`: {Deep: map[string]map[string]*look{"a": {"b": {Text: given("t")}}}},
	} {
		var got change
		if err := Decode([]byte(body), &got, RefuseUnknown); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for body, message := range map[string]string{
		`{"name":7}`:           "Invalid type for field name: expected a string, got a number",
		`{"look":{"text":[]}}`: "Invalid type for field look.text: expected a string, got an array",
		`{"bag":[]}`:           "Invalid type for field bag: expected an object, got an array",
	} {
		var got change
		if err := fault.From(Decode([]byte(body), &got, RefuseUnknown)); err == nil || err.Message != message {
			t.Errorf("%s: %v", body, err)
		}
	}
	if got := (Optional[string]{Given: true}).OrZero(); got != "" {
		t.Errorf("null is %q", got)
	}
}
