package connector

import "strings"

// ValidNumber reports whether a card number is 12 to 19 digits that satisfy
// the Luhn formula (ISO/IEC 7812-1 annex B). Some providers hand out test
// cards that do not, Pancake among them (spec/pancake.md §8), so a page must
// not refuse a number by this alone.
func ValidNumber(number string) bool {
	if len(number) < 12 || len(number) > 19 {
		return false
	}
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// brandRange maps card numbers that start with low to high, compared over the
// length of low, to a scheme.
type brandRange struct {
	low, high string
	brand     string
}

// brandRanges holds no overlapping ranges, so their order does not matter.
var brandRanges = []brandRange{
	{"4", "4", "visa"},
	{"51", "55", "mastercard"},
	{"2221", "2720", "mastercard"},
	{"34", "34", "amex"},
	{"37", "37", "amex"},
	{"6011", "6011", "discover"},
	{"644", "659", "discover"},
	{"3528", "3589", "jcb"},
	{"300", "305", "diners"},
	{"36", "36", "diners"},
	{"38", "39", "diners"},
	{"62", "62", "unionpay"},
}

// Brand names the scheme of a card by its first digits, in the words of
// Receipt.Brand. A number of no known scheme gives "unknown". The number need
// not be complete, so that a page can ask while the buyer still types.
func Brand(number string) string {
	for _, r := range brandRanges {
		if len(number) < len(r.low) {
			continue
		}
		head := number[:len(r.low)]
		if strings.Compare(head, r.low) >= 0 && strings.Compare(head, r.high) <= 0 {
			return r.brand
		}
	}
	return "unknown"
}

// Last4 is what may be shown and stored of a card or phone number. A number
// too short to keep anything secret gives the empty string.
func Last4(number string) string {
	if len(number) < 8 {
		return ""
	}
	return number[len(number)-4:]
}
