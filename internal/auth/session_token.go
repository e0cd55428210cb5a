package auth

import (
	"crypto/subtle"
	"strings"
	"time"

	"tillway/internal/id"
	"tillway/internal/pay"
)

// TokenID is "TKN_" and 22 base62 characters. It is the part of a token that
// is no secret, so that the row is found by its time-ordered id.
type TokenID string

const (
	tokenPrefix = "TKN"
	tokenIDSize = len(tokenPrefix) + 1 + 22
	tokenBytes  = 32
)

// TokenRole is the closed set of roles of session tokens (spec/pancake.md §3.2).
type TokenRole string

// The roles of session tokens.
const (
	// Customer is what issue-session-token gives: one store, five minutes,
	// renewed by each call.
	Customer TokenRole = "customer"
)

// lives is the lifetime of each role, counted from its last use.
var lives = map[TokenRole]time.Duration{Customer: 5 * time.Minute}

// SessionToken says that its bearer is one buyer of one store. Expiry lives
// here and not in the token, because it slides.
type SessionToken struct {
	ID        TokenID
	Hash      string // of the whole text
	Store     pay.StoreID
	Env       pay.Env
	Role      TokenRole
	Buyer     string // the merchant's name for the buyer
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Actor is who bears the token.
func (t SessionToken) Actor() pay.Actor {
	return pay.Actor{Kind: pay.ByBuyer, Env: t.Env, Store: t.Store, Buyer: t.Buyer}
}

// renewal is the expiry that a use at now earns, and false while the row
// promises enough already. A renewal adds TouchStep to the role's life, so that
// the uses of the next 30 s need no write and still keep the token alive for
// its whole life after each of them.
func (t SessionToken) renewal(now time.Time) (time.Time, bool) {
	life := lives[t.Role]
	if !t.ExpiresAt.Before(now.Add(life)) {
		return time.Time{}, false
	}
	return now.Add(life + TouchStep), true
}

// matches compares the text shown with the hash kept, in constant time.
func (t SessionToken) matches(text id.Secret) bool {
	return subtle.ConstantTimeCompare([]byte(id.Hash(text.Reveal())), []byte(t.Hash)) == 1
}

// tokenIDOf reads the id inside a token's text; false when the text has not
// the form of one.
func tokenIDOf(text id.Secret) (TokenID, bool) {
	raw := text.Reveal()
	if len(raw) <= tokenIDSize+1 || len(raw) > maxTokenText || raw[tokenIDSize] != '_' {
		return "", false
	}
	if strings.TrimLeft(raw[tokenIDSize+1:], base62) != "" {
		return "", false
	}
	if _, err := id.Parse(tokenPrefix, raw[:tokenIDSize]); err != nil {
		return "", false
	}
	return TokenID(raw[:tokenIDSize]), true
}

const (
	maxTokenText = 128
	base62       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
