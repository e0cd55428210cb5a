package webhook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// DiddoScheme is HMAC-SHA256 with the subscription's secret (spec/diddo.md §3).
const DiddoScheme Scheme = "diddo"

// DiddoTimestamp tells when a request was signed, also beside a signature that
// does not cover the time.
const DiddoTimestamp = "X-Diddo-Timestamp"

// DiddoDelivery names the attempt: a UUID that no other attempt has
// (spec/diddo.md §3).
const DiddoDelivery = "X-Diddo-Delivery"

// DiddoMode says what a Diddo signature covers.
type DiddoMode string

// The modes of the diddo scheme.
const (
	DiddoStamped DiddoMode = "stamped" // t=<unix seconds>,v1=<hex> over "<t>.<body>"
	DiddoRaw     DiddoMode = "raw"     // <hex> over the body alone
)

// DiddoConfig names what the original does not publish, so that an
// installation can follow it once it is known.
type DiddoConfig struct {
	Header string    // X-Diddo-Signature when empty
	Mode   DiddoMode // DiddoStamped when empty
}

// DiddoSigner signs as its configuration says.
type DiddoSigner struct{ config DiddoConfig }

// NewDiddoSigner makes a signer. It refuses a header name that HTTP does not
// allow or that says something else already, and a mode that does not exist.
func NewDiddoSigner(config DiddoConfig) (DiddoSigner, error) {
	config.Header = textproto.CanonicalMIMEHeaderKey(cmp.Or(config.Header, "X-Diddo-Signature"))
	config.Mode = cmp.Or(config.Mode, DiddoStamped)
	if strings.Trim(config.Header, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return DiddoSigner{}, fmt.Errorf("webhook: %q cannot be the name of a header", config.Header)
	}
	if reserved(config.Header) || tells(config.Header) || slices.Contains([]string{DiddoTimestamp, DiddoDelivery, "User-Agent"}, config.Header) {
		return DiddoSigner{}, fmt.Errorf("webhook: %s says something else of a request", config.Header)
	}
	if config.Mode != DiddoStamped && config.Mode != DiddoRaw {
		return DiddoSigner{}, fmt.Errorf("webhook: diddo's mode is %s or %s, not %q", DiddoStamped, DiddoRaw, config.Mode)
	}
	return DiddoSigner{config}, nil
}

// Scheme returns DiddoScheme.
func (DiddoSigner) Scheme() Scheme { return DiddoScheme }

// SignsTogether reports whether there is room for several signatures, which
// only a stamped one has.
func (s DiddoSigner) SignsTogether() bool { return s.config.Mode != DiddoRaw }

// Sign returns X-Diddo-Delivery, X-Diddo-Timestamp and X-Diddo-Signature. A
// stamped one carries a v1 of every key, newest first; a raw one has room for
// the first key's alone.
func (s DiddoSigner) Sign(message Signed, keys []Key, at time.Time) ([]Header, error) {
	if len(keys) == 0 {
		return nil, errors.New("webhook: the diddo scheme needs a key")
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	prefix, value := stamp+".", "t="+stamp
	if !s.SignsTogether() {
		prefix, keys = "", keys[:1]
	}
	for _, key := range keys {
		if len(key.hmac) == 0 {
			return nil, errors.New("webhook: the diddo scheme needs HMAC keys")
		}
		signature := hex.EncodeToString(key.mac(prefix, message.Body))
		if !s.SignsTogether() {
			value = signature
			break
		}
		value += ",v1=" + signature
	}
	return []Header{
		{Name: DiddoDelivery, Value: attemptID(message)}, {Name: DiddoTimestamp, Value: stamp}, {Name: s.config.Header, Value: value},
	}, nil
}

// attemptID is derived from the delivery and the number of the attempt, so that
// the log, which knows both, can find it again.
func attemptID(message Signed) string {
	return uuid.NewHash(sha256.New(), uuid.Nil, []byte(string(message.ID)+"/"+strconv.Itoa(message.Attempt)), 8).String()
}
