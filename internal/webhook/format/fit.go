package format

import (
	"strings"
	"unicode/utf16"
)

// Markup is how a destination writes a text so that nothing in it is read as
// markup, and how it counts.
type Markup struct {
	// Rune is the rune at i of a text as it is sent.
	Rune func(text []rune, i int) string
	// Sent says that the destination counts what is sent; otherwise it counts
	// what is shown.
	Sent bool
}

// ellipsis ends a text that was shortened.
const ellipsis = '…'

// Fit is a text in the destination's markup, and what it counts: UTF-16 code
// units, which is how the strictest destinations count and never less than
// characters. A text that counts more than room is cut between two runes, never
// inside of what one of them was escaped to, and ends in an ellipsis.
func (m Markup) Fit(text string, room int) (sent string, size int) {
	runes := []rune(text)
	var whole strings.Builder
	cut, cutSize := 0, 0 // how far the text goes when an ellipsis follows it
	for i, raw := range runes {
		markup := m.Rune(runes, i)
		count := utf16.RuneLen(raw)
		if m.Sent {
			count = Units(markup)
		}
		if size+count > room {
			return whole.String()[:cut] + string(ellipsis), cutSize + 1
		}
		size += count
		whole.WriteString(markup)
		if size < room {
			cut, cutSize = whole.Len(), size
		}
	}
	return whole.String(), size
}

// Units counts the UTF-16 code units of a text.
func Units(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// Escaper makes the Rune of a Markup whose escapes depend on the rune alone.
func Escaper(escape func(rune) string) func([]rune, int) string {
	return func(text []rune, i int) string { return escape(text[i]) }
}

// leastRoom is the room for each text at which every card fits everywhere.
const leastRoom = 16

// Shrink draws with the given room for each text, and again with half of it
// until the whole fits.
func Shrink[T any](room int, draw func(room int) T, fits func(T) bool) T {
	for {
		drawn := draw(room)
		if room <= leastRoom || fits(drawn) {
			return drawn
		}
		room = max(room/2, leastRoom)
	}
}
