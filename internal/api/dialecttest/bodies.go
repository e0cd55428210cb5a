package dialecttest

import (
	"cmp"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/api"
)

// runBodies sends texts that are no good JSON object.
func runBodies(t *testing.T, b *bench, sample Sample) {
	if sample.Body == nil {
		return
	}
	made := sample.request(t)
	good := string(made.raw(t))
	deep := strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000)
	rows := b.subject.Rows(t)
	for name, body := range map[string]string{
		"nothing":              "",
		"space":                "  \n",
		"half an object":       good[:len(good)/2],
		"two objects":          good + good,
		"something behind":     good + "]",
		"single quotes":        strings.ReplaceAll(good, `"`, `'`),
		"a trailing comma":     strings.TrimSuffix(good, "}") + ",}",
		"a comment":            "/* */" + good,
		"a form":               "name=Acme&x=1",
		"broken UTF-8":         strings.TrimSuffix(good, "}") + ",\"zz\":\"\xff\xfe\"}",
		"half a character":     strings.TrimSuffix(good, "}") + `,"zz":"\ud800"}`,
		"a repeated member":    strings.TrimSuffix(good, "}") + `,"zz":1,"zz":2}`,
		"a repetition inside":  strings.TrimSuffix(good, "}") + `,"zz":{"a":1,"a":1}}`,
		"a deep nest":          strings.TrimSuffix(good, "}") + `,"zz":` + deep + "}",
		"a byte order mark":    "\ufeff" + good,
		"NaN":                  strings.TrimSuffix(good, "}") + `,"zz":NaN}`,
		"too many values":      strings.TrimSuffix(good, "}") + `,"zz":[0` + strings.Repeat(",0", 20_000) + "]}",
		"a deep list":          strings.TrimSuffix(good, "}") + `,"zz":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}",
		"a bare name":          strings.TrimSuffix(good, "}") + `,zz:1}`,
		"a raw line end":       strings.TrimSuffix(good, "}") + ",\"zz\":\"a\nb\"}",
		"a number from nought": strings.TrimSuffix(good, "}") + `,"zz":01}`,
		"an unfinished escape": strings.TrimSuffix(good, "}") + `,"zz":"\u12"}`,
	} {
		answer := b.doRaw(t, sample.who(), made, []byte(body), nil)
		if answer.Code != http.StatusBadRequest {
			t.Errorf("%s: answered %d %s", name, answer.Code, answer.Body)
		}
		b.mustFail(t, answer, answer.Code)
	}
	for _, body := range []string{"[" + good + "]", "[]", `"x"`, "1e9", "true", "null"} {
		b.mustFail(t, b.doRaw(t, sample.who(), made, []byte(body), nil), cmp.Or(b.subject.NoObject, http.StatusBadRequest))
	}
	long := strings.TrimSuffix(good, "}") + `,"zz":"` + strings.Repeat("x", api.MaxBody) + `"}`
	b.mustFail(t, b.doRaw(t, sample.who(), made, []byte(long), nil), http.StatusRequestEntityTooLarge)
	b.mustNotWrite(t, rows)
}
