package id

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// The parts of a CUID behind its "c", in base36 digits. A UUID of version 7 fits
// them exactly: 48 bits of milliseconds (until the year 2059, then a digit more),
// 12 bits that order what one millisecond makes, and 62 random bits.
const (
	cuidPrefix = "c"
	cuidMillis = 8
	cuidTick   = 4
	cuidRandom = 12
)

// CUID mints an identifier in the shape of Wayl's (spec/wayl.md §1): "c" and 24
// characters of base36 that grow with time. It is as unguessable as a UUID of
// version 7 is.
func (s *Source) CUID() string { return CUIDOf(s.next()) }

// CUIDOf spells a UUID of version 7 as a CUID. Nothing is lost, so that another
// identifier of ours can be shown as one and be read back.
func CUIDOf(u uuid.UUID) string {
	high, low := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	return cuidPrefix + inBase36(high>>16, cuidMillis) + inBase36(high&0xfff, cuidTick) + inBase36(low&(1<<62-1), cuidRandom)
}

// ParseCUID reads what CUIDOf wrote, with the fault of Parse for anything else.
func ParseCUID(s string) (uuid.UUID, error) {
	text, ok := strings.CutPrefix(s, cuidPrefix)
	// Two spellings of one id would be two keys.
	if !ok || len(text) < cuidMillis+cuidTick+cuidRandom || strings.Trim(text, base36) != "" {
		return uuid.UUID{}, bad("CUID", s)
	}
	random, tick := text[len(text)-cuidRandom:], text[len(text)-cuidRandom-cuidTick:len(text)-cuidRandom]
	millis := text[:len(text)-cuidRandom-cuidTick]
	parts := [3]uint64{}
	for i, part := range []struct {
		text string
		bits int
	}{{millis, 48}, {tick, 12}, {random, 62}} {
		value, err := strconv.ParseUint(part.text, 36, 64)
		if err != nil || value >= 1<<part.bits {
			return uuid.UUID{}, bad("CUID", s)
		}
		parts[i] = value
	}
	var parsed uuid.UUID
	binary.BigEndian.PutUint64(parsed[:8], parts[0]<<16|0x7000|parts[1])
	binary.BigEndian.PutUint64(parsed[8:], 1<<63|parts[2])
	if CUIDOf(parsed) != s {
		return uuid.UUID{}, bad("CUID", s)
	}
	return parsed, nil
}

func inBase36(value uint64, width int) string {
	text := strconv.FormatUint(value, 36)
	return strings.Repeat("0", max(0, width-len(text))) + text
}

// codeLength is how long the short code of a payment link is (spec/wayl.md §1).
const codeLength = 8

// Code draws eight upper-case letters and digits, such as I94F590I. There are
// 2.8 × 10¹² of them, so that whoever uses one looks first whether it is free.
func (s *Source) Code() string { return strings.ToUpper(s.suffix()) }

// IsCode reports whether a text may be a code at all, in its one spelling.
func IsCode(text string) bool {
	return len(text) == codeLength && strings.Trim(text, strings.ToUpper(base36)) == ""
}
