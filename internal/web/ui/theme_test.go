package ui_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tillway/internal/web/ui"
)

func TestParseColor(t *testing.T) {
	t.Parallel()
	for css, want := range map[string]string{
		"#2f4bd8": "#2f4bd8", "#ABC": "#aabbcc", "#0000": "#ffffff", "#00000080": "#7f7f7f", " RebeccaPurple ": "#663399",
		"transparent": "#ffffff", "rgb(47 75 216)": "#2f4bd8", "rgb(0,0,0,.5)": "#808080", "rgba(100%, 0%, 0%, 1)": "#ff0000",
		"rgb(300 -5 0)": "#ff0000", "hsl(231deg 68% 52%)": "#314ad8", "hsla(0.5turn, 100%, 50%)": "#00ffff",
		"hwb(120 20% 40%)": "#339933", "hwb(0 80% 80%)": "#808080", "lab(50% 40 59.5)": "#bf5700",
		"lch(52.2345% 72.2 56.2)": "#c65d06", "oklch(0.6279 0.2577 29.23)": "#ff0000", "oklab(59% 0.1 0.1)": "#c05d2b",
		"oklch(none none none)": "#000000",
	} {
		if got, ok := ui.ParseColor(css, ui.Color{R: 255, G: 255, B: 255}); !ok || got.String() != want {
			t.Errorf("%s is read as %s, %v, want %s", css, got, ok, want)
		}
	}
	for _, css := range []string{
		"", "#", "#12345", "#ggg", "nosuch", "currentcolor", "rgb(1 2)", "rgb(1 2 3 4 5)", "rgb(a b c)", "rgb(1 2 3", "cmyk(1 2 3)", "red;}", "rgb(nan 0 0)",
	} {
		if got, ok := ui.ParseColor(css, ui.Color{}); ok {
			t.Errorf("%q is read as %s", css, got)
		}
	}
}

// tokens are the custom properties of one rule of a sheet in one scheme.
func tokens(t *testing.T, css, selector string, dark bool) map[string]ui.Color {
	t.Helper()
	_, supported, _ := strings.Cut(css, "@supports")
	found := map[string]ui.Color{}
	// What a rule does not set is inherited from the root.
	for _, from := range []string{":root", selector} {
		block := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(from) + `\{(--color-[^}]*)\}`).FindStringSubmatch(supported)
		if block == nil {
			t.Fatalf("the sheet has no %s:\n%s", from, css)
		}
		for _, part := range regexp.MustCompile(`--color-([a-z-]+):light-dark\((#\w{6}),(#\w{6})\);`).FindAllStringSubmatch(block[1], -1) {
			value := part[2]
			if dark {
				value = part[3]
			}
			found[part[1]], _ = ui.ParseColor(value, ui.Color{})
		}
	}
	return found
}

// pairs are what stands on what, with the contrast it needs.
var pairs = []struct {
	selector, ink, surface string
	ratio                  float64
}{
	{":root", "text", "card", 4.5},
	{":root", "muted", "card", 4.5},
	{":root", "link", "card", 4.5},
	{":root", "control", "card", 3},
	{":root", "edge", "card", 3},
	{":root", "on-primary", "primary", 4.5},
	{":root", "on-primary", "primary-hover", 4.5},
	{":root", "error", "card", 4.5},
	{":root", "error", "error-soft", 4.5},
	{":root", "success", "success-soft", 4.5},
	{":root", "notice", "notice-soft", 4.5},
	{":root", "notice", "card", 4.5},
	{".summary", "text", "background", 4.5},
	{".summary", "muted", "background", 4.5},
	{".summary", "link", "background", 4.5},
	{".summary", "control", "background", 3},
}

func TestThemeSheetCanBeReadWhateverTheStoreChose(t *testing.T) {
	t.Parallel()
	theme := rapid.Custom(func(t *rapid.T) ui.Theme {
		color := rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("#%06x", rapid.Uint32Range(0, 0xffffff).Draw(t, "rgb"))
		})
		grey := rapid.Custom(func(t *rapid.T) string {
			g := rapid.Uint8Range(100, 140).Draw(t, "grey")
			return ui.Color{R: g, G: g, B: g}.String()
		})
		// Middle greys are where black and white change places.
		any := rapid.OneOf(color, grey, rapid.SampledFrom([]string{"black", "white", "", "#fff0", "nosuch"}))
		return ui.Theme{Primary: any.Draw(t, "primary"), Background: any.Draw(t, "background"), Card: any.Draw(t, "card"), Text: any.Draw(t, "text")}
	})
	rapid.Check(t, func(r *rapid.T) {
		light, dark := theme.Draw(r, "light"), theme.Draw(r, "dark")
		sheet := ui.NewThemeSheet(light, dark, plainLight, plainDark)
		for _, night := range []bool{false, true} {
			for _, pair := range pairs {
				given := tokens(t, sheet.CSS, pair.selector, night)
				if got := ui.Contrast(given[pair.ink], given[pair.surface]); got < pair.ratio {
					r.Errorf("%s on %s in %s (dark: %v) has a contrast of %.2f, want %.1f", pair.ink, pair.surface, pair.selector, night, got, pair.ratio)
				}
			}
		}
	})
}

var (
	plainLight = ui.Theme{Primary: "#2f4bd8", Background: "#f5f6f8", Card: "#ffffff", Text: "#14171f", Radius: "10px"}
	plainDark  = ui.Theme{Primary: "#8ea3ff", Background: "#0b0d12", Card: "#14171e", Text: "#eceef3", Radius: "10px"}
)

func TestThemeSheet(t *testing.T) {
	t.Parallel()

	t.Run("keeps colours that can be read", func(t *testing.T) {
		t.Parallel()
		chosen := ui.Theme{Primary: "#7a1f5c", Background: "#fff7ef", Card: "#ffffff", Text: "#2b1a12"}
		given := tokens(t, ui.NewThemeSheet(chosen, ui.Theme{}, plainLight, plainDark).CSS, ":root", false)
		for name, want := range map[string]string{"primary": "#7a1f5c", "link": "#7a1f5c", "background": "#fff7ef", "card": "#ffffff", "text": "#2b1a12"} {
			if got := given[name].String(); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
	})
	t.Run("bounds the corners", func(t *testing.T) {
		t.Parallel()
		for given, want := range map[string]string{
			"": "min(10px,1.5rem)", "0": "0px", "0px": "0px", "999px": "min(999px,1.5rem)", "0.5rem": "min(0.5rem,1.5rem)",
			"50%": "1.500rem", "100%": "1.500rem", "5": "min(10px,1.5rem)", "1px;}": "min(10px,1.5rem)",
		} {
			sheet := ui.NewThemeSheet(ui.Theme{Radius: given}, ui.Theme{}, plainLight, plainDark)
			if !strings.Contains(sheet.CSS, "\n:root{--radius:"+want+"}\n") {
				t.Errorf("a radius of %q gives %s, want %s", given, sheet.CSS, want)
			}
		}
	})
	t.Run("carries nothing that is no colour", func(t *testing.T) {
		t.Parallel()
		hostile := "red;}*{background:url(//evil.example)"
		sheet := ui.NewThemeSheet(ui.Theme{hostile, hostile, hostile, hostile, hostile}, ui.Theme{}, plainLight, plainDark)
		if want := ui.NewThemeSheet(ui.Theme{}, ui.Theme{}, plainLight, plainDark); sheet != want {
			t.Errorf("the sheet is %s", sheet.CSS)
		}
	})
	t.Run("has an address that changes with it", func(t *testing.T) {
		t.Parallel()
		one := ui.NewThemeSheet(ui.Theme{Primary: "red"}, ui.Theme{}, plainLight, plainDark)
		two := ui.NewThemeSheet(ui.Theme{Primary: "blue"}, ui.Theme{}, plainLight, plainDark)
		if one.Hash == two.Hash || len(one.Hash) != 16 {
			t.Errorf("the hashes are %s and %s", one.Hash, two.Hash)
		}
	})
}
