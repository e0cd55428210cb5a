package waypay

import (
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/pay"
)

// policy reads what the caller's store has chosen.
func policy(ctx context.Context, call *api.Call) (chosen intent.Policy, err error) {
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		chosen, err = intent.PolicyOf(r, call.Actor().Store)
		return err
	})
	return chosen, err
}

// signerOf is who has to have signed a call.
func signerOf(call *api.Call, mode intent.SignatureMode) signer {
	return signer{secret: call.Credential.Signing, mode: mode, env: call.Actor().Env}
}

// only checks that a text has nothing but legal characters.
func only(text string, legal func(rune) bool) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !legal(r) })
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func letterOrDigit(r rune) bool {
	return digit(r) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// tooLong is the fault of a text of more characters than a field takes.
func tooLong(field string, most int) *fault.Error {
	return fault.Invalidf(field, "too_long", "%s must not exceed %d characters", field, most)
}

// maxURL is how long an address may be, in characters (spec/waypay.md §4).
const maxURL = 2048

// toAddress checks the form of an address that the merchant gives: https, and in
// the test environment also http to the developer's own machine. An absent one
// is "".
func toAddress(field, text string, env pay.Env) error {
	switch {
	case text == "":
		return nil
	case utf8.RuneCountInString(text) > maxURL:
		return tooLong(field, maxURL)
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || parsed.User != nil {
		return badFormat(field, "%s must be an https address", field)
	}
	own := parsed.Hostname() == "localhost" || parsed.Hostname() == "127.0.0.1" || parsed.Hostname() == "::1"
	if parsed.Scheme == "https" || parsed.Scheme == "http" && own && env == pay.Test {
		return nil
	}
	return badFormat(field, "%s must be an https address", field)
}

// The identifiers of the core are UUIDs in another spelling, and on this wire
// they are spelled as UUIDs (spec/waypay.md §1).

func uuidOf(prefix, text string) string {
	parsed, err := id.Parse(prefix, text)
	if err != nil {
		// None of ours: what stands for it is at least always the same.
		return uuid.NewSHA1(uuid.NameSpaceOID, []byte(text)).String()
	}
	return parsed.String()
}

// toRefundID reads the UUID of a refund. What is none names nothing.
// Errors: pay.ErrRefundNotFound.
func toRefundID(text string) (pay.RefundID, error) {
	parsed, err := id.ParseUUID(text)
	if err != nil {
		return "", pay.ErrRefundNotFound
	}
	return pay.RefundID(id.Format(id.Refund, parsed)), nil
}
