package webhook

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"time"
)

// PancakeScheme is RSA over "<t>.<body>" (spec/pancake.md §10.2).
const PancakeScheme Scheme = "pancake"

// PancakeHeader carries Pancake's signature.
const PancakeHeader = "X-Waffo-Signature"

// PancakeSigner signs with RSA-2048, PKCS #1 v1.5 and SHA-256. The header holds
// one signature, so only the newest key signs.
type PancakeSigner struct{}

// Scheme returns PancakeScheme.
func (PancakeSigner) Scheme() Scheme { return PancakeScheme }

// SignsTogether reports that there is room for one signature.
func (PancakeSigner) SignsTogether() bool { return false }

// Sign returns X-Waffo-Signature: t=<unix milliseconds>,v1=<standard base64>.
func (PancakeSigner) Sign(message Signed, keys []Key, at time.Time) ([]Header, error) {
	if len(keys) == 0 || keys[0].rsa == nil {
		return nil, errors.New("webhook: the pancake scheme needs an RSA key")
	}
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	hash := sha256.New()
	hash.Write([]byte(stamp + "."))
	hash.Write(message.Body)
	// PKCS #1 v1.5 is deterministic: the random source is unused and may be nil.
	signature, err := rsa.SignPKCS1v15(nil, keys[0].rsa, crypto.SHA256, hash.Sum(nil))
	if err != nil {
		return nil, err
	}
	value := "t=" + stamp + ",v1=" + base64.StdEncoding.EncodeToString(signature)
	return []Header{{Name: PancakeHeader, Value: value}}, nil
}
