package app

import (
	"io/fs"
	"log/slog"
	"os"
	"testing"

	"tillway/internal/config"
)

// TestDataIsPrivate holds every file of a data directory against its mode, also
// in a directory that others may read.
func TestDataIsPrivate(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "tillway-private-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Config{Config: config.Config{Data: config.Data{Dir: dir}, Listen: "127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	seen := 0
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if seen++; info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
		return nil
	})
	if err != nil || seen < 5 {
		t.Errorf("%d files seen, error %v", seen, err)
	}
}
