package webhook

import (
	"encoding/hex"
	"errors"
	"time"
)

// WaylScheme is HMAC-SHA256 over the body alone (spec/wayl.md §6).
const WaylScheme Scheme = "wayl"

// WaylHeader carries Wayl's signature.
const WaylHeader = "X-Wayl-Signature-256"

// WaylSigner signs the raw body. The header holds one signature, so only the
// first key signs; nothing in it is fresh, so every attempt bears the same.
type WaylSigner struct{}

// Scheme returns WaylScheme.
func (WaylSigner) Scheme() Scheme { return WaylScheme }

// SignsTogether reports that there is room for one signature.
func (WaylSigner) SignsTogether() bool { return false }

// Sign returns x-wayl-signature-256: <lower-case hex>.
func (WaylSigner) Sign(message Signed, keys []Key, _ time.Time) ([]Header, error) {
	if len(keys) == 0 || len(keys[0].hmac) == 0 {
		return nil, errors.New("webhook: the wayl scheme needs an HMAC key")
	}
	return []Header{{Name: WaylHeader, Value: hex.EncodeToString(keys[0].mac("", message.Body))}}, nil
}
