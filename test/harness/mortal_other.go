//go:build !linux

package harness

import "syscall"

// mortal is nothing where the kernel offers nothing: there a server that is
// left behind by a killed test is ended by hand.
func mortal() *syscall.SysProcAttr { return nil }
