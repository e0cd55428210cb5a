package backup

import (
	"errors"
	"os"
	"runtime"
)

// SyncDir makes names that were made in a directory durable. Windows does that
// by itself and refuses to be asked.
func SyncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
