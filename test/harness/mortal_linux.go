package harness

import "syscall"

// mortal makes the kernel end a program when this process ends, so that a
// panic, a time-out or a kill of the tests leaves no server behind.
func mortal() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
