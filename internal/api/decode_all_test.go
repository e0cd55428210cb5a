package api

import (
	"slices"
	"testing"

	"tillway/internal/fault"
)

func TestDecodeAll(t *testing.T) {
	t.Parallel()
	t.Run("every fault is listed, and what is right is filled in", func(t *testing.T) {
		t.Parallel()
		var got wire
		wrong, err := DecodeAll([]byte(`{"id":7,"currency":"USD","on":"x","list":[{"amount":"1","name":"a"},{"amount":2},3],"tags":["a",1],"prices":{"USD":1,"EUR":{"amount":5}},"zz":1}`), &got, RefuseUnknown)
		if err != nil {
			t.Fatal(err)
		}
		var fields []string
		for _, problem := range wrong {
			fields = append(fields, problem.Field+" "+problem.Code)
		}
		want := []string{
			"id wrong_type", "on wrong_type", "list[0].amount wrong_type", "list[2] wrong_type", "tags[1] wrong_type", "prices.USD wrong_type", "zz unknown_field",
		}
		if !slices.Equal(fields, want) {
			t.Errorf("got  %q\nwant %q", fields, want)
		}
		if got.Currency != "USD" || len(got.List) != 3 || *got.List[0].Name != "a" || got.List[1].Amount != "2" || got.Prices["EUR"].Amount != "5" {
			t.Errorf("filled in %+v", got)
		}
	})
	t.Run("a good body has none", func(t *testing.T) {
		t.Parallel()
		var got wire
		if wrong, err := DecodeAll([]byte(`{"id":"x","list":[],"on":null}`), &got, IgnoreUnknown); err != nil || wrong != nil || got.ID != "x" {
			t.Errorf("%v, %v", wrong, err)
		}
	})
	for body, code := range map[string]string{
		"": "malformed_json", "{": "malformed_json", "[": "malformed_json", `{"a":1,"a":2}`: "repeated_field",
		"[]": NotAnObject, "null": NotAnObject, `"x"`: NotAnObject, "1e9": NotAnObject, "true": NotAnObject,
	} {
		var got wire
		if _, err := DecodeAll([]byte(body), &got, IgnoreUnknown); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != code {
			t.Errorf("%q: %v, want %s", body, err, code)
		}
	}
}
