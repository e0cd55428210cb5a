//go:build !unix

package egress

// readable cannot be asked here without reading. A connection that has ended is
// found out by the request, which is then repeated on a new one.
func readable(uintptr) bool { return false }
