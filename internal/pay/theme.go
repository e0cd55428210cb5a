package pay

import (
	"regexp"
	"strings"

	"tillway/internal/fault"
)

// Appearance is how a store's hosted pages look (spec/pancake.md §5.3
// checkoutSettings). The zero value was never set. It is kept as JSON under the
// names of its tags.
type Appearance struct {
	DarkByDefault *bool `json:"defaultDarkMode,omitempty"` // nil leaves it to the buyer's device
	Light         Theme `json:"light,omitzero"`
	Dark          Theme `json:"dark,omitzero"`
}

// IsSet reports whether anything was ever set.
func (a Appearance) IsSet() bool { return a != Appearance{} }

// Theme is the colours of one scheme as CSS. What is "" is the page's own. Its
// values are safe inside a style sheet: see themeColor and themeRadius.
type Theme struct {
	Logo       string `json:"checkoutLogo,omitempty"` // an address; "" is the store's logo
	Primary    string `json:"checkoutColorPrimary,omitempty"`
	Background string `json:"checkoutColorBackground,omitempty"`
	Card       string `json:"checkoutColorCard,omitempty"`
	Text       string `json:"checkoutColorText,omitempty"`
	Radius     string `json:"checkoutBorderRadius,omitempty"`
}

// LightTheme and DarkTheme are what the pages wear by themselves; the tokens of
// their style sheet are the same.
var (
	LightTheme = Theme{Primary: "#2f4bd8", Background: "#f5f6f8", Card: "#ffffff", Text: "#14171f", Radius: "10px"}
	DarkTheme  = Theme{Primary: "#8ea3ff", Background: "#0b0d12", Card: "#14171e", Text: "#eceef3", Radius: "10px"}
)

// Over fills what t leaves open from another theme.
func (t Theme) Over(below Theme) Theme {
	for _, part := range []struct{ mine, below *string }{
		{&t.Logo, &below.Logo},
		{&t.Primary, &below.Primary},
		{&t.Background, &below.Background},
		{&t.Card, &below.Card},
		{&t.Text, &below.Text},
		{&t.Radius, &below.Radius},
	} {
		if *part.mine == "" {
			*part.mine = *part.below
		}
	}
	return t
}

// AppearanceUpdate changes some of an Appearance; "" clears a member. Reset
// clears everything first.
type AppearanceUpdate struct {
	Reset         bool
	DarkByDefault Change[*bool]
	Light         ThemeUpdate
	Dark          ThemeUpdate
}

// ThemeUpdate changes some of a Theme; "" clears a member. Reset clears
// everything first.
type ThemeUpdate struct {
	Reset      bool
	Logo       Change[string]
	Primary    Change[string]
	Background Change[string]
	Card       Change[string]
	Text       Change[string]
	Radius     Change[string]
}

func (u AppearanceUpdate) of(now Appearance) Appearance {
	if u.Reset {
		now = Appearance{}
	}
	u.DarkByDefault.apply(&now.DarkByDefault)
	now.Light, now.Dark = u.Light.of(now.Light), u.Dark.of(now.Dark)
	return now
}

func (u ThemeUpdate) of(now Theme) Theme {
	if u.Reset {
		now = Theme{}
	}
	u.Logo.apply(&now.Logo)
	u.Primary.apply(&now.Primary)
	u.Background.apply(&now.Background)
	u.Card.apply(&now.Card)
	u.Text.apply(&now.Text)
	u.Radius.apply(&now.Radius)
	return now
}

// Errors: Invalid "checkoutSettings.…".
func (u AppearanceUpdate) validate() error {
	if err := u.Light.validate("checkoutSettings.light"); err != nil {
		return err
	}
	return u.Dark.validate("checkoutSettings.dark")
}

// The values that a theme may have. They go into a style sheet, so they are
// described by what is allowed: nothing here can end a declaration or fetch
// anything.
var (
	themeColor = regexp.MustCompile(`^(#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|[A-Za-z]{3,24}|` +
		`(rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch)\([0-9a-z%., /+-]{1,48}\))$`)
	themeRadius = regexp.MustCompile(`^(0|[0-9]{1,3}(\.[0-9]{1,2})?(px|rem|em|%))$`)
)

func (u ThemeUpdate) validate(field string) error {
	if err := u.Logo.check(func(raw string) error { return checkPicture(field+".checkoutLogo", raw) }); err != nil {
		return err
	}
	for _, part := range []struct {
		name   string
		change Change[string]
		form   *regexp.Regexp
		what   string
	}{
		{"checkoutColorPrimary", u.Primary, themeColor, "a CSS colour such as #2f4bd8 or rgb(47 75 216)"},
		{"checkoutColorBackground", u.Background, themeColor, "a CSS colour such as #f5f6f8 or rgb(245 246 248)"},
		{"checkoutColorCard", u.Card, themeColor, "a CSS colour such as #ffffff or white"},
		{"checkoutColorText", u.Text, themeColor, "a CSS colour such as #14171f or black"},
		{"checkoutBorderRadius", u.Radius, themeRadius, "a CSS length such as 8px or 0.5rem"},
	} {
		value, given := part.change.Given()
		if given && value != "" && !part.form.MatchString(value) {
			return fault.Invalidf(field+"."+part.name, "bad_theme", "%s.%s must be %s", field, part.name, part.what)
		}
	}
	return nil
}

// maxPicture bounds the address of a picture, in bytes.
const maxPicture = 2048

// checkPicture accepts "" and http(s) addresses.
// Errors: Invalid with the given field.
func checkPicture(field, raw string) error {
	switch {
	case raw == "":
		return nil
	case len(raw) > maxPicture:
		return fault.Invalidf(field, "too_long", "%s must not exceed %d characters", field, maxPicture)
	case !isWebURL(raw) || strings.ContainsRune(raw, 0):
		return fault.Invalidf(field, "bad_url", "%s must be an http or https address of a picture", field)
	}
	return nil
}
