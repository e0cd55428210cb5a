package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tillway/internal/fault"
)

// mustCertify writes a certificate for localhost with a serial number, and its
// key.
func mustCertify(t *testing.T, certFile, keyFile string, serial int64, until time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: until.Add(-1000 * time.Hour), NotAfter: until, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		// Two writes may come within one tick of the file system's clock.
		at := time.Unix(1_700_000_000+serial, 0)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificateIsReadAgainWhenItsFilesChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	until := time.Now().Add(time.Hour)
	mustCertify(t, certFile, keyFile, 1, until)
	c, err := loadCertificate(certFile, keyFile, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c.now = func() time.Time { return now }
	serves := func(want int64, when string) {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := pair.Leaf.SerialNumber.Int64(); got != want {
			t.Errorf("%s the certificate is number %d, want %d", when, got, want)
		}
	}
	now = now.Add(time.Hour)
	serves(1, "while nothing changed")

	mustCertify(t, certFile, keyFile, 2, until)
	serves(1, "before the files are looked at again")
	now = now.Add(2 * certificateLook)
	serves(2, "after they changed")

	mustCertify(t, certFile, filepath.Join(dir, "other.pem"), 3, until) // its key comes later
	now = now.Add(2 * certificateLook)
	serves(2, "while certificate and key do not match")
	if err := os.Rename(filepath.Join(dir, "other.pem"), keyFile); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * certificateLook)
	serves(3, "once they match")

	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * certificateLook)
	serves(3, "while a file is away")
}

func TestACertificateThatCannotBeUsedIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loadCertificate(file, file, slog.New(slog.DiscardHandler))
	if !fault.Is(err, fault.Invalid) || fault.From(err).Field != "--tls-cert" || fault.From(err).Hint == "" {
		t.Errorf("error %v, want one that names the flag and the remedy", err)
	}
}
