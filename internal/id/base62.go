package id

import (
	"math"
	"slices"
)

// alphabet is in ASCII order, so that texts of equal length sort as the
// numbers they spell.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// encode spells a big-endian number in base 62, left-padded with 0 to width.
// Width must suffice; widthOf says what does.
func encode(number []byte, width int) string {
	rest := slices.Clone(number)
	text := make([]byte, width)
	for at := width - 1; at >= 0; at-- {
		remainder := 0
		for i, digit := range rest {
			value := remainder<<8 | int(digit)
			rest[i], remainder = byte(value/62), value%62
		}
		text[at] = alphabet[remainder]
	}
	return string(text)
}

// decode reads what encode wrote into a big-endian number. It reports false on
// a character outside the alphabet and on a value that does not fit.
func decode(text string, number []byte) bool {
	for _, char := range []byte(text) {
		carry := digitOf(char)
		if carry < 0 {
			return false
		}
		for i := len(number) - 1; i >= 0; i-- {
			value := int(number[i])*62 + carry
			number[i], carry = byte(value), value>>8
		}
		if carry != 0 {
			return false
		}
	}
	return true
}

func digitOf(char byte) int {
	switch {
	case char >= '0' && char <= '9':
		return int(char - '0')
	case char >= 'A' && char <= 'Z':
		return int(char-'A') + 10
	case char >= 'a' && char <= 'z':
		return int(char-'a') + 36
	}
	return -1
}

// widthOf is how many base62 digits hold any number of this many bytes. The
// quotient is never an integer, so rounding of the logarithm cannot matter for
// the sizes of tokens.
func widthOf(bytes int) int { return int(math.Ceil(float64(bytes) * 8 / math.Log2(62))) }
