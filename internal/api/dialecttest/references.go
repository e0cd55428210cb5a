package dialecttest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tillway/internal/pay"
)

// runReferences names things that do not exist, that belong to somebody else,
// and that live in the other environment.
func runReferences(t *testing.T, b *bench, sample Sample) {
	if len(sample.References) == 0 && len(sample.Nowhere) == 0 {
		return
	}
	rows := ""
	refuse := func(what string, who Who, made request) {
		t.Helper()
		rows = b.subject.Rows(t)
		answer := b.do(t, who, made, nil)
		if answer.Code == http.StatusNotImplemented && sample.Want == http.StatusNotImplemented {
			return
		}
		if answer.Code < 400 {
			t.Errorf("%s: accepted", what)
		}
		b.mustRefuse(t, answer)
		b.mustNotWrite(t, rows)
	}
	for _, name := range slices.Sorted(maps.Keys(sample.References)) {
		for what, value := range map[string]any{
			"unknown":      sample.References[name],
			"cut off":      sample.References[name][:len(sample.References[name])-1],
			"another kind": "XYZ" + sample.References[name],
			"lower case":   strings.ToLower(sample.References[name]) + "_",
			"a path":       "../../etc/passwd",
			"SQL":          "' OR 1=1 --",
		} {
			made := sample.request(t)
			made.body[name] = value
			refuse(name+" "+what, sample.who(), made)
		}
	}
	for _, address := range sample.Nowhere {
		made := sample.request(t)
		made.path = address
		refuse("an address of nothing", sample.who(), made)
	}
	who := sample.who()
	who.Stranger = true
	refuse("another's", who, sample.request(t))
	if !sample.AnyEnvironment {
		refuse("of the other environment", Who{Class: sample.Class, Env: pay.Prod}, sample.request(t))
	}
}
