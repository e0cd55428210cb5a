package i18n

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is one choice of a country list.
type Country struct {
	Code string // ISO 3166-1 alpha-2
	Name string
}

// Countries names the given ISO 3166-1 alpha-2 codes, ordered by name as the
// language orders. It takes milliseconds, so a page asks once at its start.
func (l *Language) Countries(codes []string) []Country {
	names, order := display.Regions(l.tag), collate.New(l.tag)
	list := make([]Country, 0, len(codes))
	for _, code := range codes {
		name := code
		if region, err := language.ParseRegion(code); err == nil {
			name = names.Name(region)
		}
		list = append(list, Country{Code: code, Name: name})
	}
	slices.SortFunc(list, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	return list
}
