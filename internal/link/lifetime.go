package link

import (
	"strconv"
	"time"

	"tillway/internal/fault"
)

// DefaultLife is how long a link lives that does not say, in Wayl's notation.
const DefaultLife = "1h"

// Bounds of a life (spec/wayl.md §2.1).
const (
	minLife = time.Minute
	maxLife = 30 * 24 * time.Hour
)

// lifeUnits are the units of Wayl's notation.
var lifeUnits = map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}

// ParseLife reads linkExpiresIn: digits and m, h or d, from one minute to
// thirty days. Errors: Invalid "linkExpiresIn".
func ParseLife(text string) (time.Duration, error) {
	const longest = 20 // more digits than any life has
	wrong := fault.Invalidf("linkExpiresIn", "bad_expiry", "linkExpiresIn must be a number and m, h or d, from 1m to 30d")
	if len(text) < 2 || len(text) > longest {
		return 0, wrong
	}
	unit, known := lifeUnits[text[len(text)-1]]
	digits := text[:len(text)-1]
	for _, char := range []byte(digits) {
		known = known && char >= '0' && char <= '9'
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	if !known || err != nil || number > int64(maxLife/unit) {
		return 0, wrong
	}
	if life := time.Duration(number) * unit; life >= minLife {
		return life, nil
	}
	return 0, wrong
}
