package format

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Tone says how readers should feel about what happened; a destination shows it
// as a colour or a sign.
type Tone string

// The tones of a card.
const (
	Good    Tone = "good"    // money came in, a customer came or stayed
	Neutral Tone = "neutral" // something changed as somebody wished
	Warning Tone = "warning" // somebody should look soon
	Bad     Tone = "bad"     // something failed
)

// Card is what people are told of one event, free of any destination's markup.
type Card struct {
	Mark   string // stands right before the title, such as "[Test] "; "" in live mode
	Title  string // what happened
	Tone   Tone
	Lines  []Line
	Link   Link   // the zero Link is none
	Footer string // who tells it, such as the store's name
	At     time.Time
}

// Line is one fact.
type Line struct {
	Label  string
	Value  string
	Short  bool // may share its row with another
	Strong bool // what readers look for first
}

// Link leads to where more is known.
type Link struct {
	Label string
	URL   string
}

// blank stands where a destination insists on a text and there is none.
const blank = "–"

// Clean is the card with texts that every destination can show: valid UTF-8
// without control characters, no empty label or value, a link only where it
// leads somewhere, and at most so many lines. What is left out is counted.
func (c Card) Clean(lines int) Card {
	clean := Card{
		Title: orBlank(oneLine(c.Mark + c.Title)), Tone: c.Tone, Footer: oneLine(c.Footer), At: c.At,
		Link: c.Link.clean(),
	}
	for _, line := range c.Lines {
		line.Label, line.Value = oneLine(line.Label), visible(line.Value)
		if line.Label == "" && line.Value == "" {
			continue
		}
		line.Label, line.Value = orBlank(line.Label), orBlank(line.Value)
		clean.Lines = append(clean.Lines, line)
	}
	if over := len(clean.Lines) - lines; over > 0 {
		clean.Lines = append(clean.Lines[:lines-1], Line{Label: "…", Value: fmt.Sprintf("+%d", over+1)})
	}
	return clean
}

// Signature is who tells it and when, in the words of a language.
func (c Card) Signature(language Language) string {
	var parts []string
	for _, part := range []string{c.Footer, language.Time(c.At)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// longestLink is the longest address that all destinations take, in bytes.
const longestLink = 1024

// clean is the zero Link unless the address is one that a browser opens. What a
// destination's markup could read as its own end is percent-encoded.
func (l Link) clean() Link {
	parsed, err := url.Parse(l.URL)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		return Link{}
	}
	var address strings.Builder
	for _, char := range []byte(parsed.String()) {
		if strings.IndexByte(addressChars, char) >= 0 {
			address.WriteByte(char)
		} else {
			fmt.Fprintf(&address, "%%%02X", char)
		}
	}
	if address.Len() > longestLink {
		return Link{}
	}
	return Link{Label: orBlank(oneLine(l.Label)), URL: address.String()}
}

// addressChars are the characters of RFC 3986 apart from ', ( and ).
const addressChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&*+,;=%"

func orBlank(text string) string {
	if text == "" {
		return blank
	}
	return text
}

// oneLine is visible text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(visible(text)), " ") }

// visible leaves out what is not text: bytes that are not UTF-8, control
// characters, and what hides or turns the text beside it. A text that shows
// nothing is "".
func visible(text string) string {
	shows := false
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r) && unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), hidden(r):
			return -1
		}
		shows = shows || unicode.IsGraphic(r) && !unicode.IsSpace(r)
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n"))
	if !shows {
		return ""
	}
	return strings.TrimSpace(clean)
}

// hidden reports characters that show nothing: spaces without width, which a
// destination may take for an empty text, and the marks of the bidirectional
// algorithm, by which a name could change the reading of what stands beside it.
// The joiners of emoji and of scripts are not among them.
func hidden(r rune) bool {
	return r == '\u200B' || r == '\u200E' || r == '\u200F' || r >= '\u202A' && r <= '\u202E' ||
		r >= '\u2060' && r <= '\u206F' || r == '\uFEFF'
}
