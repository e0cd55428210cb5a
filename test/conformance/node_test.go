package conformance

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tillway/test/harness"
)

// nodePatience bounds one program, so that a client that hangs is told by its
// own output and not by the end of all tests.
const nodePatience = 2 * time.Minute

// release is one installed release of a vendor's client, and the Node that
// runs it.
type release struct{ node, client string }

func mustFind(t *testing.T, client string) release {
	t.Helper()
	if _, err := os.Stat(filepath.Join("node_modules", filepath.FromSlash(client), "package.json")); err != nil {
		t.Fatalf("the npm package %s is not installed: run `make deps`", client)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("Node is not installed: install Node 20 or newer, then run `make deps`")
	}
	return release{node, client}
}

// run runs one program. What it says is shown when it fails, or with -v.
func (r release) run(t *testing.T, program string, told any, env ...string) {
	t.Helper()
	spoken, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), nodePatience)
	defer cancel()
	run := harness.Mortal(exec.CommandContext(ctx, r.node, "--test-reporter=spec", "--test-reporter-destination=stdout", program))
	run.Env = append(os.Environ(), "TILLWAY_SDK="+r.client, "TILLWAY_WORLD="+string(spoken))
	run.Env = append(run.Env, env...)
	output, err := run.CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Errorf("%s with %s: %v", program, r.client, err)
	}
}
