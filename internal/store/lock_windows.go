package store

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// signatureOffset keeps the locked byte apart from the signature, which others
// must be able to read.
const signatureOffset = 1 << 20

// lockFile takes an exclusive lock on the open file without waiting.
func lockFile(file *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: signatureOffset})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
