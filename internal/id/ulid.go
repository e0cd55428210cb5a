package id

import (
	"strings"

	"github.com/google/uuid"
)

// crockford is the alphabet of ULIDs: base 32 in ASCII order without I, L, O
// and U, so that texts of equal length sort as the numbers they spell.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	ulidSize  = 26 // characters: 130 bits, of which the first two are 0
	ulidFirst = 7  // the greatest first digit
	bitsEach  = 5
)

// ULID mints a ULID of 26 upper-case characters (spec/diddo.md §1). Its first 48
// bits are the time in milliseconds, and each is greater than the one before.
func (s *Source) ULID() string { return FormatULID(s.next()) }

// FormatULID spells 128 bits as a ULID.
func FormatULID(u uuid.UUID) string {
	text := make([]byte, ulidSize)
	var held, bits uint
	from := len(u) - 1
	for at := ulidSize - 1; at >= 0; at-- {
		for bits < bitsEach && from >= 0 {
			held |= uint(u[from]) << bits
			bits += 8
			from--
		}
		text[at] = crockford[held&(1<<bitsEach-1)]
		held >>= bitsEach
		bits -= min(bits, bitsEach)
	}
	return string(text)
}

// ParseULID reads a ULID in either case, as Crockford has it: I and L are 1, O
// is 0. Another length, another character or a value beyond 128 bits is Invalid,
// code "bad_id"; the caller adds the field.
func ParseULID(s string) (uuid.UUID, error) {
	var parsed uuid.UUID
	if len(s) != ulidSize || crockfordDigit(s[0]) > ulidFirst {
		return parsed, bad("ULID", s)
	}
	var held, bits uint
	at := len(parsed) - 1
	for i := ulidSize - 1; i >= 0; i-- {
		digit := crockfordDigit(s[i])
		if digit < 0 {
			return uuid.UUID{}, bad("ULID", s)
		}
		held |= uint(digit) << bits
		for bits += bitsEach; bits >= 8 && at >= 0; bits -= 8 {
			parsed[at] = byte(held)
			held >>= 8
			at--
		}
	}
	return parsed, nil
}

func crockfordDigit(char byte) int {
	switch char {
	case 'i', 'I', 'l', 'L':
		return 1
	case 'o', 'O':
		return 0
	}
	return strings.IndexByte(crockford, strings.ToUpper(string(char))[0])
}
