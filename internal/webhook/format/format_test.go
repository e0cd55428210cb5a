package format_test

import (
	"strings"
	"testing"
	"time"

	"tillway/internal/webhook/format"
)

func TestFit(t *testing.T) {
	t.Parallel()
	escaped := format.Markup{Sent: true, Rune: format.Escaper(func(r rune) string {
		if r == '&' {
			return "&amp;"
		}
		return string(r)
	})}
	shown := format.Markup{Rune: escaped.Rune}
	for name, c := range map[string]struct {
		markup format.Markup
		text   string
		room   int
		want   string
		size   int
	}{
		"what fits exactly stays":                    {escaped, "abcd", 4, "abcd", 4},
		"one more is cut and ends in an ellipsis":    {escaped, "abcde", 4, "abc…", 4},
		"an escape counts as it is sent":             {escaped, "&a&", 6, "&amp;…", 6},
		"an escape is never cut":                     {escaped, "ab&", 6, "ab…", 3},
		"an escape counts as it is shown":            {shown, "&&&", 3, "&amp;&amp;&amp;", 3},
		"a rune beyond the first plane counts twice": {shown, "𝒳𝒳", 3, "𝒳…", 3},
		"nothing fits but the ellipsis":              {escaped, "&&", 1, "…", 1},
		"nothing":                                    {escaped, "", 1, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if sent, size := c.markup.Fit(c.text, c.room); sent != c.want || size != c.size {
				t.Errorf("got %q of %d, want %q of %d", sent, size, c.want, c.size)
			}
		})
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	card := format.Card{
		Mark: "[Test] ", Title: "Order\ncompleted\x00", Footer: " Acme\tLtd ",
		Lines: []format.Line{
			{Label: "Name", Value: "a\u202eb\u200b"},
			{},
			{Label: " ", Value: "\u200b\n"},
			{Label: "Note", Value: " two\r\nlines "},
			{Value: "\xff"},
			{Label: "Nothing", Value: "\u2060"},
		},
	}
	got := card.Clean(10)
	want := []format.Line{{Label: "Name", Value: "ab"}, {Label: "Note", Value: "two\nlines"}, {Label: "–", Value: "\uFFFD"}, {Label: "Nothing", Value: "–"}}
	if got.Title != "[Test] Order completed" || got.Footer != "Acme Ltd" || len(got.Lines) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got.Lines[i] != want[i] {
			t.Errorf("line %d is %+v, want %+v", i, got.Lines[i], want[i])
		}
	}
	t.Run("more lines than there is room for are counted", func(t *testing.T) {
		t.Parallel()
		if got := card.Clean(3).Lines; len(got) != 3 || got[2] != (format.Line{Label: "…", Value: "+2"}) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a card without a title has one", func(t *testing.T) {
		t.Parallel()
		if got := (format.Card{Title: "\u200b"}).Clean(3).Title; got != "–" {
			t.Errorf("got %q", got)
		}
	})
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 31, 20, 0, 5, 0, time.FixedZone("", -3600))
	for language, want := range map[format.Language]string{
		format.English: "31 Dec 2026, 21:00:05 UTC", format.Chinese: "2027-01-01 05:00:05 (UTC+8)",
	} {
		if got := language.Time(at); got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
		if got := language.Time(time.Time{}); got != "" {
			t.Errorf("%s: no time is %q", language, got)
		}
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	if got := format.Refusal("Slack", 200, strings.Repeat("é", 1000)); len([]rune(got)) > 300 || !strings.HasSuffix(got, "é…") {
		t.Errorf("got %q", got)
	}
	if got := format.Refusal("Slack", 200, "\x1b[31mno\n"); got != "Slack answered 200 but did not accept the message: [31mno" {
		t.Errorf("got %q", got)
	}
}
