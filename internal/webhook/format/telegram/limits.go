package telegram

import (
	"strings"

	"tillway/internal/webhook/format"
)

// Telegram's limits of a message, whose text is counted after its tags and
// entities were read.
const (
	mostText  = 4096
	mostLines = 40 // of at most 100 formatted parts
)

// html escapes the signs of Telegram's HTML. An escape counts as what it shows.
var html = format.Markup{Rune: format.Escaper(func(r rune) string { return escape(string(r)) })}

func escape(text string) string { return replacer.Replace(text) }

var replacer = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
