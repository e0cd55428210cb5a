package api

import (
	"strconv"
	"unicode/utf16"
)

const escapeSize = len(`\u0000`)

// loneSurrogate reports whether the text spells half a character: a \u escape
// of a surrogate without its partner. The standard library reads it as U+FFFD,
// and the text would come back changed.
func loneSurrogate(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit, ok := escape(text[i:])
		if !ok {
			i++ // another escape: skip what it escapes, perhaps a backslash
			continue
		}
		i += escapeSize - 1
		if !utf16.IsSurrogate(unit) {
			continue
		}
		partner, ok := escape(text[i+1:])
		if !ok || utf16.DecodeRune(unit, partner) == '\uFFFD' {
			return true
		}
		i += escapeSize
	}
	return false
}

// escape reads a \u escape at the start of the text.
func escape(text []byte) (rune, bool) {
	if len(text) < escapeSize || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:escapeSize]), 16, 16)
	return rune(unit), err == nil
}
