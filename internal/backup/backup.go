// Package backup writes and reads the file that `tillway backup` makes: a plain
// tar archive of a manifest, the copied files, and their SHA-256 sums, so that
// it can be looked into and checked with tools that every host has.
//
// It knows files by name and may not know what is in them. In particular it
// never meets the master key, which belongs in no backup (DESIGN §3 rule 16).
package backup

import (
	"time"

	"tillway/internal/fault"
)

// Format is the version of the archive's layout that this package writes.
const Format = 1

// The members of the archive beside the copied files: the manifest comes
// first, the sums last, so that an archive that was cut off is never whole.
const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
)

// Manifest says what an archive holds.
type Manifest struct {
	Format    int              `json:"format"`
	Program   string           `json:"program"` // version of the program that wrote it
	CreatedAt time.Time        `json:"createdAt"`
	Versions  map[string]int64 `json:"versions"` // of each copied database, by its name
}

// Progress is told how many bytes of the files have been written, of how many.
type Progress func(done, total int64)

func damaged(path, what string) *fault.Error {
	return fault.New(fault.Invalid, "backup_damaged", "The backup "+path+" is damaged: "+what).
		WithHint("Fetch it again from where it is kept, or use another one")
}

func fileFault(message string, cause error) *fault.Error {
	return fault.New(fault.Unavailable, "backup_file", message).
		WithHint("The directory must be on a disk with room left, and writable for this user").WithCause(cause)
}
