package app

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"tillway/internal/fault"
)

// longestSocket is how long the path of a unix socket may be on every unix.
const longestSocket = 103

// listenForCommands opens the socket in the data directory, through which
// commands reach this server while it holds the data. Only the server's own
// user may open it. There is none on PostgreSQL, where commands write
// themselves.
func (a *App) listenForCommands(ctx context.Context) error {
	if a.data.dir == nil {
		return nil
	}
	path := a.data.dir.file(socketName)
	if len(path) > longestSocket {
		return fault.New(fault.Invalid, "data_path_too_long", "The path of the data directory is too long for a socket: "+path).
			WithHint("Use a directory whose path has less than 90 characters")
	}
	// A socket that a crash left behind: the directory's lock says that nobody
	// listens on it.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return socketFault(path, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return socketFault(path, err)
	}
	a.socket = listener
	// Until here the directory's own mode, 0700, keeps others out.
	if err := os.Chmod(path, 0o600); err != nil {
		return socketFault(path, err)
	}
	return nil
}

func socketFault(path string, cause error) error {
	return fault.New(fault.Unavailable, "socket", "The socket "+path+" cannot be opened").
		WithHint("The data directory must be on a local disk and belong to this user").WithCause(cause)
}

// dialSocket connects to the server of a data directory.
func dialSocket(ctx context.Context, dir string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, socketName))
}
