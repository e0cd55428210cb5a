package feishu

import (
	"strconv"
	"strings"

	"tillway/internal/webhook/format"
)

// Feishu's guide to custom bots promises to take bodies of up to 20 KB, other
// places say 30: the smaller holds. Titles and values are kept to what a reader
// sees without unfolding.
const (
	mostLines = 30
	mostTitle = 256
	mostValue = 2000
	mostBytes = 20_000
)

// plain is for plain_text.
var plain = format.Markup{Rune: format.Escaper(func(r rune) string { return string(r) })}

// larkMarkdown is for lark_md. Feishu asks for the numeric entities of signs that
// would be formats, links or tags such as <at id=all>.
var larkMarkdown = format.Markup{Rune: format.Escaper(func(r rune) string {
	if strings.ContainsRune("&<>*~[`", r) {
		return "&#" + strconv.Itoa(int(r)) + ";"
	}
	return string(r)
})}
