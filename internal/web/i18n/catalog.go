// Package i18n speaks the buyer's language: it chooses one, and gives texts,
// amounts, dates and country names in it. English is complete; another
// language is one more file under locale/, which the completeness test then
// holds to the same keys.
//
// The package knows no page and no state of a purchase. It may not know HTTP.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locale/*.json
var locales embed.FS

// fallback is the language of everybody whose own we do not speak.
var fallback = language.English

// Catalog is every language the pages speak. It is safe for concurrent use.
type Catalog struct {
	languages []*Language // the fallback first, as the matcher wants it
	matcher   language.Matcher
}

// New reads the embedded languages. An error is a defect of a locale file.
func New() (*Catalog, error) {
	bundle := goi18n.NewBundle(fallback)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := locales.ReadDir("locale")
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	tags := []language.Tag{fallback}
	for _, file := range files {
		if _, err := bundle.LoadMessageFileFS(locales, path.Join("locale", file.Name())); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", file.Name(), err)
		}
		tag, err := language.Parse(strings.TrimSuffix(file.Name(), ".json"))
		if err != nil {
			return nil, fmt.Errorf("i18n: %s is not named after a language: %w", file.Name(), err)
		}
		if tag != fallback {
			tags = append(tags, tag)
		}
	}
	c := &Catalog{matcher: language.NewMatcher(tags)}
	for _, tag := range tags {
		spoken, err := newLanguage(bundle, tag)
		if err != nil {
			return nil, err
		}
		c.languages = append(c.languages, spoken)
	}
	return c, nil
}

// Languages lists every language, the fallback first.
func (c *Catalog) Languages() []*Language { return c.languages }

// Match chooses the language for a visitor. Each preference is one tag
// ("pt-BR") or a whole Accept-Language header; an earlier one wins. What is
// malformed or not spoken is passed over, and English remains.
func (c *Catalog) Match(preferences ...string) *Language {
	for _, preference := range preferences {
		wanted, _, err := language.ParseAcceptLanguage(preference)
		if err != nil || len(wanted) == 0 {
			continue
		}
		if spoken, confidence := c.nearest(wanted...); confidence > language.No {
			return spoken
		}
	}
	return c.languages[0]
}

// Spoken is the language that a tag asks for by name, in any spelling and as it
// is spoken in any place: "AR", "en-US". A language that its speakers merely
// understand is none: false.
func (c *Catalog) Spoken(tag string) (*Language, bool) {
	wanted, err := language.Parse(tag)
	if err != nil {
		return nil, false
	}
	spoken, _ := c.nearest(wanted)
	asked, _ := sorani(wanted).Base()
	own, _ := language.Make(spoken.Tag()).Base()
	return spoken, asked == own
}

func (c *Catalog) nearest(wanted ...language.Tag) (*Language, language.Confidence) {
	for i, tag := range wanted {
		wanted[i] = sorani(tag)
	}
	_, index, confidence := c.matcher.Match(wanted...)
	return c.languages[index], confidence
}

// sorani gives Kurdish its written language. "ku" is the name of all Kurdish;
// the Unicode tables take it for Kurmanji, in Latin letters, of Turkey. In Iraq
// and Iran, in Arabic letters, or when nothing else is said, a page of ours
// serves best in Sorani ("ckb"); who reads Latin letters cannot read that one.
func sorani(tag language.Tag) language.Tag {
	base, script, region := tag.Raw()
	if base.String() != "ku" {
		return tag
	}
	switch {
	case script.String() == "Arab":
	case script.String() != "Zzzz":
		return tag
	case region.String() != "IQ" && region.String() != "IR" && region.String() != "ZZ":
		return tag
	}
	return language.MustParse("ckb")
}
