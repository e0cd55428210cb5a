package discord

import (
	"strings"

	"tillway/internal/webhook/format"
)

// Discord's limits of an embed; it refuses the message that is above one.
const (
	mostName   = 256 // of a title and of a field's name
	mostValue  = 1024
	mostFields = 25
	mostFooter = 2048
	mostText   = 6000 // of all texts of all embeds together
)

// plain is for the footer, in which Discord knows no markup.
var plain = format.Markup{Rune: format.Escaper(func(r rune) string { return string(r) }), Sent: true}

// markdown puts a backslash, which is not shown, before every sign that Discord
// might read: formats, lists, quotes, links, and mentions such as @everyone.
var markdown = format.Markup{Sent: true, Rune: format.Escaper(func(r rune) string {
	if strings.ContainsRune("\\*_~`|<>[]()#-+@:", r) {
		return `\` + string(r)
	}
	return string(r)
})}
