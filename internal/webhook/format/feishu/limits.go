package feishu

import (
	"strconv"
	"strings"

	"tillway/internal/webhook/format"
)

// Feishu takes bodies of up to 30 KB; titles and values are kept to what a
// reader sees without unfolding.
const (
	mostLines = 30
	mostTitle = 256
	mostValue = 2000
	mostBytes = 30_000
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
