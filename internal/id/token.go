package id

import (
	"crypto/sha256"
	"encoding/hex"
)

// Token mints a random text of base62 digits with the entropy of so many bytes:
// 32 bytes are 43 characters. Its length depends on bytes alone.
func (s *Source) Token(bytes int) string { return encode(s.Bytes(bytes), widthOf(bytes)) }

// Hash is the form in which API tokens are stored: the SHA-256 of the text in
// lower-case hex. It has no salt and no cost, because tokens are drawn at
// random; passwords must not go through it.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
