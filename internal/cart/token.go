package cart

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// ErrTokenRefused is the answer to a customer's token that proves nothing.
var ErrTokenRefused = fault.New(fault.Unauthenticated, "token_refused", "The customer session token is not valid or has expired")

// Claims are what a customer's token says, once it was checked.
type Claims struct {
	Customer CustomerID
	Subject  string
	Store    pay.StoreID
	Env      pay.Env
}

// tokenHead is the only header that is made and believed: a token does not
// choose how it is checked.
const tokenHead = `{"alg":"HS256","typ":"JWT"}`

// payload is a token's body, in the order of its bytes (RFC 7519 §4.1; org is
// the store).
type payload struct {
	Subject  string `json:"sub"`
	Org      string `json:"org"`
	IssuedAt int64  `json:"iat"` // seconds
	Expires  int64  `json:"exp"` // seconds
	ID       string `json:"jti"`
}

func claimsOf(c Customer) payload {
	return payload{Subject: c.Subject, Org: string(c.Store), IssuedAt: c.CreatedAt.Unix(), Expires: c.ExpiresAt.Unix(), ID: string(c.ID)}
}

var base64url = base64.RawURLEncoding.Strict()

func sign(claims payload, key id.Secret) (id.Secret, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := base64url.EncodeToString([]byte(tokenHead)) + "." + base64url.EncodeToString(body)
	return id.Secret(signed + "." + base64url.EncodeToString(mac(signed, key))), nil
}

func mac(signed string, key id.Secret) []byte {
	hash := hmac.New(sha256.New, []byte(key.Reveal()))
	hash.Write([]byte(signed))
	return hash.Sum(nil)
}

// maxToken is more than any token of ours has, in bytes.
const maxToken = 2048

// tokenParts takes a token apart without believing it.
func tokenParts(token id.Secret) (signed string, claims payload, signature []byte, ok bool) {
	text := token.Reveal()
	parts := strings.Split(text, ".")
	if len(text) > maxToken || len(parts) != 3 {
		return "", payload{}, nil, false
	}
	head, err := base64url.DecodeString(parts[0])
	if err != nil || string(head) != tokenHead {
		return "", payload{}, nil, false
	}
	body, err := base64url.DecodeString(parts[1])
	if err != nil || json.Unmarshal(body, &claims) != nil {
		return "", payload{}, nil, false
	}
	if signature, err = base64url.DecodeString(parts[2]); err != nil {
		return "", payload{}, nil, false
	}
	_, err = id.ParseULID(claims.ID)
	return parts[0] + "." + parts[1], claims, signature, err == nil
}

// IsToken reports whether a bearer's text has the form of a customer's token.
func IsToken(bearer id.Secret) bool {
	_, _, _, ok := tokenParts(bearer)
	return ok
}

// Verify checks a customer's token. Errors: ErrTokenRefused.
func (c *Carts) Verify(r pay.Records, token id.Secret, now time.Time) (Claims, error) {
	signed, claims, signature, ok := tokenParts(token)
	if !ok {
		return Claims{}, ErrTokenRefused
	}
	rows := c.records(r)
	customer, err := rows.Customer(CustomerID(claims.ID))
	if fault.Is(err, fault.NotFound) {
		return Claims{}, ErrTokenRefused
	}
	if err != nil {
		return Claims{}, err
	}
	key, err := rows.FindTokenSecret(customer.Store, customer.Env)
	if err != nil {
		return Claims{}, err
	}
	if !hmac.Equal(mac(signed, key.Secret), signature) || claims != claimsOf(customer) || !now.Before(customer.ExpiresAt) {
		return Claims{}, ErrTokenRefused
	}
	return Claims{Customer: customer.ID, Subject: customer.Subject, Store: customer.Store, Env: customer.Env}, nil
}
