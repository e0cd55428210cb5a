package harness

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The ports a server may get lie below those that the system gives to outgoing
// connections. There a client that dials a dead server's port could be given
// that very port, reach itself, and keep the restarted server from it.
const (
	firstPort = 20000
	lastPort  = 32000
)

// freePort finds an address that nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(firstPort+rand.IntN(lastPort-firstPort)))
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			continue
		}
		if err := listener.Close(); err == nil {
			return address
		}
	}
	t.Fatal("harness: no free port")
	return ""
}
