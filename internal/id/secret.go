package id

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is a text that must not appear in a log, a message or a stored
// document: every way of printing or encoding it gives "[redacted]". Only
// Reveal gives the text, so a search for Reveal finds every use.
//
// It decodes from JSON as any string does.
type Secret string

// Reveal is the text itself.
func (s Secret) Reveal() string { return string(s) }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s == "" }

// Equal compares in a time that depends on neither text. It goes through a
// hash, so that not even the length is told.
func (s Secret) Equal(other Secret) bool {
	left, right := sha256.Sum256([]byte(s)), sha256.Sum256([]byte(other))
	return subtle.ConstantTimeCompare(left[:], right[:]) == 1
}

// String is "[redacted]".
func (s Secret) String() string { return redacted }

// GoString is "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format prints "[redacted]" under every verb. Without it a verb that does not
// fit a string, such as %d, would print the text in its complaint.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON is "[redacted]".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText is "[redacted]", for every other encoder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
