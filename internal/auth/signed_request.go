package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// signedRequest checks a merchant's signature in the order of spec/pancake.md
// §3.1: headers, merchant id, time, keys. Whose store the request touches is
// the command's to check.
func (a *Auth) signedRequest(ctx context.Context, in Presented) (Credential, error) {
	if missing := in.missingOf(headerMerchant, headerTimestamp, headerSignature); missing != "" {
		return Credential{}, ErrMissing.WithHint("headers: " + missing + " must be sent exactly once")
	}
	merchant := in.Header.Get(headerMerchant)
	if _, err := id.Parse(id.Merchant, merchant); err != nil {
		return Credential{}, ErrBadKey.WithHint("merchant id: X-Merchant-Id: " + fault.From(err).Message)
	}
	check := signatureCheck{auth: a, in: in, merchant: pay.MerchantID(merchant), timestamp: in.Header.Get(headerTimestamp)}
	return check.run(ctx)
}

// missingOf names the headers that are not there exactly once with a value.
func (in Presented) missingOf(names ...string) string {
	var missing []string
	for _, name := range names {
		if values := in.Header.Values(name); len(values) != 1 || values[0] == "" {
			missing = append(missing, name)
		}
	}
	return strings.Join(missing, ", ")
}

// signatureCheck is one request on its way through the checks that need the
// merchant's keys, if only to know whether a hint may be given.
type signatureCheck struct {
	auth      *Auth
	in        Presented
	merchant  pay.MerchantID
	timestamp string
	keys      []APIKey
}

func (c *signatureCheck) run(ctx context.Context) (_ Credential, err error) {
	if c.keys, err = c.auth.store.APIKeys(ctx, c.merchant); err != nil {
		return Credential{}, err
	}
	now := c.auth.core.Now()
	if why := c.stale(now); why != "" {
		return Credential{}, c.refuse("timestamp: " + why)
	}
	signature, ok := parseSignature(c.in.Header.Get(headerSignature))
	if !ok {
		return Credential{}, c.refuse("signature: X-Signature is not standard base64 with padding")
	}
	canonical := Canonical(c.in.Method, c.in.Path, c.timestamp, c.in.Body)
	for _, key := range c.keys {
		public, err := c.auth.keys.public(key)
		if err != nil {
			c.auth.log.Error("stored public key cannot be read", "key", key.ID, "error", err)
			continue
		}
		if !verifies(public, canonical, signature) {
			continue
		}
		if now.Sub(key.LastUsed) >= TouchStep {
			c.auth.touches.add(Touch{Key: key.ID, At: now})
		}
		actor := pay.Actor{Kind: pay.ByMerchant, Env: key.Env, Merchant: c.merchant}
		return Credential{Class: KeyClass, Actor: actor, Key: key.ID}, nil
	}
	return Credential{}, c.refuse("")
}

// stale says what is wrong with the time of the request; empty when nothing is.
func (c *signatureCheck) stale(now time.Time) string {
	at, ok := parseTimestamp(c.timestamp)
	switch {
	case !ok:
		return "X-Timestamp must be unix seconds, digits only"
	case at.Before(now.Add(-c.auth.window)):
		return fmt.Sprintf("X-Timestamp %s is %s old, at most %s is accepted; check the clock", c.timestamp, now.Sub(at).Round(time.Second), c.auth.window)
	case at.After(now.Add(futureSkew)):
		return fmt.Sprintf("X-Timestamp %s is %s in the future, at most %s is accepted; check the clock", c.timestamp, at.Sub(now).Round(time.Second), futureSkew)
	}
	return ""
}

// refuse answers a failed check. The hint says which check it was and what
// string should have been signed (DESIGN §3 rule 17). No key verified, so the
// environment is not known: the hint is withheld only from a merchant whose
// keys are all for real money.
func (c *signatureCheck) refuse(why string) error {
	if why == "" {
		why = fmt.Sprintf("signature: none of the %d active API keys of %s verifies it", len(c.keys), c.merchant)
	}
	if !c.mayHint() {
		return ErrRefused
	}
	canonical := Canonical(c.in.Method, c.in.Path, c.timestamp, c.in.Body)
	return ErrRefused.WithHint(fmt.Sprintf("%s; the string to sign with RSA PKCS #1 v1.5 and SHA-256 is %q", why, canonical))
}

func (c *signatureCheck) mayHint() bool {
	for _, key := range c.keys {
		if key.Env == pay.Test {
			return true
		}
	}
	return len(c.keys) == 0
}
