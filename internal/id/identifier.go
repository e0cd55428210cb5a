package id

import (
	"strings"

	"github.com/google/uuid"

	"tillway/internal/fault"
)

// The prefixes of the entities that are shown outside.
const (
	Merchant       = "MER"
	Store          = "STO"
	Product        = "PROD"
	ProductVersion = "PVER"
	Order          = "ORD"
	Payment        = "PAY"
	Ticket         = "TKT"
	Refund         = "REF"
)

const (
	sessionPrefix = "cs_"
	digits        = 22 // base62 digits of 128 bits
	longestEcho   = 64 // bytes of a bad identifier that a message repeats
)

// Format is the identifier of u under a prefix: "STO_" and 22 base62 digits,
// which sort as the UUIDs do and whose first is 0–7. It panics on a prefix that
// is not two to five upper-case letters.
func Format(prefix string, u uuid.UUID) string {
	if !legalPrefix(prefix) {
		panic("id: illegal prefix " + prefix)
	}
	return prefix + "_" + encode(u[:], digits)
}

// Parse reads an identifier made under this prefix. Another prefix, another
// length, a character outside the alphabet or a value beyond 128 bits is
// Invalid, code "bad_id"; the caller adds the field.
func Parse(prefix, s string) (uuid.UUID, error) {
	var parsed uuid.UUID
	text, ok := strings.CutPrefix(s, prefix+"_")
	if !ok || len(text) != digits || !decode(text, parsed[:]) {
		return uuid.UUID{}, bad(prefix+"_xxx", s)
	}
	return parsed, nil
}

// ParseUUID reads a UUID in its canonical form of 36 characters, in either
// case, with the fault of Parse.
func ParseUUID(s string) (uuid.UUID, error) {
	// The library reads braces, "urn:uuid:" and bare hex as well; two spellings
	// of one id would be two keys.
	if len(s) == len(uuid.UUID{}.String()) {
		if parsed, err := uuid.Parse(s); err == nil {
			return parsed, nil
		}
	}
	return uuid.UUID{}, bad("UUID", s)
}

// ParseSession reads the id of a checkout session, with the fault of Parse.
func ParseSession(s string) (uuid.UUID, error) {
	if text, ok := strings.CutPrefix(s, sessionPrefix); ok {
		if parsed, err := ParseUUID(text); err == nil {
			return parsed, nil
		}
	}
	return uuid.UUID{}, bad(sessionPrefix+"xxx", s)
}

// bad words the fault as spec/pancake.md §2.1 has it. A long input is cut, so
// that nobody has a megabyte of their own sent back.
func bad(format, got string) error {
	if len(got) > longestEcho {
		got = strings.ToValidUTF8(got[:longestEcho], "") + "…"
	}
	return fault.New(fault.Invalid, "bad_id", "Expected format: "+format+`, got "`+got+`"`)
}

func legalPrefix(prefix string) bool {
	if len(prefix) < 2 || len(prefix) > 5 {
		return false
	}
	return strings.Trim(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
