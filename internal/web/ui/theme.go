package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Theme is what a store chooses for one colour scheme, as CSS values
// (spec/pancake.md §5.3). Everything else on a page is derived from it.
type Theme struct {
	Primary    string // of buttons and links
	Background string // behind the summary, and around a card
	Card       string // behind the forms
	Text       string
	Radius     string // of corners
}

// ThemeSheet is the style sheet of a store's theme.
type ThemeSheet struct {
	CSS  string
	Hash string // of CSS, 16 hexadecimal digits; part of its address
}

// NewThemeSheet derives the style sheet. Whatever the store chose, words keep a
// contrast of 4.5 on what is behind them and controls one of 3: colours that
// fall short are darkened or lightened as little as that needs. A value that
// cannot be read is taken from the fallback, whose values must be readable.
// Nothing of a Theme is copied into the sheet, so that it cannot carry
// anything but colours and lengths.
func NewThemeSheet(light, dark, fallbackLight, fallbackDark Theme) ThemeSheet {
	lights, darks := derive(light, fallbackLight), derive(dark, fallbackDark)
	var b strings.Builder
	write := func(pick func(l, d Color) string) {
		for _, rule := range []struct {
			selector    string
			light, dark []token
		}{{":root", lights.root(), darks.root()}, {".summary", lights.summary(), darks.summary()}} {
			b.WriteString(rule.selector + "{")
			for i, t := range rule.light {
				fmt.Fprintf(&b, "--color-%s:%s;", t.name, pick(t.color, rule.dark[i].color))
			}
			b.WriteString("}\n")
		}
	}
	// The same two steps as the tokens of the shared sheet.
	write(func(l, _ Color) string { return l.String() })
	b.WriteString("@supports (color:light-dark(#000,#fff)){\n")
	write(func(l, d Color) string { return "light-dark(" + l.String() + "," + d.String() + ")" })
	b.WriteString("}\n")
	fmt.Fprintf(&b, ":root{--radius:%s}\n:root[data-scheme=\"dark\"]{--radius:%s}\n", lights.radius, darks.radius)
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root:not([data-scheme]){--radius:%s}}\n", darks.radius)
	css := b.String()
	sum := sha256.Sum256([]byte(css))
	return ThemeSheet{CSS: css, Hash: hex.EncodeToString(sum[:8])}
}

// token is a custom property of the design.
type token struct {
	name  string
	color Color
}

// palette is a theme that was read.
type palette struct {
	primary, background, card, text Color
	radius                          string
}

func derive(theme, fallback Theme) palette {
	read := func(css, otherwise string, under Color) Color {
		if color, ok := ParseColor(css, under); ok {
			return color
		}
		color, _ := ParseColor(otherwise, under)
		return color
	}
	p := palette{card: read(theme.Card, fallback.Card, white)}
	p.background = read(theme.Background, fallback.Background, p.card)
	p.primary = read(theme.Primary, fallback.Primary, p.card)
	p.text = read(theme.Text, fallback.Text, p.card)
	var ok bool
	if p.radius, ok = radius(theme.Radius); !ok {
		p.radius, _ = radius(fallback.Radius)
	}
	return p
}

// root is the tokens of everything that stands on the card.
func (p palette) root() []token {
	primary := p.primary
	// A button whose colour is that of the card is told by its outline.
	edge, _ := primary.towards(discernible, p.card)
	// Under the pointer it moves away from its words.
	ink := inkOn(primary)
	hover := primary.Mix(black, 0.1)
	if ink == black {
		hover = primary.Mix(white, 0.16)
	}
	tokens := []token{
		{"primary", primary},
		{"on-primary", ink},
		{"primary-hover", hover},
		{"edge", edge},
		{"background", p.background},
		{"card", p.card},
	}
	for _, signal := range []struct {
		name string
		base Color
	}{{"error", Color{0xb3, 0x26, 0x1e}}, {"success", Color{0x0d, 0x7a, 0x4f}}, {"notice", Color{0x8a, 0x5d, 0x00}}} {
		soft := p.card.Mix(signal.base, 0.09)
		ink, ok := signal.base.towards(readable, p.card, soft)
		if !ok {
			// On some greys the two surfaces lie on the two sides of where black
			// and white change places.
			soft = p.card
			ink, _ = signal.base.towards(readable, p.card)
		}
		tokens = append(tokens, token{signal.name, ink}, token{signal.name + "-soft", soft})
	}
	return append(tokens, p.on(p.card)...)
}

// summary is what differs on the background beside the card.
func (p palette) summary() []token { return p.on(p.background) }

// on is the tokens of words and lines on a surface.
func (p palette) on(surface Color) []token {
	text := p.text
	if !text.reaches(readable, surface) {
		// Words that have to move anyway move to where they are read with ease.
		var ok bool
		if text, ok = p.text.towards(easy, surface); !ok {
			text, _ = p.text.towards(readable, surface)
		}
	}
	link, _ := p.primary.towards(readable, surface)
	return []token{
		{"text", text},
		{"muted", text.paler(0.3, readable, surface)},
		{"control", text.paler(0.5, discernible, surface)},
		{"line", surface.Mix(text, 0.14)},
		{"link", link},
	}
}

// maxRadius makes a button of one line a pill and leaves a box its corners.
const maxRadius = "1.5rem"

var radiusForm = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]{1,2})?)(px|rem|em|%)?$`)

// radius reads a length and bounds it. A share of a box would bend wide and
// high boxes differently, so that of a pill, 50 %, is the longest length.
func radius(css string) (string, bool) {
	found := radiusForm.FindStringSubmatch(strings.TrimSpace(css))
	if found == nil {
		return "", false
	}
	n, err := strconv.ParseFloat(found[1], 64)
	switch {
	case err != nil:
		return "", false
	case n == 0:
		return "0px", true
	case found[2] == "":
		return "", false
	case found[2] == "%":
		return strconv.FormatFloat(min(n, 50)/50*1.5, 'f', 3, 64) + "rem", true
	}
	return "min(" + strconv.FormatFloat(n, 'f', -1, 64) + found[2] + "," + maxRadius + ")", true
}
