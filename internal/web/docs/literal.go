package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/oasdiff/yaml3"
)

// notation is how a language writes a JSON value in its source.
type notation struct {
	openObject, closeObject string
	openArray, closeArray   string
	emptyObject             string
	arrow                   string // between a member's name and its value
	truth, falsehood, null  string
	quote                   func(string) string
	bare                    bool // a member's name needs no quotes when it is a word
	trailing                bool // a comma follows the last member too
}

var (
	asJSON = notation{
		openObject: "{", closeObject: "}", openArray: "[", closeArray: "]", emptyObject: "{}",
		arrow: ": ", truth: "true", falsehood: "false", null: "null", quote: quoteJSON,
	}
	asJavaScript = notation{
		openObject: "{", closeObject: "}", openArray: "[", closeArray: "]", emptyObject: "{}",
		arrow: ": ", truth: "true", falsehood: "false", null: "null", quote: quoteJSON, bare: true, trailing: true,
	}
	asPython = notation{
		openObject: "{", closeObject: "}", openArray: "[", closeArray: "]", emptyObject: "{}",
		arrow: ": ", truth: "True", falsehood: "False", null: "None", quote: quoteJSON, trailing: true,
	}
	asPHP = notation{
		openObject: "[", closeObject: "]", openArray: "[", closeArray: "]", emptyObject: "new stdClass()",
		arrow: " => ", truth: "true", falsehood: "false", null: "null", quote: quotePHP, trailing: true,
	}
)

// write draws a value over several lines. A collection of scalars stays on one.
func (n notation) write(value *yaml.Node) string {
	var b strings.Builder
	n.value(&b, value, "")
	return b.String()
}

func (n notation) value(b *strings.Builder, value *yaml.Node, indent string) {
	switch value.Kind {
	case yaml.MappingNode:
		n.object(b, value, indent)
	case yaml.SequenceNode:
		b.WriteString(n.openArray)
		for i, item := range value.Content {
			if i > 0 {
				b.WriteString(", ")
			}
			n.value(b, item, indent)
		}
		b.WriteString(n.closeArray)
	default:
		b.WriteString(n.scalar(value))
	}
}

func (n notation) object(b *strings.Builder, value *yaml.Node, indent string) {
	if len(value.Content) == 0 {
		b.WriteString(n.emptyObject)
		return
	}
	const step = "  "
	inner := indent + step
	b.WriteString(n.openObject)
	for i := 0; i+1 < len(value.Content); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + inner + n.name(value.Content[i].Value) + n.arrow)
		n.value(b, value.Content[i+1], inner)
	}
	if n.trailing {
		b.WriteByte(',')
	}
	b.WriteString("\n" + indent + n.closeObject)
}

func (n notation) name(text string) string {
	word := text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	if n.bare && word {
		return text
	}
	return n.quote(text)
}

func (n notation) scalar(value *yaml.Node) string {
	switch kindOf(value) {
	case "boolean":
		if value.Value == "true" {
			return n.truth
		}
		return n.falsehood
	case "null":
		return n.null
	case "integer", "number":
		return value.Value
	}
	return n.quote(value.Value)
}

// quoteJSON is a JSON string, which JavaScript and Python read alike. Letters
// stay readable.
func quoteJSON(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// quotePHP is a PHP string in which nothing is interpolated.
func quotePHP(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// quoteShell is one word of a POSIX shell.
func quoteShell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// quoteGo is a Go string: raw where that is possible.
func quoteGo(text string) string {
	if strings.ContainsAny(text, "`\r") {
		return quoteJSON(text)
	}
	return "`" + text + "`"
}

// quoteJava is a Java text block. Other letters than ASCII's are escaped:
// until Java 18 a source file is read in the platform's own encoding.
func quoteJava(text string) string {
	var b strings.Builder
	b.WriteString("\"\"\"\n")
	for _, unit := range utf16.Encode([]rune(strings.NewReplacer(`\`, `\\`, `"""`, `\"""`).Replace(text))) {
		if unit > unicode.MaxASCII {
			_, _ = fmt.Fprintf(&b, `\u%04x`, unit) // a Builder takes everything
			continue
		}
		b.WriteByte(byte(unit))
	}
	b.WriteString(`"""`)
	return b.String()
}
