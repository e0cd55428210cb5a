package harness

import (
	"os/exec"
	"syscall"
)

// Mortal makes the kernel end a program when this process ends, so that a
// panic, a time-out or a kill of the tests leaves nothing behind.
func Mortal(command *exec.Cmd) *exec.Cmd {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}
