package conformance

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tillway/test/harness"
)

// Every script of docs/point-your-code.md does what it says against a server that
// was set up as the page says.
func TestPointYourCode(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "point-your-code.md"))
	if err != nil {
		t.Fatal(err)
	}
	place := t.TempDir()
	keys := filepath.Join(t.TempDir(), "keys.env")
	if made := harness.Run(t, place, "setup", "--email", "owner@example.test", "--env-file", keys); made.Code != 0 {
		t.Fatalf("setup exited with %d:\n%s", made.Code, made.Stderr)
	}
	server := harness.Serve(t, harness.Options{Place: place})
	proofs := map[string]string{
		"wayl.sh": `"status":"Complete"`, "waypay.sh": `"statusText":"Completed"`, "diddo.sh": `"total":1`,
	}
	scripts := guideProgram.FindAllStringSubmatch(string(guide), -1)
	if len(scripts) != len(proofs) {
		t.Fatalf("the page has %d scripts, and %d are run", len(scripts), len(proofs))
	}
	for _, found := range scripts {
		t.Run(found[1], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), nodePatience)
			defer cancel()
			run := harness.Mortal(exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", "set -a; . "+keys+"; set +a\n"+found[2]))
			run.Env = append(os.Environ(), "TILLWAY="+server.URL, "PATH="+filepath.Dir(harness.Build(t))+":"+os.Getenv("PATH"))
			printed, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(printed), proofs[found[1]]) {
				t.Errorf("%v, without %q:\n%s", err, proofs[found[1]], printed)
			}
		})
	}
	if verdict := harness.Run(t, place, "verify"); verdict.Code != 0 {
		t.Errorf("verify exited with %d:\n%s", verdict.Code, verdict.Stdout)
	}
}
