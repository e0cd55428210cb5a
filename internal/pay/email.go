package pay

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"tillway/internal/fault"
)

// maxEmail is the longest address that RFC 5321 lets a mailbox have.
const maxEmail = 254

// CleanEmail trims and lower-cases an address and checks that it is a plain
// mailbox with a dotted domain. Errors: Invalid with the given field.
func CleanEmail(field, raw string) (string, error) {
	email := strings.ToLower(strings.TrimSpace(raw))
	if email == "" {
		return "", MissingField(field)
	}
	parsed, err := mail.ParseAddress(email)
	_, domain, _ := strings.Cut(email, "@")
	if err != nil || parsed.Address != email || len(email) > maxEmail || !strings.Contains(domain, ".") ||
		!utf8.ValidString(raw) || strings.ContainsFunc(email, upsetsLine) {
		return "", fault.Invalidf(field, "bad_email", "%s must be a valid e-mail address", field)
	}
	return email, nil
}

// MissingField is the one way to say that a required field is absent.
func MissingField(field string) *fault.Error {
	return fault.Invalidf(field, "missing_field", "Missing required field: %s", field)
}
