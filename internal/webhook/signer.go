package webhook

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"io"
	"time"
)

// Scheme names how requests are signed (spec/webhook-engine.md §3).
type Scheme string

// Signed is what a signature covers.
type Signed struct {
	ID      DeliveryID
	Attempt int // 1, 2, … of the delivery, for schemes that tell attempts apart
	Body    []byte
}

// Signer makes the signature headers of one scheme.
type Signer interface {
	Scheme() Scheme
	// SignsTogether reports whether a request can bear the signatures of several
	// keys. Where it cannot, the old secret signs alone until a rotation's overlap
	// ends, as the platform's pair does (spec/webhook-engine.md §3).
	SignsTogether() bool
	// Sign signs with every key, newest first, where the scheme can carry
	// several; otherwise with the first. at is wall time: freshness is judged
	// by the receiver's clock, not by a store's. An error means that nothing
	// may be sent.
	Sign(message Signed, keys []Key, at time.Time) ([]Header, error)
}

// KeyRef asks for the keys of one delivery.
type KeyRef struct {
	Scheme   Scheme
	Together bool // the scheme's Signer.SignsTogether
	Store    StoreID
	Env      Env
	Name     string // Delivery.KeyName
}

// KeySource finds keys. It is asked for every attempt, so it answers from
// memory; it is never called inside a transaction or a lock.
type KeySource interface {
	// Keys returns the keys to sign with, newest first: more than one while a
	// rotation overlaps, where they sign together. None is an error.
	Keys(ctx context.Context, ref KeyRef) ([]Key, error)
}

// Key is one secret. Exactly one member is set; it is never printed.
type Key struct {
	rsa     *rsa.PrivateKey
	hmac    []byte
	ed25519 ed25519.PrivateKey
}

// RSAKey wraps a private key, made ready for repeated signing.
func RSAKey(private *rsa.PrivateKey) Key {
	private.Precompute()
	return Key{rsa: private}
}

// HMACKey wraps a shared secret's bytes.
func HMACKey(secret []byte) Key { return Key{hmac: secret} }

// Ed25519Key wraps a private key.
func Ed25519Key(private ed25519.PrivateKey) Key { return Key{ed25519: private} }

// Format keeps keys out of logs and error messages, under every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

// mac is the HMAC-SHA256 of the prefix and the body with a shared secret.
func (k Key) mac(prefix string, body []byte) []byte {
	mac := hmac.New(sha256.New, k.hmac)
	mac.Write([]byte(prefix))
	mac.Write(body)
	return mac.Sum(nil)
}
