package id

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

const (
	base36       = "0123456789abcdefghijklmnopqrstuvwxyz"
	suffixLength = 8
	longestKebab = 48      // bytes; the longest store name (spec/pancake.md §5.3)
	nameless     = "store" // for a name without any Latin letter or digit
)

// Slug is a name in kebab case, a hyphen and eight random base36 characters:
// "Xmaker Studio" may become "xmaker-studio-p7o0nfzy". Accents are dropped; a
// name without any Latin letter or digit is called "store".
func (s *Source) Slug(name string) string {
	return kebab(name) + "-" + s.suffix()
}

// kebab keeps ASCII letters and digits in lower case and joins the runs of
// anything else into single hyphens.
func kebab(name string) string {
	var text strings.Builder
	gap := false
	for _, char := range strings.ToLower(norm.NFKD.String(name)) {
		switch {
		case char >= 'a' && char <= 'z' || char >= '0' && char <= '9':
			if gap && text.Len() > 0 {
				text.WriteByte('-')
			}
			gap = false
			text.WriteRune(char)
		case isMark(char):
			// A combining accent or an apostrophe does not end a word.
		default:
			gap = true
		}
	}
	if text.Len() == 0 {
		return nameless
	}
	return strings.TrimRight(text.String()[:min(text.Len(), longestKebab)], "-")
}

func isMark(char rune) bool {
	return char >= 0x0300 && char <= 0x036f || char == '\'' || char == '’'
}

// suffix draws base36 characters without bias: 252 is the largest multiple of
// 36 in a byte, and greater draws are thrown away.
func (s *Source) suffix() string {
	text := make([]byte, 0, suffixLength)
	for len(text) < suffixLength {
		for _, draw := range s.Bytes(suffixLength) {
			if draw < 252 && len(text) < suffixLength {
				text = append(text, base36[draw%36])
			}
		}
	}
	return string(text)
}

// Reslug is the slug of a thing that was renamed: the new name with the old
// random characters (spec/pancake.md §13 row 21).
func Reslug(slug, name string) string {
	return kebab(name) + slug[max(0, len(slug)-suffixLength-1):]
}

// IsSlug reports whether a text may be a slug at all, so that nothing else has
// to be looked up.
func IsSlug(text string) bool {
	const longest = longestKebab + 1 + suffixLength
	return text != "" && len(text) <= longest && strings.Trim(text, base36+"-") == ""
}
