package formattest

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"tillway/internal/webhook/format"
)

// signs are what any of the destinations reads as markup, and what is awkward
// to count, to cut or to show.
var signs = []string{
	"&", "<", ">", "*", "_", "~", "`", "|", "\\", "[", "]", "(", ")", "#", "@", ":", "-", "+", "!", "\"", "'",
	"\n", "\r\n", "\t", "\x00", "\x1b", "\x7f", "\u00a0", "\u2028", "\u202e", "\u2060", "\u200b", "\ufeff", "\ufffe",
	"\xff", "\xed\xa0\x80", "é", "e\u0301", "商", "𝒳", "👩‍👩‍👧", "🇩🇪", "a", "Z", "7", " ",
	"@everyone", "<!channel>", "<@U1>", "<at id=all></at>", "&amp;", "&#42;", "</b>", "<b>", "**", "](", "```", "> ", "- ", "# ", "https://x.test",
}

// anyText draws texts of all lengths out of signs and of all of Unicode.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		shortText(),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom(signs).Draw(t, "sign"), rapid.SampledFrom([]int{1, 16, 255, 256, 257, 1023, 1024, 4097, 40_000}).Draw(t, "times"))
		}),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(shortText().Draw(t, "text"), rapid.IntRange(0, 700).Draw(t, "times"))
		}),
	)
}

// shortText draws up to a few dozen characters.
func shortText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(signs), 0, 8).Draw(t, "signs"), "")
	})
}

// anyCard draws cards of at most so many lines.
func anyCard(text *rapid.Generator[string], lines int) *rapid.Generator[format.Card] {
	line := rapid.Custom(func(t *rapid.T) format.Line {
		return format.Line{
			Label: text.Draw(t, "label"), Value: text.Draw(t, "value"),
			Short: rapid.Bool().Draw(t, "short"), Strong: rapid.Bool().Draw(t, "strong"),
		}
	})
	return rapid.Custom(func(t *rapid.T) format.Card {
		card := format.Card{
			Mark: text.Draw(t, "mark"), Title: text.Draw(t, "title"), Footer: text.Draw(t, "footer"),
			Tone:  rapid.SampledFrom([]format.Tone{"", format.Good, format.Neutral, format.Warning, format.Bad}).Draw(t, "tone"),
			Lines: rapid.SliceOfN(line, 0, lines).Draw(t, "lines"),
			Link:  format.Link{Label: text.Draw(t, "link"), URL: rapid.SampledFrom([]string{"", "https://pay.example.test/dashboard/orders/ORD_1", "https://pay.example.test/a)b(c", "http://localhost:8080/x?y=z&a=b", "ftp://x"}).Draw(t, "url")},
		}
		if rapid.Bool().Draw(t, "timed") {
			card.At = time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at"))
		}
		return card
	})
}
