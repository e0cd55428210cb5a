package webhooktest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Windows of the official client (spec/pancake.md §10.2).
const (
	pancakeTolerance = 45 * time.Minute
	pancakeFuture    = 60 * time.Second
)

// VerifyPancake checks a request's X-Waffo-Signature as the official client
// does, at the given wall time, and returns the time of the signature.
func VerifyPancake(received Received, public *rsa.PublicKey, now time.Time) (time.Time, error) {
	var stamp, signature string
	for part := range strings.SplitSeq(received.Header.Get("X-Waffo-Signature"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			stamp = value
		case "v1":
			signature = value
		}
	}
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("timestamp %q: %w", stamp, err)
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return time.Time{}, fmt.Errorf("signature %q: %w", signature, err)
	}
	digest := sha256.Sum256(append([]byte(stamp+"."), received.Body...))
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], raw); err != nil {
		return time.Time{}, err
	}
	at := time.UnixMilli(millis)
	switch {
	case now.Sub(at) > pancakeTolerance:
		return at, errors.New("the signature is too old")
	case at.Sub(now) > pancakeFuture:
		return at, errors.New("the signature is from the future")
	}
	return at, nil
}
