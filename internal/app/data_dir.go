package app

import (
	"os"
	"path/filepath"

	"tillway/internal/fault"
	"tillway/internal/store"
)

// The files of a data directory. The lock's is package store's, the master
// key's package seal's.
const (
	mainFile   = "tillway.db"
	bookFile   = "simulator.db"
	socketName = "tillway.sock"
)

// codeDataInUse is the code of the fault that a second owner of a data
// directory gets.
const codeDataInUse = "data_dir_locked"

// dataDir is a data directory that belongs to this process until it is closed.
type dataDir struct {
	path  string
	close func() error
}

// openDataDir makes the directory if need be and takes it.
// Errors: Unavailable "data_dir", and those of store.LockDir.
func openDataDir(path string) (*dataDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fault.New(fault.Unavailable, "data_dir", "The data directory "+path+" cannot be made").
			WithHint("Make it writable for this user, or name another with --data").WithCause(err)
	}
	release, err := store.LockDir(path)
	if err != nil {
		return nil, err
	}
	return &dataDir{path: path, close: release}, nil
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }
