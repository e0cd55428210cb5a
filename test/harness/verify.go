package harness

import (
	"testing"
)

// Verify runs `tillway verify` on a place and fails the test unless it finds
// everything in order. A server may run there meanwhile.
func Verify(t testing.TB, place string) {
	t.Helper()
	output := Run(t, place, "verify")
	if output.Code != 0 {
		t.Errorf("harness: verify exited with %d:\n%s%s", output.Code, output.Stdout, output.Stderr)
	}
}
