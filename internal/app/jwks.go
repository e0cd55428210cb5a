package app

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"time"

	"tillway/internal/webhook"
)

// jwksPath is where receivers find the public keys of the platform's webhooks.
const jwksPath = "/.well-known/jwks.json"

// jwks serves the public keys that sign webhooks and those that will, of both
// environments, as a JSON Web Key Set (RFC 7517).
type jwks struct {
	published func(context.Context) []webhook.SigningKey
	now       func() time.Time
}

// jwk is an RSA key. Env is a member of our own: a receiver of the test
// environment must not believe the keys of the other.
type jwk struct {
	Kty string `json:"kty"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	Env string `json:"env"`
	N   string `json:"n"`
	E   string `json:"e"`
	// ActivatesAt is in unix seconds, and absent of a key that signs already.
	ActivatesAt int64 `json:"activates_at,omitempty"`
}

// ServeHTTP answers the set. A client may keep it for five minutes, which is
// less than any overlap that is worth its name.
func (j jwks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	set := struct {
		Keys []jwk `json:"keys"`
	}{[]jwk{}}
	for _, key := range j.published(r.Context()) {
		parsed, err := x509.ParsePKIXPublicKey(key.Public)
		public, ok := parsed.(*rsa.PublicKey)
		if err != nil || !ok {
			http.Error(w, "Internal server error", http.StatusInternalServerError)
			return
		}
		entry := jwk{
			Kty: "RSA", Use: "sig", Alg: "RS256", Kid: key.Fingerprint(), Env: string(key.Env),
			N: base64.RawURLEncoding.EncodeToString(public.N.Bytes()), E: exponent(public.E),
		}
		if key.State(j.now()) == webhook.Announced {
			entry.ActivatesAt = key.ActivatesAt.Unix()
		}
		set.Keys = append(set.Keys, entry)
	}
	body, err := json.Marshal(set)
	if err != nil {
		http.Error(w, "Internal server error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	_, _ = w.Write(body) // whoever asked has gone
}

// exponent is a number as RFC 7518 §6.3.1.2 writes it: base64url of its bytes,
// without leading zeros.
func exponent(e int) string {
	return base64.RawURLEncoding.EncodeToString(bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, uint32(e)), "\x00"))
}
