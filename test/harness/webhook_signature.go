package harness

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Windows within which the vendor's SDK accepts a webhook (spec/pancake.md §10.2).
const (
	webhookPast   = 45 * time.Minute
	webhookFuture = time.Minute
)

// VerifyWebhook checks an X-Waffo-Signature over a body as it was received
// (spec/pancake.md §10.2), and that its time is near now.
func VerifyWebhook(key *rsa.PublicKey, header string, body []byte, now time.Time) error {
	var stamp, signature string
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			stamp = value
		case "v1":
			signature = value
		}
	}
	milliseconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("X-Waffo-Signature %q has no time: %w", header, err)
	}
	if at := time.UnixMilli(milliseconds); now.Sub(at) > webhookPast || at.Sub(now) > webhookFuture {
		return fmt.Errorf("the webhook was signed at %s, and it is %s", at.UTC(), now.UTC())
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return fmt.Errorf("X-Waffo-Signature %q has no signature: %w", header, err)
	}
	digest := sha256.Sum256([]byte(stamp + "." + string(body)))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], raw); err != nil {
		return fmt.Errorf("the webhook's signature is wrong: %w", err)
	}
	return nil
}

// ParsePublicKey reads an RSA public key in PEM.
func ParsePublicKey(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the public key is no PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the public key is a %T", parsed)
	}
	return key, nil
}

func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the private key is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the private key is a %T", parsed)
	}
	return key, nil
}
