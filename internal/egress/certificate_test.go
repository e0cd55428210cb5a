package egress_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"runtime"
)

type tlsState = tls.ConnectionState

// tlsOf trusts the server's own certificate, which is for example.com.
func tlsOf(server *httptest.Server) *tls.Config {
	authorities := x509.NewCertPool()
	authorities.AddCert(server.Certificate())
	return &tls.Config{RootCAs: authorities}
}

func mustYield() { runtime.Gosched() }
