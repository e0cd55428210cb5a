package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"tillway/internal/fault"
	"tillway/internal/seal"
	"tillway/internal/store"
)

// checkDir looks whether others than the server's user can reach the files.
func (d *doctor) checkDir() {
	const check = "data directory"
	dir := d.cfg.Dir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.warn(check, dir+" does not exist yet", "Make it with: tillway setup --data "+dir+" --email you@example.com; or name the right one with --data")
		return
	case err != nil || !info.IsDir():
		d.fail(check, dir+" is not a directory that this user can read", "Name the right one with --data, and run this as the user that the server runs as")
		return
	}
	if runtime.GOOS == "windows" { // who may read a file is not in its mode there
		d.ok(check, dir)
		return
	}
	const others = 0o077
	if info.Mode().Perm()&others != 0 {
		d.warn(check, fmt.Sprintf("%s is open to others (mode %v)", dir, info.Mode().Perm()), "Run: chmod 700 "+dir)
		return
	}
	for _, pattern := range []string{mainFile + "*", bookFile + "*", socketName} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is a constant
		for _, name := range found {
			if info, err := os.Stat(name); err == nil && info.Mode().Perm()&others != 0 {
				d.warn(check, fmt.Sprintf("%s is open to others (mode %v)", name, info.Mode().Perm()), "Run: chmod 600 "+name)
				return
			}
		}
	}
	d.ok(check, dir+" belongs to its user alone")
}

// Bounds of a healthy disk.
const (
	lowSpace  = 2 << 30
	noSpace   = 200 << 20
	slowSync  = 20 * time.Millisecond
	syncTries = 9
)

// checkDisk looks at the room that is left and at how long a durable write
// takes: every commit waits for one.
func (d *doctor) checkDisk() {
	const check = "disk"
	dir := d.cfg.Dir
	if _, err := os.Stat(dir); err != nil {
		return // said by checkDir
	}
	free, err := freeSpace(dir)
	const mega = 1 << 20
	switch {
	case err != nil:
		d.warn(check, "the free space of "+dir+" cannot be read: "+err.Error(), "Look at it with: df -h "+dir)
	case free < noSpace:
		d.fail(check, fmt.Sprintf("only %d MB are free on the disk of %s", free/mega, dir), "Make room; a full disk stops sales")
	case free < lowSpace:
		d.warn(check, fmt.Sprintf("%d MB are free on the disk of %s", free/mega, dir), "Make room; a backup needs as much free space as the data takes")
	default:
		d.ok(check, fmt.Sprintf("%d MB are free", free/mega))
	}

	const checkSync = "durable write"
	took, err := measureSync(dir)
	switch {
	case err != nil:
		d.fail(checkSync, "a file in "+dir+" cannot be written and synced: "+err.Error(), "Run this as the user that the server runs as; the directory must be on a local disk and belong to that user")
	case took > slowSync:
		d.warn(checkSync, fmt.Sprintf("the disk takes %v for one", took.Round(time.Millisecond)), "Every sale waits for a few: use a local SSD, and no network file system")
	default:
		d.ok(checkSync, fmt.Sprintf("the disk takes %v for one", took.Round(10*time.Microsecond)))
	}
}

// measureSync is the median time to append and sync a page in a directory.
func measureSync(dir string) (took time.Duration, err error) {
	file, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	times := make([]time.Duration, 0, syncTries)
	page := make([]byte, 4<<10)
	for range syncTries {
		started := time.Now()
		if _, err := file.Write(page); err != nil {
			return 0, err
		}
		if err := file.Sync(); err != nil {
			return 0, err
		}
		times = append(times, time.Since(started))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// checkData looks at the version of the data and tries the master key on it.
func (d *doctor) checkData(ctx context.Context) {
	const check = "data"
	opened, err := openDataToRead(ctx, d.cfg.Data, d.cfg.Log)
	switch {
	case fault.CodeOf(err) == codeNoData:
		d.warn(check, fault.From(err).Message, "Make it with: tillway setup --email you@example.com, or tillway serve")
		return
	case fault.CodeOf(err) == codeDataOlder:
		d.warn(check, fault.From(err).Message, "Run: tillway migrate (it makes a backup first), or start the server, which does the same")
		return
	case err != nil:
		d.fault(check, err)
		return
	}
	d.ok(check, "is of this program's version")
	d.checkKey(ctx, opened)
	if err := opened.close(); err != nil {
		d.fault(check, err)
	}
}

func (d *doctor) checkKey(ctx context.Context, opened *data) {
	const check = "master key"
	from := "TILLWAY_MASTER_KEY"
	keys, err := masterKey(d.cfg.Data, func() (*seal.Keyring, error) {
		if d.cfg.Postgres() {
			return nil, noMasterKey()
		}
		from = filepath.Join(d.cfg.Dir, seal.FileName)
		return existingKey(d.cfg.Dir)
	})
	if err == nil {
		err = store.TryMaster(ctx, opened.main, keys)
	}
	if err != nil {
		d.fault(check, err)
		return
	}
	d.ok(check, from+" opens the data; keep a copy of it apart from the backups")
}
