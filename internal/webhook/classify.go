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

// Failure words the error of a Client for a person, as an attempt's class and
// reason do.
func Failure(err error) (Class, string) { return classifyError(err, false) }

// classifyError says why no answer came, in one word and in a sentence for the
// merchant. The sentence never quotes an error of the operating system, which
// could tell what listens inside. answered says that at least one byte came
// back.
func classifyError(err error, answered bool) (Class, string) {
	var reported *Reported
	var refused *fault.Error
	var netErr net.Error
	var dns *net.DNSError
	var dial *net.OpError
	var handshake interface{ Handshake() }
	var malformed interface{ Malformed() string }
	dialling := errors.As(err, &dial) && dial.Op == "dial"
	resolving := errors.As(err, &dns)
	switch {
	case errors.As(err, &reported):
		return reported.Class, reported.Reason
	case errors.As(err, &refused):
		return Refused, refused.Message
	case errors.As(err, &malformed):
		return BadResponse, "The answer is not valid: " + malformed.Malformed() + "."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return Timeout, timeoutReason(resolving, dialling, errors.As(err, &handshake))
	case resolving:
		return Resolve, "The host name does not resolve."
	case isTLS(err), errors.As(err, &handshake):
		return TLS, "No trusted TLS connection: " + tlsReason(err)
	case dialling:
		return Connect, "The host does not accept connections."
	case !answered, isBroken(err):
		return Broken, "The connection was closed before an answer came."
	default:
		return BadResponse, "The answer is not a valid HTTP response."
	}
}

func timeoutReason(resolving, dialling, handshake bool) string {
	switch {
	case resolving:
		return "The host name did not resolve within the time limit."
	case dialling:
		return "No connection within the time limit."
	case handshake:
		return "No TLS connection within the time limit."
	default:
		return "No complete answer within the time limit."
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
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &hostname):
		return "the certificate is for another name."
	case errors.As(err, &authority):
		return "the certificate's authority is unknown."
	case errors.As(err, &expired) && expired.Reason == x509.Expired:
		return "the certificate has expired or is not yet valid."
	case errors.As(err, &record):
		return "the receiver does not speak TLS on this port."
	case isBroken(err):
		return "the receiver hung up."
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
