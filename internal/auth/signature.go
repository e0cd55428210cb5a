package auth

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Canonical is the string a merchant signs: method, path, the literal text of
// X-Timestamp and the base64 of the body's SHA-256, joined by single line
// feeds (spec/pancake.md §3.1). The path has neither host nor query nor the
// prefix a server is mounted under.
func Canonical(method, path, timestamp string, body []byte) string {
	sum := sha256.Sum256(body)
	return method + "\n" + path + "\n" + timestamp + "\n" + base64.StdEncoding.EncodeToString(sum[:])
}

// millisecondsFrom is the least number that is read as milliseconds: as seconds
// it would lie beyond the year 5138 (spec/pancake.md §3.1 step 3).
const millisecondsFrom = 100_000_000_000

// maxTimestamp is the longest timestamp that is looked at, in digits.
const maxTimestamp = 16

// parseTimestamp reads X-Timestamp: unix seconds, or milliseconds as one
// plugin sends them. Digits only; false otherwise.
func parseTimestamp(text string) (time.Time, bool) {
	if text == "" || len(text) > maxTimestamp || strings.Trim(text, "0123456789") != "" {
		return time.Time{}, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if number >= millisecondsFrom {
		return time.UnixMilli(number), true
	}
	return time.Unix(number, 0), true
}

// parseSignature reads X-Signature: standard base64 with padding, in its only
// canonical spelling.
func parseSignature(text string) ([]byte, bool) {
	if text == "" || len(text) > base64.StdEncoding.EncodedLen(mostBits/8) || strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(text)
	return signature, err == nil && len(signature) <= mostBits/8
}

// verifies reports whether the signature over the canonical string is the
// key's (RSASSA-PKCS1-v1_5 with SHA-256).
func verifies(public *rsa.PublicKey, canonical string, signature []byte) bool {
	digest := sha256.Sum256([]byte(canonical))
	return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
}
