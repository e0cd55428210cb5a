package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tillway/internal/fault"
)

// The files of a data directory. The master key's is package seal's.
const (
	mainFile   = "tillway.db"
	bookFile   = "simulator.db"
	lockName   = "tillway.lock"
	socketName = "tillway.sock"
)

// dataDir is a data directory that belongs to this process until it is closed.
type dataDir struct {
	path string
	lock *os.File
}

// codeDataInUse is the answer to a second owner of a data directory.
const codeDataInUse = "data_in_use"

// openDataDir makes the directory if need be and takes it.
// Errors: State "data_in_use", Unavailable "data_dir".
func openDataDir(path string) (*dataDir, error) {
	unusable := func(err error) error {
		return fault.New(fault.Unavailable, "data_dir", "The data directory "+path+" cannot be used").
			WithHint("Make it writable for this user, or name another with --data").WithCause(err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, unusable(err)
	}
	file, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(err)
	}
	taken, err := lockFile(file)
	if err == nil && !taken {
		err = inUse(path, file)
	} else if err != nil {
		err = unusable(err)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// Who holds it is told to whoever comes second. Only the lock counts, so a
	// failure here is none.
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &dataDir{path: path, lock: file}, nil
}

func inUse(path string, file *os.File) error {
	holder := "another process"
	const longestPID = 20
	if text, err := io.ReadAll(io.LimitReader(file, longestPID)); err == nil && len(text) > 0 {
		holder = "process " + strings.TrimSpace(string(text))
	}
	return fault.New(fault.State, codeDataInUse, fmt.Sprintf("The data directory %s is in use by %s", path, holder)).
		WithHint("Stop that one first, or name another directory with --data")
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

// close gives the directory back.
func (d *dataDir) close() error { return d.lock.Close() }
