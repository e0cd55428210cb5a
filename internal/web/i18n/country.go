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
	tables := []display.Namer{display.Regions(l.tag), display.Regions(fallback)}
	order := collate.New(l.tag)
	list := make([]Country, 0, len(codes))
	for _, code := range codes {
		list = append(list, Country{Code: code, Name: l.countryName(code, tables)})
	}
	slices.SortFunc(list, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	return list
}

// countryName asks our own names before the Unicode tables, which lack some in
// some languages; a country without any name is called by its code.
func (l *Language) countryName(code string, tables []display.Namer) string {
	if name := countryNames[l.Tag()][code]; name != "" {
		return name
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	for _, table := range tables {
		if table == nil { // a language without any names
			continue
		}
		if name := table.Name(region); name != "" {
			return name
		}
	}
	return code
}
