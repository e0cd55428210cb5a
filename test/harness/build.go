package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// shelf is where the binary lies while this test process runs; "" before Main.
var shelf string

// Main runs a package's tests and removes the binary they built. A package
// that calls Build has this TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tillway-binary-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	shelf = dir
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return code
}

// Build builds the binary as `make build` does, once per test process, and
// returns its path. It is safe for concurrent use.
func Build(t testing.TB) string {
	t.Helper()
	if shelf == "" {
		t.Fatal("harness: this package needs func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }")
	}
	path, err := build()
	if err != nil {
		t.Fatalf("harness: %v", err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(shelf, "tillway")
	compile := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "tillway/cmd/tillway")
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := compile.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the binary does not build: %w\n%s", err, output)
	}
	return path, nil
})
