package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tillway/internal/backup"
	"tillway/internal/fault"
)

var names = []string{"a.db", "b.db"}

// mustPack makes a backup of two files and returns its path.
func mustPack(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var files []backup.File
	for i, name := range names {
		file := backup.File{Name: name, Path: filepath.Join(dir, "source-"+name)}
		if err := os.WriteFile(file.Path, bytes.Repeat([]byte{byte('a' + i)}, 100_000), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	path := filepath.Join(dir, "shop.tar")
	var last int64
	size, err := backup.Pack(t.Context(), path, backup.Manifest{
		Program: "v1", CreatedAt: time.Unix(1_800_000_000, 0).UTC(), Versions: map[string]int64{"a.db": 3},
	}, files, func(done, total int64) {
		if last = done; total != 200_000 {
			t.Errorf("progress counts to %d bytes, want 200000", total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v (%v), want %d bytes for its owner only", info, err, size)
	}
	if last != 200_000 {
		t.Errorf("progress ends at %d bytes", last)
	}
	return path
}

func TestWhatWasPackedComesBack(t *testing.T) {
	t.Parallel()
	path, dir := mustPack(t), t.TempDir()
	manifest, err := backup.Unpack(t.Context(), path, dir, names, nil)
	if err != nil {
		t.Fatal(err)
	}
	if manifest.Program != "v1" || manifest.Versions["a.db"] != 3 || manifest.CreatedAt.Unix() != 1_800_000_000 {
		t.Errorf("the manifest is %+v", manifest)
	}
	for i, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(content, bytes.Repeat([]byte{byte('a' + i)}, 100_000)) {
			t.Errorf("%s came back as %d bytes (%v)", name, len(content), err)
		}
	}
}

func TestPackReplacesNothing(t *testing.T) {
	t.Parallel()
	path := mustPack(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Pack(t.Context(), path, backup.Manifest{}, nil, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("error %v, want a Conflict", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the backup was changed (%v)", err)
	}
}

func TestAPackThatIsGivenUpLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := filepath.Join(dir, "a.db")
	if err := os.WriteFile(source, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(dir, "shop.tar")
	if _, err := backup.Pack(ctx, path, backup.Manifest{}, []backup.File{{Name: "a.db", Path: source}}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	for _, left := range []string{path, path + ".partial"} {
		if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left behind (%v)", left, err)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(content []byte) []byte
		want   []string
		kind   fault.Kind
	}{
		"a file that is no archive":      {func([]byte) []byte { return []byte("hello") }, nil, fault.Invalid},
		"an empty file":                  {func([]byte) []byte { return nil }, nil, fault.Invalid},
		"an archive that was cut off":    {func(b []byte) []byte { return b[:len(b)/2] }, nil, fault.Invalid},
		"an archive without its sums":    {func(b []byte) []byte { return b[:bytes.LastIndex(b, []byte("SHA256SUMS"))] }, nil, fault.Invalid},
		"a bit that has turned":          {func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, nil, fault.Invalid},
		"an archive of other files":      {func(b []byte) []byte { return b }, []string{"b.db", "a.db"}, fault.Invalid},
		"an archive with more than that": {func(b []byte) []byte { return b }, []string{"a.db"}, fault.Invalid},
		"a layout of a newer version": {
			func(b []byte) []byte { return bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 9`), 1) }, nil, fault.State,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := mustPack(t)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, c.change(content), 0o600); err != nil {
				t.Fatal(err)
			}
			want := c.want
			if want == nil {
				want = names
			}
			_, err = backup.Unpack(t.Context(), path, t.TempDir(), want, nil)
			if !fault.Is(err, c.kind) || fault.From(err).Hint == "" {
				t.Errorf("error %v, want a fault of kind %v with its remedy", err, c.kind)
			}
		})
	}
	t.Run("a file that is not there", func(t *testing.T) {
		t.Parallel()
		if _, err := backup.Unpack(t.Context(), filepath.Join(t.TempDir(), "none"), t.TempDir(), names, nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("error %v, want NotFound", err)
		}
	})
}
