package slack

import (
	"strings"
	"unicode"

	"tillway/internal/webhook/format"
)

// Slack documents 300 characters of a footer and cuts other texts of an
// attachment where it pleases. These are well below what it shows whole.
const (
	mostLines  = 24 // and one for the link
	mostTitle  = 256
	mostValue  = 2000
	mostFooter = 300
	mostText   = 12_000
)

// plain is for members in which Slack knows no markup but the entities.
var plain = format.Markup{Rune: format.Escaper(func(r rune) string { return entities(string(r)) }), Sent: true}

// mrkdwn is for members that Slack formats. It knows no escape: a sign that
// could begin a format, at the start or after anything but a letter or a digit,
// gets an invisible word joiner before it, and then begins none. So does a quote
// at the start of a line.
var mrkdwn = format.Markup{Sent: true, Rune: func(text []rune, i int) string {
	sent := entities(string(text[i]))
	first := i == 0 || text[i-1] == '\n'
	if first && text[i] == '>' || strings.ContainsRune("*_~`", text[i]) && (first || !isWord(text[i-1])) {
		return "\u2060" + sent
	}
	return sent
}}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// entities escapes the three characters of Slack's control sequences, so that
// neither a link nor a mention can be written by a buyer.
func entities(text string) string { return entityReplacer.Replace(text) }

var entityReplacer = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
