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
	"os"
	"path/filepath"
	"strings"

	"tillway/internal/fault"
)

// maxText bounds what is read of the manifest and of the sums, in bytes.
const maxText = 64 << 10

// Unpack reads an archive and puts the named files, all of them and no others,
// into a directory where none of them exists yet. What is there after an error
// is worth nothing.
// Errors: NotFound "no_backup", Invalid "backup_damaged", State "backup_newer",
// Unavailable "backup_file", and the context's.
func Unpack(ctx context.Context, path, dir string, names []string, progress Progress) (m Manifest, err error) {
	u, closeIt, err := open(ctx, path, progress)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, closeIt()) }()
	if m, err = u.manifest(); err != nil {
		return Manifest{}, err
	}
	var sums strings.Builder
	for _, name := range names {
		sum, err := u.file(name, filepath.Join(dir, name))
		if err != nil {
			return Manifest{}, err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, name)
	}
	written, err := u.text(sumsName)
	if err != nil {
		return Manifest{}, err
	}
	if string(written) != sums.String() {
		return Manifest{}, damaged(path, "its files do not have the sums that were written down")
	}
	return m, nil
}

// Look reads no more of an archive than its manifest. Errors: those of Unpack.
func Look(ctx context.Context, path string) (m Manifest, err error) {
	u, closeIt, err := open(ctx, path, nil)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, closeIt()) }()
	return u.manifest()
}

func open(ctx context.Context, path string, progress Progress) (*unpacking, func() error, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.New(fault.NotFound, "no_backup", "The backup "+path+" cannot be read").
			WithHint("Name a file that tillway backup has made").WithCause(err)
	}
	info, err := in.Stat()
	if err != nil {
		return nil, nil, errors.Join(fileFault("The backup "+path+" cannot be read", err), in.Close())
	}
	return &unpacking{path: path, archive: tar.NewReader(in), meter: meter{ctx: ctx, tell: progress, total: info.Size()}}, in.Close, nil
}

// unpacking is one archive on its way to the disk.
type unpacking struct {
	path    string
	archive *tar.Reader
	meter   meter
}

func (u *unpacking) manifest() (m Manifest, err error) {
	text, err := u.text(manifestName)
	if err != nil {
		return Manifest{}, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, damaged(u.path, "its manifest cannot be read").WithCause(err)
	}
	if m.Format > Format {
		return Manifest{}, fault.New(fault.State, "backup_newer", "The backup "+u.path+" was made by a newer Tillway, "+m.Program).
			WithHint("Restore it with that version or a later one")
	}
	return m, nil
}

// next goes to the member that must come now.
func (u *unpacking) next(name string) (size int64, err error) {
	header, err := u.archive.Next()
	switch {
	case errors.Is(err, io.EOF):
		return 0, damaged(u.path, name+" is missing")
	case err != nil:
		return 0, damaged(u.path, "it is no archive, or was cut off").WithCause(err)
	case header.Name != name || header.Typeflag != tar.TypeReg:
		return 0, damaged(u.path, fmt.Sprintf("it holds %q where %s belongs", header.Name, name))
	}
	return header.Size, nil
}

func (u *unpacking) text(name string) ([]byte, error) {
	size, err := u.next(name)
	if err != nil {
		return nil, err
	}
	if size > maxText {
		return nil, damaged(u.path, name+" is too long")
	}
	text, err := io.ReadAll(u.archive)
	if err != nil {
		return nil, damaged(u.path, "it was cut off").WithCause(err)
	}
	return text, nil
}

func (u *unpacking) file(name, into string) (sum string, err error) {
	if _, err := u.next(name); err != nil {
		return "", err
	}
	out, err := os.OpenFile(into, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fileFault("The file "+into+" cannot be made", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	hash := sha256.New()
	read := &reader{from: u.archive}
	if _, err := io.Copy(io.MultiWriter(out, hash, &u.meter), read); err != nil {
		if read.err != nil {
			return "", damaged(u.path, "it was cut off").WithCause(err)
		}
		if u.meter.ctx.Err() != nil {
			return "", u.meter.ctx.Err()
		}
		return "", fileFault("The file "+into+" cannot be written", err)
	}
	if err := out.Sync(); err != nil {
		return "", fileFault("The file "+into+" cannot be written", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// reader remembers that it failed, which io.Copy does not tell from a failed
// write.
type reader struct {
	from io.Reader
	err  error
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
