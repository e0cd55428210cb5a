package operator

import (
	"maps"
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// memberDark is the one member of checkoutSettings that is no colour or logo.
const memberDark = "defaultDarkMode"

// themeMembers are the members of a theme by the names of Pancake's
// checkoutSettings (spec/pancake.md §5.3).
var themeMembers = map[string]func(*pay.ThemeUpdate) *pay.Change[string]{
	"checkoutLogo":            func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Logo },
	"checkoutColorPrimary":    func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Primary },
	"checkoutColorBackground": func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Background },
	"checkoutColorCard":       func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Card },
	"checkoutColorText":       func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Text },
	"checkoutBorderRadius":    func(u *pay.ThemeUpdate) *pay.Change[string] { return &u.Radius },
}

// appearanceOf reads members such as "light.checkoutColorPrimary" and
// "defaultDarkMode". Errors: Invalid "unknown_member", "bad_dark_mode".
func appearanceOf(members map[string]string) (update pay.AppearanceUpdate, err error) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		if name == memberDark {
			if update.DarkByDefault, err = darkMode(value); err != nil {
				return update, err
			}
			continue
		}
		scheme, member, _ := strings.Cut(name, ".")
		theme := map[string]*pay.ThemeUpdate{"light": &update.Light, "dark": &update.Dark}[scheme]
		find, known := themeMembers[member]
		if theme == nil || !known {
			return update, fault.Invalidf("checkout", "unknown_member", "The pages have no %.64q", name).
				WithHint("There are " + memberDark + ", and light. and dark. before " + strings.Join(slices.Sorted(maps.Keys(themeMembers)), ", "))
		}
		*find(theme) = pay.To(value)
	}
	return update, nil
}

// darkMode is true, false, or "" for the buyer's device.
func darkMode(value string) (pay.Change[*bool], error) {
	yes, no := true, false
	switch value {
	case "true":
		return pay.To(&yes), nil
	case "false":
		return pay.To(&no), nil
	case "":
		return pay.To[*bool](nil), nil
	}
	return pay.Change[*bool]{}, fault.Invalidf("checkout", "bad_dark_mode", "%s is true, false, or empty for what the buyer's device says", memberDark)
}
