package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"tillway/internal/id"
)

// StandardScheme is Standard Webhooks 1.0.0 (spec/webhook-engine.md §3).
const StandardScheme Scheme = "standard"

// Headers of Standard Webhooks.
const (
	StandardID        = "Webhook-Id"
	StandardTimestamp = "Webhook-Timestamp"
	StandardSignature = "Webhook-Signature"
)

// StandardSigner signs "<id>.<unix seconds>.<body>" with HMAC-SHA256 (v1) or
// ed25519 (v1a), once for each key.
type StandardSigner struct{}

// Scheme returns StandardScheme.
func (StandardSigner) Scheme() Scheme { return StandardScheme }

// SignsTogether reports that a request carries several signatures.
func (StandardSigner) SignsTogether() bool { return true }

// Sign returns webhook-id, webhook-timestamp and webhook-signature, whose
// signatures are separated by spaces.
func (StandardSigner) Sign(message Signed, keys []Key, at time.Time) ([]Header, error) {
	if len(keys) == 0 {
		return nil, errors.New("webhook: the standard scheme needs a key")
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	prefix := string(message.ID) + "." + stamp + "."
	var signatures strings.Builder
	for i, key := range keys {
		if i > 0 {
			signatures.WriteByte(' ')
		}
		version, signature, err := key.signStandard(prefix, message.Body)
		if err != nil {
			return nil, err
		}
		signatures.WriteString(version)
		signatures.WriteString(base64.StdEncoding.EncodeToString(signature))
	}
	return []Header{
		{Name: StandardID, Value: string(message.ID)},
		{Name: StandardTimestamp, Value: stamp},
		{Name: StandardSignature, Value: signatures.String()},
	}, nil
}

func (k Key) signStandard(prefix string, body []byte) (version string, signature []byte, err error) {
	switch {
	case k.hmac != nil:
		return "v1,", k.mac(prefix, body), nil
	case k.ed25519 != nil:
		return "v1a,", ed25519.Sign(k.ed25519, append([]byte(prefix), body...)), nil
	default:
		return "", nil, errors.New("webhook: the standard scheme needs an HMAC or ed25519 key")
	}
}

// ParseStandardKey reads a secret in the scheme's own notation: "whsec_" or
// nothing before the base64 of 24 to 64 bytes for HMAC, "whsk_" before the
// base64 of an ed25519 private key.
func ParseStandardKey(secret id.Secret) (Key, error) {
	text := secret.Reveal()
	private, isPrivate := strings.CutPrefix(text, "whsk_")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(private, "whsec_"))
	switch {
	case err != nil:
		return Key{}, errors.New("webhook: the secret is not base64")
	case isPrivate && len(raw) == ed25519.PrivateKeySize:
		return Ed25519Key(raw), nil
	case isPrivate:
		return Key{}, errors.New("webhook: an ed25519 private key has 64 bytes")
	case len(raw) < 24 || len(raw) > 64:
		return Key{}, errors.New("webhook: a secret has 24 to 64 bytes")
	default:
		return HMACKey(raw), nil
	}
}
