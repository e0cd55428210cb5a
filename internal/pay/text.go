package pay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tillway/internal/fault"
)

// CleanText trims one line of text, such as a name, and checks its length in
// characters. It may hold no control character: names come to stand in
// operators' terminals, in mail headers and inside sentences, where a line end
// or a turn of the writing direction would change what is around them.
// Errors: Invalid with the given field.
func CleanText(field, raw string, least, most int) (string, error) {
	return clean(field, raw, least, most, upsetsLine)
}

// CleanProse is CleanText for texts of several lines, such as descriptions:
// line ends and tabs are legal.
func CleanProse(field, raw string, least, most int) (string, error) {
	return clean(field, raw, least, most, upsetsProse)
}

// CheckProse judges a text of several lines that is kept as it came: its outer
// spaces count and stay. "" is legal. Errors: Invalid with the given field.
func CheckProse(field, text string, most int) error {
	return check(field, text, 0, most, upsetsProse)
}

func clean(field, raw string, least, most int, illegal func(rune) bool) (string, error) {
	text := strings.TrimSpace(raw)
	if err := check(field, text, least, most, illegal); err != nil {
		return "", err
	}
	return text, nil
}

func check(field, text string, least, most int, illegal func(rune) bool) error {
	n := utf8.RuneCountInString(text)
	switch {
	case !utf8.ValidString(text):
		return fault.Invalidf(field, "bad_text", "%s must be valid UTF-8", field)
	case strings.ContainsRune(text, 0):
		return fault.Invalidf(field, "bad_text", "%s must not contain a NUL character", field)
	case n == 0 && least > 0:
		return MissingField(field)
	case n < least:
		return fault.Invalidf(field, "too_short", "%s must have at least %d characters", field, least)
	case n > most:
		return fault.Invalidf(field, "too_long", "%s must not exceed %d characters", field, most)
	case strings.ContainsFunc(text, illegal):
		return fault.Invalidf(field, "bad_text", "%s must not contain control characters", field)
	}
	return nil
}

// upsetsLine finds what changes the text around it: control characters, line
// separators, and the embeddings, overrides and isolates that turn the writing
// direction. Marks of direction, which turn nothing, are legal.
func upsetsLine(char rune) bool {
	return unicode.IsControl(char) || char == '\u2028' || char == '\u2029' ||
		char >= '\u202a' && char <= '\u202e' || char >= '\u2066' && char <= '\u2069'
}

func upsetsProse(char rune) bool {
	return unicode.IsControl(char) && char != '\n' && char != '\r' && char != '\t'
}
