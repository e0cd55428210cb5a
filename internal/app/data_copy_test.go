package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A copy that a backup left behind when it died is removed by the next owner of
// the directory; one that is being packed is not.
func TestOnlyOldCopiesAreDropped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Now()
	old, young, other := filepath.Join(dir, ".copy-1"), filepath.Join(dir, ".copy-2"), filepath.Join(dir, "copy-3")
	for _, name := range []string{old, young, other} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(name, "tillway.db"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		at := now.Add(-time.Hour)
		if name != young {
			at = now.Add(-2 * keepCopies)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&dataDir{path: dir}).dropCopies(now); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{old: false, young: true, other: true} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}
