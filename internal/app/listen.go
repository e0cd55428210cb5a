package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"tillway/internal/fault"
)

// CodeAddressInUse is the code of the fault of New when another process
// listens on the address.
const CodeAddressInUse = "address_in_use"

// listen takes the address and settles the public URL.
// Errors: Unavailable "address_in_use", "listen"; Invalid "tls".
func (a *App) listen(ctx context.Context) error {
	if a.config.TLSCert != "" {
		// Read now, so that a wrong file is told before anything else happens.
		if _, err := tls.LoadX509KeyPair(a.config.TLSCert, a.config.TLSKey); err != nil {
			return fault.Invalidf("--tls-cert", "tls", "The certificate and its key cannot be used").
				WithHint("Both are PEM files; the key belongs to the first certificate of the chain").WithCause(err)
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.config.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fault.New(fault.Unavailable, CodeAddressInUse, "Another program listens on "+a.config.Listen).
			WithHint("Stop it, or choose another address with --listen").WithCause(err)
	}
	if err != nil {
		return fault.New(fault.Unavailable, "listen", "The address "+a.config.Listen+" cannot be listened on").
			WithHint("Choose another address with --listen, such as 127.0.0.1:8080").WithCause(err)
	}
	a.listener = listener
	a.url = a.config.PublicURL
	if a.url == "" {
		a.url = a.config.Scheme() + "://" + reachable(listener.Addr())
	}
	return nil
}

// reachable is how a browser on this host reaches a listening address: one
// that means every address of the host is reached by its loopback.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// isLoopback reports whether only this host reaches a listening address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// secure reports whether browsers reach the server by https.
func (a *App) secure() bool { return strings.HasPrefix(a.url, "https://") }

// Limits of one connection. A buyer's wait for a provider (8 s) fits into the
// answer's.
const (
	headerTime  = 10 * time.Second
	requestTime = 30 * time.Second
	answerTime  = 60 * time.Second
	idleTime    = 2 * time.Minute
	maxHeader   = 64 << 10
)

func (a *App) newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
}
