//go:build !unix

package sqldbtest

import (
	"errors"
	"syscall"
)

// account is not supported here: the tests on PostgreSQL need a unix.
type account struct{ tempDir string }

func serverAccount() (account, error) {
	return account{}, errors.New("the tests on PostgreSQL run on unix only")
}

func (account) own(string) error { return nil }

func (account) attributes() *syscall.SysProcAttr { return nil }
