package api

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tillway/internal/fault"
)

type inner struct {
	Amount Number  `json:"amount"`
	Name   *string `json:"name"`
}

type embedded struct {
	Currency string `json:"currency"`
}

type wire struct {
	embedded
	ID     string           `json:"id"`
	On     *bool            `json:"on"`
	Count  *Number          `json:"count,omitempty"`
	Prices map[string]inner `json:"prices"`
	List   []inner          `json:"list"`
	Tags   *[]string        `json:"tags"`
	Any    Raw              `json:"any"`
	Bag    map[string]Raw   `json:"bag"`
	hidden string
}

func TestDecode(t *testing.T) {
	t.Parallel()

	t.Run("every kind of field is filled", func(t *testing.T) {
		t.Parallel()
		var got wire
		err := Decode([]byte(` {"id":"ä\ud834\udd1e","currency":"USD","on":false,"count":12345678901234567890123,
			"prices":{"USD":{"amount":1.10,"name":null}},"list":[{"amount":-0},{}],"tags":[],"any":{"b": 1.0,"a":[null, true,"<&>"]},"bag":{"x":1e3}} `), &got, RefuseUnknown)
		if err != nil {
			t.Fatal(err)
		}
		off, count, tags := false, Number("12345678901234567890123"), []string{}
		want := wire{
			embedded: embedded{"USD"}, ID: "ä𝄞", On: &off, Count: &count, Prices: map[string]inner{"USD": {Amount: "1.10"}},
			List: []inner{{Amount: "-0"}, {}}, Tags: &tags, Any: Raw(`{"b":1.0,"a":[null,true,"<&>"]}`), Bag: map[string]Raw{"x": Raw("1e3")},
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(wire{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})

	t.Run("null leaves a member as it is", func(t *testing.T) {
		t.Parallel()
		got := wire{ID: "before"}
		if err := Decode([]byte(`{"id":null,"on":null,"prices":null,"list":null,"any":null}`), &got, RefuseUnknown); err != nil {
			t.Fatal(err)
		}
		if got.ID != "before" || got.On != nil || got.Prices != nil || got.Any != nil {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("names are exact", func(t *testing.T) {
		t.Parallel()
		var got wire
		if err := Decode([]byte(`{"ID":"x","hidden":"x","":"x","embedded":{}}`), &got, IgnoreUnknown); err != nil {
			t.Fatal(err)
		}
		if got.ID != "" || got.hidden != "" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestDecodeRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, field, code string }{
		"text as boolean":       {`{"on":"true"}`, "on", "wrong_type"},
		"number as text":        {`{"id":7}`, "id", "wrong_type"},
		"text as number":        {`{"count":"7"}`, "count", "wrong_type"},
		"list as table":         {`{"prices":[]}`, "prices", "wrong_type"},
		"table as list":         {`{"list":{}}`, "list", "wrong_type"},
		"text deep inside":      {`{"prices":{"USD":{"amount":"1"}}}`, "prices.USD.amount", "wrong_type"},
		"null in a table":       {`{"prices":{"USD":null}}`, "prices.USD", "wrong_type"},
		"null in a list":        {`{"list":[{},null]}`, "list[1]", "wrong_type"},
		"unknown":               {`{"zz":1}`, "zz", "unknown_field"},
		"unknown deep inside":   {`{"list":[{"zz":1}]}`, "list[0].zz", "unknown_field"},
		"repeated":              {`{"id":"a","id":"b"}`, "id", "repeated_field"},
		"repeated by an escape": {`{"id":"a","\u0069d":"b"}`, "id", "repeated_field"},
		"repeated in unknown":   {`{"zz":{"a":{"b":1,"b":2}}}`, "zz.a.b", "repeated_field"},
		"endless name":          {`{"` + strings.Repeat("ä", 1000) + `":1}`, strings.Repeat("ä", 64) + "…", "unknown_field"},
		"array":                 {`[]`, "", "malformed_json"},
		"nothing":               {``, "", "malformed_json"},
		"more behind":           {`{} {}`, "", "malformed_json"},
		"a brace behind":        {`{}}`, "", "malformed_json"},
		"garbage behind":        {`{}x`, "", "malformed_json"},
		"broken UTF-8":          {"{\"id\":\"\xff\"}", "", "malformed_json"},
		"lone high surrogate":   {`{"id":"\ud834x"}`, "", "malformed_json"},
		"lone low surrogate":    {`{"id":"\udd1e"}`, "", "malformed_json"},
		"swapped surrogates":    {`{"id":"\udd1e\ud834"}`, "", "malformed_json"},
		"control character":     {"{\"id\":\"\n\"}", "", "malformed_json"},
		"leading zero":          {`{"count":01}`, "", "malformed_json"},
		"plus sign":             {`{"count":+1}`, "", "malformed_json"},
		"too many values":       {`{"zz":[` + strings.Repeat("1,", maxElement) + `1]}`, "", "malformed_json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into wire
			err := Decode([]byte(c.body), &into, RefuseUnknown)
			got := fault.From(err)
			if got == nil || got.Kind != fault.Invalid || got.Field != c.field || got.Code != c.code {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(got.Message, c.field) || len(got.Message) > 300 {
				t.Errorf("message %q", got.Message)
			}
		})
	}

	t.Run("32 levels are read and 33 are not", func(t *testing.T) {
		t.Parallel()
		nest := func(levels int) []byte {
			return []byte(strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels))
		}
		var into wire
		if err := Decode(nest(maxDepth), &into, IgnoreUnknown); err != nil {
			t.Error(err)
		}
		if err := Decode(nest(maxDepth+1), &into, IgnoreUnknown); fault.CodeOf(err) != "too_deep" {
			t.Errorf("got %v", err)
		}
	})

	t.Run("an escaped backslash before u is no escape", func(t *testing.T) {
		t.Parallel()
		var into wire
		if err := Decode([]byte(`{"id":"\\ud834"}`), &into, IgnoreUnknown); err != nil || into.ID != `\ud834` {
			t.Errorf("%q %v", into.ID, err)
		}
	})
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[Number]int64{"0": 0, "-7": -7, "9223372036854775807": 9223372036854775807} {
		if got, ok := text.Int64(); !ok || got != want {
			t.Errorf("%s is %d %t", text, got, ok)
		}
	}
	for _, text := range []Number{"", "1.0", "1e3", "9223372036854775808"} {
		if got, ok := text.Int64(); ok {
			t.Errorf("%s is %d", text, got)
		}
	}
}

// A value that passes comes back as the same JSON value.
func TestRawKeepsValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		value := anyValue(rand.New(rand.NewPCG(seed, 0)), 4)
		text, err := json.Marshal(map[string]any{"any": value})
		if err != nil {
			t.Fatal(err)
		}
		var into wire
		if err := Decode(text, &into, RefuseUnknown); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, err := Encode(map[string]Raw{"any": into.Any})
		if err != nil {
			t.Fatal(err)
		}
		if into.Any != nil && !sameJSON(t, text, again) {
			t.Fatalf("%s became %s", text, again)
		}
	})
}

func anyValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(7); {
	case n == 0:
		return nil
	case n == 1:
		return r.IntN(2) == 0
	case n == 2:
		return json.Number("1" + strings.Repeat("0", r.IntN(30)) + ".50")
	case n == 3 || depth == 0:
		return []string{"", "a", "\"\\\n\u2028", "𝄞<&>", "\x7f"}[r.IntN(5)]
	case n == 4:
		list := make([]any, r.IntN(3))
		for i := range list {
			list[i] = anyValue(r, depth-1)
		}
		return list
	}
	object := map[string]any{}
	for range r.IntN(3) {
		object[[]string{"", "a", "<b>", "\""}[r.IntN(4)]] = anyValue(r, depth-1)
	}
	return object
}

func sameJSON(t testingT, left, right []byte) bool {
	var values [2]any
	for i, text := range [][]byte{left, right} {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&values[i]); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return cmp.Equal(values[0], values[1])
}

type testingT interface {
	Fatalf(format string, args ...any)
}

// FuzzDecode holds the decoder against the standard library: what it accepts is
// valid JSON, and what it gives back of it is the same value. It never panics.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `null`, `{"id":"x","currency":"USD"}`, `{"any":{"a":[1,2.50,-0,1e400,null,true,"\ud834\udd1e<&>"]}}`, `{"any":"\\u0000"}`,
		`{"prices":{"USD":{"amount":1}}}`, `{"list":[{},{"name":"x"}]}`, `{"id":"\ud834"}`, `{"a":1,"a":2}`, "{\"id\":\"\xff\"}", `{}{}`,
		`{"":""}`, strings.Repeat(`[`, 100), strings.Repeat(`{"a":`, 40), `{"id":"\u00"}`, `{"bag":{"":0}}`, "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var into wire
		err := Decode(text, &into, IgnoreUnknown)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("accepted %q", text)
		}
		if into.Any == nil {
			return
		}
		var whole map[string]json.RawMessage
		if err := json.Unmarshal(text, &whole); err != nil {
			t.Fatal(err)
		}
		if !sameJSON(t, whole["any"], into.Any) {
			t.Fatalf("%q became %q", whole["any"], into.Any)
		}
	})
}
