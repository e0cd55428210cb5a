package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"

	"tillway/internal/fault"
)

// classifyError says why no answer came, in one word and in a sentence for the
// merchant. The sentence never quotes an error of the operating system, which
// could tell what listens inside. answered says that at least one byte came
// back.
func classifyError(err error, answered bool) (Class, string) {
	var refused *fault.Error
	var netErr net.Error
	var dns *net.DNSError
	var dial *net.OpError
	switch {
	case errors.As(err, &refused):
		return Refused, refused.Message
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return Timeout, "No complete answer within the time limit."
	case errors.As(err, &dns):
		return Resolve, "The host name does not resolve."
	case isTLS(err):
		return TLS, "No trusted TLS connection: " + tlsReason(err)
	case errors.As(err, &dial) && dial.Op == "dial":
		return Connect, "The host does not accept connections."
	case !answered, isBroken(err):
		return Broken, "The connection was closed before an answer came."
	default:
		return BadResponse, "The answer is not a valid HTTP response."
	}
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &alert)
}

func tlsReason(err error) string {
	var expired x509.CertificateInvalidError
	var hostname x509.HostnameError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &hostname):
		return "the certificate is for another name."
	case errors.As(err, &authority):
		return "the certificate's authority is unknown."
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		return "the certificate has expired or is not yet valid."
	default:
		return "the handshake failed."
	}
}

func isBroken(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE)
}

// Verdict judges a 2xx answer by the destination's own rule. It returns why the
// destination did not accept, in words for the merchant, or "" when it did.
type Verdict func(status int, body []byte) (refusal string)

// classifyStatus says whether a status means acceptance: any 2xx does
// (spec/pancake.md §10.2).
func classifyStatus(status int) (Class, string) {
	switch {
	case status >= 200 && status < 300:
		return "", ""
	case status >= 300 && status < 400:
		return Redirect, "The receiver answered " + statusText(status) + "; redirects are not followed."
	default:
		return Status, "The receiver answered " + statusText(status) + "."
	}
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
