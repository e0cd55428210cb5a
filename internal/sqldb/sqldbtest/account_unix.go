//go:build unix

package sqldbtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that the server runs as: PostgreSQL refuses root.
type account struct {
	tempDir    string
	credential *syscall.Credential // nil for the user of this process
}

// serverAccount is this process's user, or, for root, one without rights.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{tempDir: os.TempDir()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("user %s: %w", name, err)
		}
		// A temporary directory of root's own may be closed to this user.
		return account{tempDir: "/tmp", credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("root cannot run PostgreSQL and there is no user postgres or nobody: run `make deps`")
}

// own hands a directory to the account.
func (a account) own(dir string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(dir, int(a.credential.Uid), int(a.credential.Gid))
}

// attributes run a program as the account, out of reach of the terminal's
// signals: an interrupt ends the tests, and their end the server.
func (a account) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential, Setsid: true}
}
