package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/store"
)

func TestLockDir(t *testing.T) {
	t.Parallel()

	t.Run("a second holder is told the directory, the process and the remedy", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		release, err := store.LockDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.LockDir(dir)
		var refused *fault.Error
		if !errors.As(err, &refused) || refused.Kind != fault.State || refused.Code != "data_dir_locked" {
			t.Fatalf("the second lock gives %v, want the fault data_dir_locked", err)
		}
		for _, want := range []string{dir, "process " + strconv.Itoa(os.Getpid())} {
			if !strings.Contains(refused.Message, want) {
				t.Errorf("the message %q does not name %q", refused.Message, want)
			}
		}
		if !strings.Contains(refused.Hint, "--data") {
			t.Errorf("the hint %q does not say the remedy", refused.Hint)
		}
		if err := release(); err != nil {
			t.Errorf("release: %v", err)
		}
	})

	t.Run("a released directory can be locked again", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		for range 2 {
			release, err := store.LockDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(release(), release()); err != nil {
				t.Errorf("release, twice: %v", err)
			}
		}
	})

	t.Run("a directory that is not there is named", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "missing")
		_, err := store.LockDir(dir)
		if fault.CodeOf(err) != "data_dir_unusable" || !strings.Contains(err.Error(), dir) {
			t.Errorf("LockDir gives %v, want the fault data_dir_unusable naming %s", err, dir)
		}
	})
}
