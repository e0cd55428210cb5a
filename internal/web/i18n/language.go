package i18n

import (
	"fmt"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

// Key names one text in the locale files. In Go code a key is always written
// as i18n.Key("…"), so that the completeness test finds every use.
type Key string

// Language is one language of the catalogue.
type Language struct {
	tag     language.Tag
	texts   *goi18n.Localizer
	numbers *message.Printer
	money   moneyStyle
}

func newLanguage(bundle *goi18n.Bundle, tag language.Tag) (*Language, error) {
	// One page must not mix digits: card numbers, dates and the digits behind a
	// decimal point are Western ones everywhere, so those before it are too.
	western, err := tag.SetTypeForKey("nu", "latn")
	if err != nil {
		return nil, fmt.Errorf("i18n: digits of %s: %w", tag, err)
	}
	l := &Language{
		tag: tag, texts: goi18n.NewLocalizer(bundle, tag.String(), fallback.String()), numbers: message.NewPrinter(western),
	}
	if l.money, err = newMoneyStyle(l); err != nil {
		return nil, err
	}
	return l, nil
}

// Tag is the BCP 47 tag for the lang attribute.
func (l *Language) Tag() string { return l.tag.String() }

// Name is what the language calls itself: "English", "日本語".
func (l *Language) Name() string { return display.Self.Name(l.tag) }

// Direction is "rtl" for languages written from right to left, else "ltr".
func (l *Language) Direction() string {
	script, _ := l.tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// Marks of the Unicode bidirectional algorithm.
const (
	isolateStart = "\u2068" // what follows takes its direction from its own first letter
	isolateEnd   = "\u2069"
	leftToRight  = "\u200e" // this and the next are letters that nobody sees
	rightToLeft  = "\u200f"
)

// isolate keeps a text value from being reordered with the sentence around it:
// in a sentence from right to left, the groups of a card number would otherwise
// change places. Sentences from left to right read well without.
func (l *Language) isolate(value any) any {
	if text, ok := value.(string); ok && text != "" && l.Direction() == "rtl" {
		return isolateStart + text + isolateEnd
	}
	return value
}

// Text is the text of a key. args are pairs of a placeholder's name and its
// value: Text("payment.button", "Amount", "$11.90"). The one called Count also
// chooses between singular and plural. An unknown key, or an odd number of
// args, is an error, which stops a template instead of showing the buyer a key.
func (l *Language) Text(key Key, args ...any) (string, error) {
	if len(args)%2 != 0 {
		return "", fmt.Errorf("i18n: %s: arguments must be pairs", key)
	}
	values := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return "", fmt.Errorf("i18n: %s: argument %d is not a name", key, i)
		}
		values[name] = l.isolate(args[i+1])
	}
	config := &goi18n.LocalizeConfig{MessageID: string(key), TemplateData: values}
	if count, counted := values["Count"]; counted {
		config.PluralCount = count
	}
	text, err := l.texts.Localize(config)
	if err != nil {
		return "", fmt.Errorf("i18n: %s: %w", key, err)
	}
	return text, nil
}

// Say is Text for Go code, whose keys the completeness test has seen: a
// failure shows the key itself instead of taking the page away.
func (l *Language) Say(key Key, args ...any) string {
	text, err := l.Text(key, args...)
	if err != nil {
		return string(key)
	}
	return text
}

// Time is a moment in words, in UTC because the server does not know where
// the reader is.
func (l *Language) Time(at time.Time) string {
	return at.UTC().Format(l.Say(Key("format.time")))
}
