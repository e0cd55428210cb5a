package seal

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"tillway/internal/fault"
)

// FileName is the master key's file in the data directory.
const FileName = "master.key"

// LoadOrCreate reads the master key of a data directory, and makes one the
// first time: a file of mode 0600 that holds the base64 of 32 random bytes.
// Any number of processes may start at once; all of them get the same key.
//
// It refuses a file that others than its owner may read or write (Invalid,
// "master_key_exposed") and one that holds no key ("master_key"). It never
// replaces an existing file, whatever is in it, because the data under the old
// key would be lost. Failures of the disk are Unavailable, "master_key_file".
func LoadOrCreate(dir string) (*Keyring, error) {
	path := filepath.Join(dir, FileName)
	ring, err := load(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = create(dir, path); err != nil {
			return nil, err
		}
		ring, err = load(path)
	}
	return ring, err
}

// ParseMaster reads a master key as TILLWAY_MASTER_KEY has it: 32 bytes in hex
// or in base64 of either alphabet, padded or not, with space around it ignored.
// Anything else is Invalid, code "master_key"; the text is never repeated.
func ParseMaster(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	// 64 hex digits are base64 of 48 bytes, so the two spellings never collide.
	if master, err := hex.DecodeString(text); err == nil && len(master) == MasterSize {
		return master, nil
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	if master, err := base64.RawStdEncoding.Strict().DecodeString(plain); err == nil && len(master) == MasterSize {
		return master, nil
	}
	return nil, fault.New(fault.Invalid, "master_key", "The master key is not 32 bytes in base64 or hex").
		WithHint("Make one with: openssl rand -base64 32")
}

func load(path string) (*Keyring, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileFault("The master key cannot be read", err)
	}
	defer file.Close()
	// The mode is asked of the open file, so that it is the one that is read.
	info, err := file.Stat()
	if err != nil {
		return nil, fileFault("The master key cannot be read", err)
	}
	if !info.Mode().IsRegular() || exposed(info.Mode()) {
		return nil, fault.New(fault.Invalid, "master_key_exposed",
			fmt.Sprintf("The master key %s is open to others (mode %v)", path, info.Mode())).
			WithHint("Run: chmod 600 " + path)
	}
	const longest = 4 << 10
	text, err := io.ReadAll(io.LimitReader(file, longest))
	if err != nil {
		return nil, fileFault("The master key cannot be read", err)
	}
	master, err := ParseMaster(string(text))
	if err != nil {
		return nil, fault.From(err).WithCause(errors.New("file " + path)).
			WithHint("Restore " + path + " from your own copy; the sealed data cannot be read without it.")
	}
	return NewKeyring(master)
}

// exposed reports whether others than the owner may read or write the file.
// Windows does not say so in the mode; there the directory's own list of who
// may do what protects the file.
func exposed(mode fs.FileMode) bool {
	const others = 0o077
	return runtime.GOOS != "windows" && mode.Perm()&others != 0
}

// create writes a whole key under a name of its own and then links it to path,
// which fails if path exists. A plain O_EXCL on path would let a second process
// read the file while it is still empty, and a crash would leave it so.
func create(dir, path string) error {
	draft := filepath.Join(dir, "."+FileName+"-"+rand.Text())
	if err := writeKey(draft); err != nil {
		return err
	}
	err := os.Link(draft, path)
	if removed := os.Remove(draft); removed != nil {
		return fileFault("The draft of the master key cannot be removed", removed)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was first; its key is the key
	}
	if err != nil {
		return fileFault("The master key cannot be put in place", err)
	}
	return syncDir(dir)
}

func writeKey(path string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fileFault("The master key cannot be written", err)
	}
	defer func() {
		if err != nil {
			err = fileFault("The master key cannot be written", err)
		}
	}()
	defer func() { err = errors.Join(err, file.Close()) }()
	var master [MasterSize]byte
	rand.Read(master[:]) // never fails; the process ends instead
	if _, err := file.WriteString(base64.StdEncoding.EncodeToString(master[:]) + "\n"); err != nil {
		return err
	}
	return file.Sync()
}

// syncDir makes the new name durable: data sealed under a key whose file is
// lost in a power cut would be lost too. Windows makes names durable by itself
// and refuses to be asked.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	opened, err := os.Open(dir)
	if err != nil {
		return fileFault("The data directory cannot be opened", err)
	}
	defer opened.Close()
	if err := opened.Sync(); err != nil {
		return fileFault("The data directory cannot be synced", err)
	}
	return nil
}

func fileFault(message string, cause error) error {
	return fault.New(fault.Unavailable, "master_key_file", message).WithCause(cause)
}
