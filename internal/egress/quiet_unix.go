//go:build unix

package egress

import "golang.org/x/sys/unix"

// readable reports whether something has arrived on the socket: bytes, its end
// or an error.
func readable(fd uintptr) bool {
	polled := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(polled[:], 0)
	return n > 0 && err == nil
}
