package conformance

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tillway/test/harness"
)

// pointProofs are what the scripts of docs/point-your-code.md print when they do
// what the page says.
var pointProofs = map[string]string{
	"wayl.sh": `"status":"Complete"`, "waypay.sh": `"statusText":"Completed"`, "waypay-webhook.sh": "shop.example",
	"diddo.sh": `"total":1`, "diddo-cart.sh": `"checkout_status":"succeeded"`, "see.sh": "TransactionStatusChanged",
}

// Every script of docs/point-your-code.md does what it says against a server that
// was set up as the page says.
func TestPointYourCode(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "point-your-code.md"))
	if err != nil {
		t.Fatal(err)
	}
	here := t.TempDir()
	place := filepath.Join(here, "data")
	var keys harness.Credentials
	made := harness.Run(t, place, "setup", "--email", "owner@example.test", "--env-file", filepath.Join(here, ".env"), "--json")
	if err := json.Unmarshal(made.Stdout, &keys); err != nil {
		t.Fatalf("setup exited with %d: %v\n%s", made.Code, err, made.Stderr)
	}
	server := harness.Serve(t, harness.Options{Place: place})
	product := harness.OpenShop(t, server, keys, nil).ProductID
	scripts := guideProgram.FindAllStringSubmatch(string(guide), -1)
	if len(scripts) != len(pointProofs) {
		t.Fatalf("the page has %d scripts, and %d are run", len(scripts), len(pointProofs))
	}
	for _, found := range scripts {
		t.Run(found[1], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), nodePatience)
			defer cancel()
			run := harness.Mortal(exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", "set -a; . ./.env; set +a\n"+found[2]))
			run.Dir = here
			run.Env = append(os.Environ(), "TILLWAY="+server.URL, "PRODUCT="+product, "PATH="+filepath.Dir(harness.Build(t))+":"+os.Getenv("PATH"))
			printed, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(printed), pointProofs[found[1]]) {
				t.Errorf("%v, without %q:\n%s", err, pointProofs[found[1]], printed)
			}
		})
	}
}
