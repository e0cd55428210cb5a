package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// waypaySecret signs the vectors.
const waypaySecret = "mer_sk_abc123def456"

// waypayFiles are the ends of the names of programs that run here, by language.
var waypayFiles = map[string]string{"javascript": "mjs", "python": "py", "php": "php", "java": "java"}

func mustWaypayGuide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "waypay-signatures.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// waypayVector is one of the vectors that the dialect is tested with.
type waypayVector struct{ Name, Body, Example, ExampleMD5, Rule, RuleMD5 string }

func mustWaypayVectors(t *testing.T) (list []waypayVector) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("..", "..", "api", "waypay", "testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func mustWaypayProgram(t *testing.T, name string) string {
	t.Helper()
	code, err := os.ReadFile(filepath.Join("waypay", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(code)
}

func TestWaypayGuideHasItsProgramsAndVectors(t *testing.T) {
	t.Parallel()
	guide := mustWaypayGuide(t)
	written := map[string]string{}
	for _, found := range guideSample.FindAllStringSubmatch(guide, -1) {
		written[found[1]] = found[2]
	}
	files, err := filepath.Glob("waypay/*")
	if err != nil || len(files) != len(written) || len(files) != 2*(len(waypayFiles)+1) {
		t.Fatalf("%d programs and %d in the guide: %v", len(files), len(written), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if written[name] != strings.TrimSpace(mustWaypayProgram(t, name)) {
			t.Errorf("docs/waypay-signatures.md does not have the program waypay/%s as it is", name)
		}
	}
	for _, v := range mustWaypayVectors(t) {
		for _, row := range []string{"| `" + v.Example + "` | `" + v.ExampleMD5 + "` |", "| `" + v.Rule + "` | `" + v.RuleMD5 + "` |"} {
			if !strings.Contains(guide, row) {
				t.Errorf("the guide lacks the row %s", row)
			}
		}
	}
}

// asMembers writes a body as the Java program takes it.
func asMembers(t *testing.T, body string) string {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for name, raw := range members {
		text := string(raw)
		switch raw[0] {
		case '"':
			if err := json.Unmarshal(raw, &text); err != nil {
				t.Fatal(err)
			}
		case '{', '[', 'n':
			if name != "orderRef" {
				continue
			}
		}
		lines = append(lines, name+"="+text+"\n")
	}
	return strings.Join(lines, "")
}

// The programs of Waypay's guide sign every vector as it is known.
func TestWaypayProgramsSign(t *testing.T) {
	t.Parallel()
	for language, runner := range mustRunners(t) {
		end, has := waypayFiles[language]
		if !has {
			continue
		}
		code := mustWaypayProgram(t, "sign."+end)
		for _, v := range mustWaypayVectors(t) {
			t.Run(language+" signs "+v.Name, func(t *testing.T) {
				t.Parallel()
				input, want := v.Body, []string{v.ExampleMD5}
				if language == "java" {
					input = asMembers(t, v.Body)
				}
				if strings.Contains(v.Name, "as it was written") {
					// A language that keeps numbers as binary fractions has the shortest form.
					want = append(want, "58eed8faf556118bcd84e15934f9ae91")
				}
				printed, err := runner.run(t, code, input, "WAYPAY_SECRET_KEY="+waypaySecret)
				if err != nil || !slices.Contains(want, strings.TrimSpace(printed)) {
					t.Errorf("printed %q (%v), want %q", printed, err, want)
				}
			})
		}
	}
}

// The programs of Waypay's guide judge webhooks as the server signs them.
func TestWaypayProgramsVerify(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sign := func(body string, at time.Time) (timestamp, signature string) {
		headers, err := webhook.WaypaySigner{}.Sign(webhook.Signed{Body: []byte(body)}, []webhook.Key{webhook.HMACKey([]byte(waypaySecret))}, at)
		if err != nil {
			t.Fatal(err)
		}
		return headers[0].Value, headers[1].Value
	}
	const body = `{"id":"36e98f20908e426fa8a2b67fdfb088f0","data":{"Amount":20.00,"Reason":"Bücher & Söhne %s\n"}}`
	stamp, good := sign(body, now)
	_, old := sign(body, now.Add(-6*time.Minute))
	oldStamp := strconv.FormatInt(now.Add(-6*time.Minute).Unix(), 10)
	aheadStamp, ahead := sign(body, now.Add(time.Hour))
	cases := map[string]struct {
		body, timestamp, signature string
		accepted                   bool
	}{
		"a good one":       {body, stamp, good, true},
		"another body":     {strings.Replace(body, "20.00", "20.0", 1), stamp, good, false},
		"an old one":       {body, oldStamp, old, false},
		"one ahead":        {body, aheadStamp, ahead, false},
		"another moment":   {body, strconv.FormatInt(now.Unix()-1, 10), good, false},
		"a cut signature":  {body, stamp, good[:len(good)-2], false},
		"no signature":     {body, stamp, "", false},
		"no timestamp":     {body, "", good, false},
		"an odd timestamp": {body, "now", good, false},
	}
	for language, runner := range mustRunners(t) {
		end, has := waypayFiles[language]
		if !has {
			continue
		}
		code := mustWaypayProgram(t, "verify."+end)
		for name, c := range cases {
			t.Run(language+" judges "+name, func(t *testing.T) {
				t.Parallel()
				printed, err := runner.run(t, code, c.body, "WAYPAY_SECRET_KEY="+waypaySecret, "TIMESTAMP="+c.timestamp, "SIGNATURE="+c.signature)
				if accepted := err == nil; accepted != c.accepted || !accepted && !strings.Contains(printed, "refused") {
					t.Errorf("accepted: %v (%v)\n%s", accepted, err, printed)
				}
			})
		}
	}
}
