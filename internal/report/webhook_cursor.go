package report

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tillway/internal/fault"
)

// Cursor is a place in a list that runs from new to old: behind the row of that
// time and id. The zero Cursor is the beginning.
type Cursor struct {
	At time.Time
	ID string
}

// IsZero reports whether the cursor is the beginning.
func (c Cursor) IsZero() bool { return c.At.IsZero() && c.ID == "" }

// String is the cursor as a caller carries it, "" for the beginning.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.At.UnixMicro(), 10) + "." + c.ID))
}

// longestCursor is more than any id makes, in bytes.
const longestCursor = 256

// ParseCursor reads what String wrote. Errors: Invalid "after".
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	at, id, cut := strings.Cut(string(plain), ".")
	us, notNumber := strconv.ParseInt(at, 10, 64)
	// The id is compared in the database, which takes no text that is broken.
	odd := strings.ContainsFunc(id, func(char rune) bool { return char > unicode.MaxASCII || !unicode.IsPrint(char) })
	if len(text) > longestCursor || err != nil || !cut || notNumber != nil || odd {
		return Cursor{}, fault.Invalidf("after", "bad_cursor", "This is no place in the list").
			WithHint("Give the cursor that the last page ended with")
	}
	return Cursor{At: time.UnixMicro(us).UTC(), ID: id}, nil
}
