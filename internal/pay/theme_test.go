package pay

import "testing"

// What a theme may hold goes into a style sheet, so what is not plainly a
// colour or a length is refused.
func TestThemeValues(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"#fff": true, "#ffff": true, "#2f4bd8": true, "#2f4bd8cc": true, "white": true, "rebeccapurple": true,
		"rgb(47 75 216)": true, "rgba(47, 75, 216, .5)": true, "hsl(120deg 50% 50% / 20%)": true, "oklch(0.7 0.1 200)": true,
		"#ff": false, "#fffff": false, "#ggg": false, "red;": false, "red}": false, "rgb(0 0 0": false, "rgb(var(--x))": false,
		"url(https://x.example)": false, "var(--x)": false, "expression(1)": false, "rgb(0 0 0);color:red": false, "/**/": false,
		"red\n": false, "\\72 ed": false, "</style>": false,
	} {
		err := ThemeUpdate{Card: To(value)}.validate("light")
		if (err == nil) != good {
			t.Errorf("%q: %v", value, err)
		}
	}
	for value, good := range map[string]bool{
		"0": true, "8px": true, "0.5rem": true, "50%": true, "1em": true,
		"8": false, "-1px": false, "8px;": false, "calc(1px)": false, "1000px": false, "8 px": false, "8px 4px": false, "8PX": false,
	} {
		err := ThemeUpdate{Radius: To(value)}.validate("light")
		if (err == nil) != good {
			t.Errorf("%q: %v", value, err)
		}
	}
	if got := (Theme{Text: "red"}).Over(LightTheme); got.Text != "red" || got.Card != LightTheme.Card {
		t.Errorf("got %+v", got)
	}
}
