package docs_test

import (
	"bytes"
	"context"
	"html"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/internal/api/pancake"
)

// interpreter runs the samples of a language.
type interpreter struct {
	file    string // what the program is saved as
	command []string
	probe   []string // if any: succeeds when what the programs need is there
}

var interpreters = map[string]interpreter{
	"shell":      {file: "sample.sh", command: []string{"bash", "sample.sh"}},
	"javascript": {file: "sample.mjs", command: []string{"node", "sample.mjs"}},
	"go":         {file: "sample.go", command: []string{"go", "run", "-ldflags=-s -w", "sample.go"}},
	"java":       {file: "sample.java", command: []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "sample.java"}, probe: []string{"javac", "-version"}},
	"php":        {file: "sample.php", command: []string{"php", "sample.php"}, probe: []string{"php", "-r", "exit(function_exists('openssl_sign') ? 0 : 1);"}},
	"python":     {file: "sample.py", command: []string{"python3", "sample.py"}, probe: []string{"python3", "-c", "import cryptography"}},
}

// mustRunners is the languages that run here.
func mustRunners(t *testing.T) map[string]interpreter {
	t.Helper()
	runners := map[string]interpreter{}
	for language, i := range interpreters {
		if os.Getenv("TILLWAY_TEST_GO_ONLY") == "1" && language != "go" {
			continue
		}
		if _, err := exec.LookPath(i.command[0]); err != nil {
			t.Fatalf("the samples need %s (run `make deps`): %v", i.command[0], err)
		}
		if len(i.probe) > 0 {
			if err := exec.Command(i.probe[0], i.probe[1:]...).Run(); err != nil {
				t.Fatalf("what the %s samples need is not installed (run `make deps`): %v: %v", language, i.probe, err)
			}
		}
		runners[language] = i
	}
	return runners
}

// patience bounds one program, so that one that hangs is told by its name.
const patience = 2 * time.Minute

// run runs a program and returns what it printed.
func (i interpreter) run(t *testing.T, code, input string, env ...string) (string, error) {
	t.Helper()
	place := t.TempDir()
	if err := os.WriteFile(filepath.Join(place, i.file), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	program := exec.CommandContext(ctx, i.command[0], i.command[1:]...)
	program.Dir = place
	program.Env = append(os.Environ(), env...)
	program.Stdin = strings.NewReader(input)
	var printed bytes.Buffer
	program.Stdout, program.Stderr = &printed, &printed
	err := program.Run()
	return printed.String(), err
}

var sampleText = regexp.MustCompile(`(?s)data-language="(\w+)">\n<div class="code">\n<pre[^>]*><code>(.*?)</code>`)

// mustSamples reads the samples off a page, as somebody would who copies them.
func mustSamples(t *testing.T, handler http.Handler, page string) map[string]string {
	t.Helper()
	samples := map[string]string{}
	for _, found := range sampleText.FindAllStringSubmatch(get(handler, page).Body.String(), -1) {
		samples[found[1]] = html.UnescapeString(found[2])
	}
	for language := range interpreters {
		if samples[language] == "" {
			t.Fatalf("%s has no sample in %s", page, language)
		}
	}
	return samples
}

func TestSamplesAreAnswered(t *testing.T) {
	t.Parallel()
	runners := mustRunners(t)
	for _, page := range routesOf(t, mustHandler(t, publicURL, pancake.OpenAPI), pancake.Name) {
		for language, runner := range runners {
			t.Run(strings.TrimPrefix(page, "/docs/")+" in "+language, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				code := w.fill(t, page, mustSamples(t, mustHandler(t, w.server.URL, pancake.OpenAPI), page)[language])
				env := []string{
					"WAFFO_MERCHANT_ID=" + string(w.Merchant.ID),
					"WAFFO_PRIVATE_KEY=" + strings.ReplaceAll(w.key.Private.Reveal(), "\n", `\n`),
					"SESSION_TOKEN=" + w.mustToken(t), "STORE_SLUG=" + w.Shop.Shop.Slug,
				}
				w.last()
				printed, err := runner.run(t, code, "", env...)
				if status := w.last(); status != http.StatusOK || err != nil {
					t.Errorf("answered %d (%v):\n%s\n%s", status, err, printed, code)
				}
			})
		}
	}
}
