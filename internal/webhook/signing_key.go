package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"time"
)

// SigningKey is the public side of a key pair with which the platform signs
// the webhooks of one environment.
type SigningKey struct {
	ID          string
	Env         Env
	Public      []byte // SPKI
	CreatedAt   time.Time
	ActivatesAt time.Time // when it begins to sign; the zero time is ever since
	RetiresAt   time.Time // when its successor begins; the zero time while there is none
}

// SigningKeyState says what a pair is for.
type SigningKeyState string

// The states of a pair, which follow from the time alone.
const (
	Announced SigningKeyState = "next"    // merchants install it; it does not sign yet
	Signing   SigningKeyState = "signing" // every request is signed with it
	Retired   SigningKeyState = "retired" // it never signs again
)

// State is the pair's state at a time.
func (k SigningKey) State(at time.Time) SigningKeyState {
	switch {
	case !k.RetiresAt.IsZero() && !at.Before(k.RetiresAt):
		return Retired
	case at.Before(k.ActivatesAt):
		return Announced
	}
	return Signing
}

// Fingerprint is the SHA-256 of the public key in lower-case hex.
func (k SigningKey) Fingerprint() string {
	sum := sha256.Sum256(k.Public)
	return hex.EncodeToString(sum[:])
}

// PEM is the public key as merchants configure it.
func (k SigningKey) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public}))
}

// MaxOverlap bounds how long a rotation overlaps: a pair or secret that was
// announced longer ago has been forgotten.
const MaxOverlap = 30 * 24 * time.Hour

// DefaultOverlap is how long a rotation overlaps unless somebody says so.
const DefaultOverlap = 24 * time.Hour
