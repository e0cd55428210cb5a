//go:build !unix

package app

import (
	"errors"
	"os"
)

// lockFile is not known for this system; use PostgreSQL there.
func lockFile(*os.File) (bool, error) {
	return false, errors.New("data directories are supported on unix only")
}
