package auth

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// KeyID is "KEY_" and 22 base62 characters.
type KeyID string

// KeyPrefix begins every KeyID.
const KeyPrefix = "KEY"

// MaxKeys is how many keys a merchant may have at once over both
// environments. Every signature is tried against all of them.
const MaxKeys = 20

const (
	maxNickname = 64
	leastBits   = 2048
	mostBits    = 8192 // beyond it one forged request costs too much to refuse
	maxKeyText  = 16 << 10
)

// APIKey is the public half of a key pair with which a merchant's server signs
// requests. The key, and nothing in the request, decides the environment
// (spec/pancake.md §3.1). Several may be active at once, for rotation.
type APIKey struct {
	ID        KeyID
	Merchant  pay.MerchantID
	Env       pay.Env
	Nickname  string // unique among the merchant's keys of the environment
	PublicKey []byte // SPKI DER of an RSA key
	CreatedAt time.Time
	LastUsed  time.Time // zero while never used; exact to TouchStep
	DeletedAt time.Time // zero while it exists
}

// Faults of keys.
var (
	ErrKeyNotFound   = fault.New(fault.NotFound, "api_key_not_found", "API key not found")
	ErrNicknameTaken = fault.New(fault.Conflict, "nickname_taken", "An API key with this nickname already exists").
				WithField("nickname").WithHint("Choose another nickname, or revoke the old key first")
	// ErrKeyInUse keeps one public key out of two environments: the key that
	// verifies decides between play money and real money.
	ErrKeyInUse = fault.New(fault.Conflict, "public_key_in_use", "This public key belongs to another API key already").
			WithField("publicKey").WithHint("Generate a key pair of its own for each API key")
	ErrTooManyKeys = fault.New(fault.State, "api_key_limit", "A merchant can have at most 20 API keys").
			WithHint("Revoke a key that is no longer used")
)

// Fingerprint is the SHA-256 of the public key in lower-case hex.
func (k APIKey) Fingerprint() string {
	sum := sha256.Sum256(k.PublicKey)
	return hex.EncodeToString(sum[:])
}

// ParsePublicKey reads an RSA public key as the SDKs and dashboards of the
// field write one: PEM of SPKI or PKCS #1, with real or escaped line ends, or
// the bare base64 of SPKI. It returns SPKI DER.
// Errors: Invalid field "publicKey", code "bad_public_key".
func ParsePublicKey(text string) ([]byte, error) {
	if strings.TrimSpace(text) == "" {
		return nil, pay.MissingField("publicKey")
	}
	if len(text) > maxKeyText {
		return nil, badPublicKey("it is too long")
	}
	public, err := decodePublicKey(strings.TrimSpace(strings.ReplaceAll(text, `\n`, "\n")))
	if err != nil {
		return nil, badPublicKey("it is no RSA public key in PEM").WithCause(err)
	}
	if bits := public.N.BitLen(); bits < leastBits || bits > mostBits {
		return nil, badPublicKey("an RSA key must have 2048 to 8192 bits")
	}
	return x509.MarshalPKIXPublicKey(public)
}

func decodePublicKey(text string) (*rsa.PublicKey, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		if block.Type == "RSA PUBLIC KEY" {
			return x509.ParsePKCS1PublicKey(block.Bytes)
		}
		return parseSPKI(block.Bytes)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return parseSPKI(der)
}

func parseSPKI(der []byte) (*rsa.PublicKey, error) {
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	public, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, badPublicKey("it is not an RSA key")
	}
	return public, nil
}

func badPublicKey(why string) *fault.Error {
	return fault.Invalidf("publicKey", "bad_public_key", "Invalid publicKey: %s", why).
		WithHint("Send the public half of an RSA-2048 key pair in PEM (-----BEGIN PUBLIC KEY-----)")
}
