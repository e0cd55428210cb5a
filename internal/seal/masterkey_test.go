package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/fault"
	"tillway/internal/seal"
)

func mustLoad(t *testing.T, dir string) *seal.Keyring {
	t.Helper()
	ring, err := seal.LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// mustWrite puts a master.key with this text and mode into a new directory.
func mustWrite(t *testing.T, text string, mode fs.FileMode) (dir string) {
	t.Helper()
	dir = t.TempDir()
	path := filepath.Join(dir, seal.FileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		t.Fatal(err)
	}
	return dir
}

var someKey = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, seal.MasterSize)) + "\n"

func TestLoadOrCreate(t *testing.T) {
	t.Parallel()
	t.Run("makes a key once and reads it after", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		first := mustLoad(t, dir)
		if second := mustLoad(t, dir); second.KeyID() != first.KeyID() {
			t.Error("the second start has another key")
		}
		if other := mustLoad(t, t.TempDir()); other.KeyID() == first.KeyID() {
			t.Error("two directories have one key")
		}
	})
	t.Run("leaves one file that only its owner reads", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		mustLoad(t, dir)
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 1 || files[0].Name() != seal.FileName {
			t.Fatalf("the directory holds %v, %v", files, err)
		}
		info, err := files[0].Info()
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
		}
	})
	t.Run("writes what TILLWAY_MASTER_KEY takes", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		ring := mustLoad(t, dir)
		text, err := os.ReadFile(filepath.Join(dir, seal.FileName))
		if err != nil {
			t.Fatal(err)
		}
		master, err := seal.ParseMaster(string(text))
		if err != nil {
			t.Fatal(err)
		}
		if same, err := seal.NewKeyring(master); err != nil || same.KeyID() != ring.KeyID() {
			t.Errorf("the file's key is %v, %v; the ring's %v", same, err, ring)
		}
	})
	t.Run("gives all of many parallel starts one key", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		const starts = 32
		names, failures := make([]string, starts), make([]error, starts)
		var wait sync.WaitGroup
		for start := range starts {
			wait.Go(func() {
				ring, err := seal.LoadOrCreate(dir)
				if failures[start] = err; err == nil {
					names[start] = ring.KeyID()
				}
			})
		}
		wait.Wait()
		for start := range starts {
			if failures[start] != nil || names[start] != names[0] {
				t.Errorf("start %d has key %q, %v; start 0 has %q", start, names[start], failures[start], names[0])
			}
		}
		if files, _ := os.ReadDir(dir); len(files) != 1 {
			t.Errorf("the starts left %v", files)
		}
	})
	t.Run("accepts a key that its owner may only read", func(t *testing.T) {
		t.Parallel()
		mustLoad(t, mustWrite(t, someKey, 0o400))
	})
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o601, 0o644, 0o777} {
		t.Run("refuses a key open to others, "+mode.String(), func(t *testing.T) {
			t.Parallel()
			dir := mustWrite(t, someKey, mode)
			ring, err := seal.LoadOrCreate(dir)
			if ring != nil || !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "master_key_exposed" {
				t.Errorf("got %v, %v", ring, err)
			}
			if want := "Run: chmod 600 " + filepath.Join(dir, seal.FileName); fault.From(err).Hint != want {
				t.Errorf("hint %q, want %q", fault.From(err).Hint, want)
			}
		})
	}
	for name, text := range map[string]string{"an empty file": "", "half a key": someKey[:20], "another file": strings.Repeat("x", 1<<20)} {
		t.Run("refuses and keeps "+name, func(t *testing.T) {
			t.Parallel()
			dir := mustWrite(t, text, 0o600)
			ring, err := seal.LoadOrCreate(dir)
			if ring != nil || fault.CodeOf(err) != "master_key" {
				t.Errorf("got %v, %v", ring, err)
			}
			if text != "" && strings.Contains(err.Error(), text[:10]) {
				t.Errorf("the fault repeats the file: %v", err)
			}
			if kept, err := os.ReadFile(filepath.Join(dir, seal.FileName)); err != nil || string(kept) != text {
				t.Errorf("the file is now %d bytes, %v", len(kept), err)
			}
		})
	}
	t.Run("refuses a directory in the key's place", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, seal.FileName), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.LoadOrCreate(dir); fault.CodeOf(err) != "master_key_exposed" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("reports a data directory that does not exist", func(t *testing.T) {
		t.Parallel()
		_, err := seal.LoadOrCreate(filepath.Join(t.TempDir(), "nowhere"))
		if !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "master_key_file" || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
}

func TestParseMaster(t *testing.T) {
	t.Parallel()
	t.Run("reads every usual spelling", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			want := rapid.SliceOfN(rapid.Byte(), seal.MasterSize, seal.MasterSize).Draw(t, "master")
			spellings := []string{
				hex.EncodeToString(want), strings.ToUpper(hex.EncodeToString(want)),
				base64.StdEncoding.EncodeToString(want), base64.RawStdEncoding.EncodeToString(want),
				base64.URLEncoding.EncodeToString(want), base64.RawURLEncoding.EncodeToString(want),
				" \t" + base64.StdEncoding.EncodeToString(want) + "\r\n",
			}
			for _, text := range spellings {
				if got, err := seal.ParseMaster(text); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%q reads as %x, %v; want %x", text, got, err, want)
				}
			}
		})
	})
	bad := map[string]string{
		"nothing": "", "space": " \n", "a pass phrase": "correct horse battery staple",
		"31 bytes of hex":    strings.Repeat("ab", 31),
		"33 bytes of base64": base64.StdEncoding.EncodeToString(make([]byte, 33)),
		"16 bytes of base64": base64.StdEncoding.EncodeToString(make([]byte, 16)),
		"stray bits":         base64.RawStdEncoding.EncodeToString(make([]byte, 32))[:42] + "B",
		"a space inside":     "AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAA=",
	}
	for name, text := range bad {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			master, err := seal.ParseMaster(text)
			if master != nil || !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "master_key" {
				t.Fatalf("%q reads as %x, %v", text, master, err)
			}
			if text := strings.TrimSpace(text); text != "" && strings.Contains(err.Error(), text) {
				t.Errorf("the fault repeats the key: %v", err)
			}
		})
	}
}
