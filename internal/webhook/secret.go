package webhook

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// SecretSchemes are the schemes whose key is a secret of the endpoint's own.
func SecretSchemes() []Scheme {
	return []Scheme{StandardScheme, DiddoScheme, WaypayScheme, WaylScheme}
}

// HasSecret reports whether the scheme signs with the endpoint's own secret.
func (s Scheme) HasSecret() bool { return slices.Contains(SecretSchemes(), s) }

// Header is the line that bears the scheme's signature, "" for one without
// secrets of endpoints.
func (s Scheme) Header() string {
	switch s {
	case StandardScheme:
		return "webhook-signature"
	case DiddoScheme:
		return "X-Diddo-Signature" // unless the operator has named another
	case WaypayScheme:
		return WaypaySignature
	case WaylScheme:
		return WaylHeader
	}
	return ""
}

// Lengths of a secret that is used as it is: in characters for Wayl
// (spec/wayl.md §2.1), and otherwise in bytes.
const (
	minSecret = 10
	maxSecret = 255
)

// ParseSecret reads a secret in its scheme's notation (spec/webhook-engine.md
// §3). Errors: Invalid "bad_secret", naming "secret" and never showing it;
// Invalid "unknown_scheme", naming "scheme", for one without such secrets.
func ParseSecret(scheme Scheme, secret id.Secret) (Key, error) {
	text := secret.Reveal()
	switch scheme {
	case StandardScheme:
		key, err := ParseStandardKey(secret)
		if err != nil {
			return Key{}, badSecret("whsec_ and the base64 of 24 to 64 random bytes").WithCause(err)
		}
		return key, nil
	case DiddoScheme:
		random, prefixed := strings.CutPrefix(text, "whsec_")
		if !prefixed || len(random) < 32 || !plain(text) {
			return Key{}, badSecret("whsec_ and at least 32 more characters")
		}
		return HMACKey([]byte(text)), nil
	case WaylScheme:
		// What the merchant has sent signs, spaces at its ends and all.
		if n := utf8.RuneCountInString(text); n < minSecret || n > maxSecret || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return Key{}, badSecret("10 to 255 characters without control characters")
		}
		return HMACKey([]byte(text)), nil
	case WaypayScheme:
		if len(text) < minSecret || !plain(text) {
			return Key{}, badSecret("10 to 255 characters without spaces at its ends")
		}
		return HMACKey([]byte(text)), nil
	}
	return Key{}, fault.Invalidf("scheme", "unknown_scheme", "There are no secrets of the scheme %q.", string(scheme)).
		WithHint("Use standard, diddo, waypay or wayl")
}

// NewSecret draws a secret of 32 random bytes in the scheme's notation. It is
// empty for a scheme without secrets.
func NewSecret(scheme Scheme, ids *id.Source) id.Secret {
	switch scheme {
	case StandardScheme:
		return id.Secret("whsec_" + base64.StdEncoding.EncodeToString(ids.Bytes(32)))
	case DiddoScheme:
		return id.Secret("whsec_" + hex.EncodeToString(ids.Bytes(32)))
	case WaypayScheme:
		return id.Secret("mer_sk_" + hex.EncodeToString(ids.Bytes(32)))
	case WaylScheme:
		return id.Secret(hex.EncodeToString(ids.Bytes(32)))
	}
	return ""
}

// plain reports whether a receiver can be expected to configure the very same
// bytes: no control characters, and no space that copying loses.
func plain(text string) bool {
	return len(text) <= maxSecret && text == strings.TrimSpace(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func badSecret(is string) *fault.Error {
	return fault.Invalidf("secret", "bad_secret", "A secret of this scheme is %s.", is)
}
