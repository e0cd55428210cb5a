package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tillway/internal/fault"
)

// LockName is the file in the data directory that its holder has locked. It
// stays behind when the lock is released: removing it would let two processes
// hold locks on two files of that name.
const LockName = "tillway.lock"

// errLocked is what lockFile returns when another holds the lock.
var errLocked = errors.New("locked by another process")

// LockDir takes the data directory for this process; the kernel gives it back
// when the process ends, however it ends. A second holder gets a fault of kind
// State and code "data_dir_locked" that names the directory and, where it is
// known, the process that has it. A second call of release does nothing.
func LockDir(dir string) (release func() error, err error) {
	path := filepath.Join(dir, LockName)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.New(fault.State, "data_dir_unusable",
			fmt.Sprintf("The data directory %s cannot be used.", dir)).
			WithHint("Make it and let this user write to it, or name another with --data.").WithCause(err)
	}
	if err := lockFile(file); err != nil {
		holder := holderOf(path)
		file.Close()
		if errors.Is(err, errLocked) {
			return nil, lockedFault(dir, holder)
		}
		return nil, fmt.Errorf("store: lock %s: %w", path, err)
	}
	if err := signLock(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("store: lock %s: %w", path, err)
	}
	return func() error {
		err := file.Close() // which also unlocks
		if errors.Is(err, os.ErrClosed) {
			return nil
		}
		return err
	}, nil
}

func lockedFault(dir string, holder int) error {
	by := "another process"
	if holder > 0 {
		by = fmt.Sprintf("process %d", holder)
	}
	return fault.New(fault.State, "data_dir_locked", fmt.Sprintf("The data directory %s is in use by %s.", dir, by)).
		WithHint("Stop the Tillway that runs there, or name another directory with --data.")
}

// signLock writes down who holds the lock, for the message of the next.
func signLock(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holderOf is the process that signed the lock, or 0 when it cannot be read.
func holderOf(path string) int {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0
	}
	return pid
}
