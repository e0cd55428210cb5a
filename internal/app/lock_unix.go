//go:build unix

package app

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the file for this process without waiting. The lock ends with
// the process, however it ends.
func lockFile(file *os.File) (taken bool, err error) {
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
