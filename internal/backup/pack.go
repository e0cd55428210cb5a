package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tillway/internal/fault"
)

// File is one file to be packed, under the name it has in the archive.
type File struct {
	Name string
	Path string
}

// Pack writes the archive and returns its size in bytes. Its name appears only
// when it is whole and on the disk; a file that exists is never replaced.
// Errors: Conflict "backup_exists", Unavailable "backup_file", and the context's.
func Pack(ctx context.Context, path string, manifest Manifest, files []File, progress Progress) (size int64, err error) {
	if err := Free(path); err != nil {
		return 0, err
	}
	partial := path + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fileFault("The leftover "+partial+" is in the way", err)
	}
	out, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, fileFault("The backup "+path+" cannot be written", err)
	}
	err = errors.Join(pack(ctx, out, manifest, files, progress), out.Sync())
	if info, statErr := out.Stat(); statErr == nil {
		size = info.Size()
	}
	err = errors.Join(err, out.Close())
	if err == nil {
		err = os.Rename(partial, path)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(path))
	}
	if err != nil {
		err = errors.Join(err, ignoreMissing(os.Remove(partial)))
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		return 0, fileFault("The backup "+path+" could not be written", err)
	}
	return size, nil
}

// Free checks that a backup can be given a name.
// Errors: Conflict "backup_exists".
func Free(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fault.New(fault.Conflict, "backup_exists", "The file "+path+" exists already").
			WithHint("Name another file; a backup never replaces one")
	}
	return nil
}

func pack(ctx context.Context, out io.Writer, manifest Manifest, files []File, progress Progress) error {
	manifest.Format = Format
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	archive := tar.NewWriter(out)
	if err := addText(archive, manifestName, string(text)+"\n", manifest.CreatedAt); err != nil {
		return err
	}
	meter := meter{ctx: ctx, tell: progress}
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err != nil {
			return err
		}
		meter.total += info.Size()
	}
	var sums strings.Builder
	for _, file := range files {
		sum, err := addFile(archive, file, manifest.CreatedAt, &meter)
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, file.Name)
	}
	return errors.Join(addText(archive, sumsName, sums.String(), manifest.CreatedAt), archive.Close())
}

func addText(archive *tar.Writer, name, text string, at time.Time) error {
	if err := archive.WriteHeader(header(name, int64(len(text)), at)); err != nil {
		return err
	}
	_, err := io.WriteString(archive, text)
	return err
}

func addFile(archive *tar.Writer, file File, at time.Time, meter *meter) (sum string, err error) {
	in, err := os.Open(file.Path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return "", err
	}
	if err := archive.WriteHeader(header(file.Name, info.Size(), at)); err != nil {
		return "", err
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(archive, hash, meter), in); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at, Format: tar.FormatPAX}
}

// meter counts what goes through it, and stops it when its context ends.
type meter struct {
	ctx         context.Context
	tell        Progress
	done, total int64
}

// Write implements io.Writer.
func (m *meter) Write(p []byte) (int, error) {
	m.done += int64(len(p))
	if m.tell != nil {
		m.tell(m.done, m.total)
	}
	return len(p), m.ctx.Err()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
