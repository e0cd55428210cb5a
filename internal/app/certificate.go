package app

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"tillway/internal/fault"
)

// certificateLook is how often the files are looked at, at most. A renewed
// certificate is served this long after its files changed.
const certificateLook = 10 * time.Second

// certificate is the server's own, read again when its files have changed, so
// that renewing it needs neither a restart nor a signal.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	seen   [2]stamp // of the files when they were last read, well or not
	looked time.Time
}

// stamp tells one content of a file from another.
type stamp struct {
	changed time.Time
	size    int64
}

// loadCertificate reads the files.
// Errors: Invalid "tls".
func loadCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, now: time.Now}
	c.seen, c.looked = c.stamps(), c.now()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fault.Invalidf("--tls-cert", "tls", "The certificate and its key cannot be used").
			WithHint("Both are PEM files; the key belongs to the first certificate of the chain").WithCause(err)
	}
	c.pair = &pair
	return c, nil
}

// config serves TLS with whatever the files hold.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

// get is called once per handshake. Files that cannot be used, such as a new
// certificate beside the old key, leave the last good pair in place until they
// change again.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.looked) < certificateLook {
		return c.pair, nil
	}
	c.looked = now
	found := c.stamps()
	if found == c.seen {
		return c.pair, nil
	}
	c.seen = found
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		c.log.Error("the changed certificate cannot be used; the last good one is served", "file", c.certFile, "error", err)
		return c.pair, nil
	}
	c.pair = &pair
	c.log.Info("certificate read again", "file", c.certFile, "until", pair.Leaf.NotAfter)
	return c.pair, nil
}

func (c *certificate) stamps() (found [2]stamp) {
	for i, name := range []string{c.certFile, c.keyFile} {
		// A file that is away for a moment has a stamp of its own.
		if info, err := os.Stat(name); err == nil {
			found[i] = stamp{changed: info.ModTime(), size: info.Size()}
		}
	}
	return found
}
