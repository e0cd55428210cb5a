package cli

import (
	"bytes"
	"regexp"
	"testing"

	"tillway/internal/operator"
)

func TestAStoreShowsItsSettings(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := printStore(&out, operator.StoreDetail{Settings: []operator.StoreSetting{
		{Name: "wayl.a", Value: "one", Default: "one", Help: "One or two."},
		{Name: "wayl.b", Value: "two", Default: "one", Help: "h", Set: true},
		{Name: "wayl.c", Value: "one", Default: "one", Help: "h", Set: true},
		{Name: "wayl.d", Help: "h"},
		{Name: "wayl.e", Value: "", Default: "one", Help: "h", Set: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^setting +one \(default\) +--set wayl\.a$`,
		`(?m)^setting +two \(default: one\) +--set wayl\.b$`,
		`(?m)^setting +one +--set wayl\.c$`,
		`(?m)^setting +- \(default\) +--set wayl\.d$`,
		`(?m)^setting +- \(default: one\) +--set wayl\.e$`,
		`(?m)^wayl\.a: One or two\.$`,
	} {
		if !regexp.MustCompile(want).Match(out.Bytes()) {
			t.Errorf("%s is not in\n%s", want, out.String())
		}
	}
}
