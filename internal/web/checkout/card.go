package checkout

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tillway/internal/connector"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// card is what the payment step asks, as typed: of a card, or of a wallet. It
// has no exported member and is never stored or logged; only the holder's name
// and the wallet's account go back into a page.
type card struct {
	method                      connector.Method
	number, expiry, cvc, holder string
	phone, cnic                 string
}

const (
	minNumber = 12
	maxNumber = 19
	maxHolder = 128
)

// problems lists what cannot be a card. The Luhn formula is not asked, because
// some of the sheet's test cards fail it.
func (c card) problems(l *i18n.Language, now time.Time) []ui.Problem {
	var problems []ui.Problem
	add := func(field string, key i18n.Key) {
		problems = append(problems, ui.Problem{Field: field, Message: l.Say(key)})
	}
	switch number := plain(c.number); {
	case number == "":
		add("number", i18n.Key("number.missing"))
	case !digits(number, minNumber, maxNumber):
		add("number", i18n.Key("number.bad"))
	}
	month, year, ok := c.expires()
	switch {
	case strings.TrimSpace(c.expiry) == "":
		add("expiry", i18n.Key("expiry.missing"))
	case !ok:
		add("expiry", i18n.Key("expiry.bad"))
	case !now.Before(time.Date(year, time.Month(month)+1, 1, 12, 0, 0, 0, time.UTC)):
		// Half a day of grace: the month ends later in the Americas than in UTC.
		add("expiry", i18n.Key("expiry.past"))
	}
	switch cvc := strings.TrimSpace(c.cvc); {
	case cvc == "":
		add("cvc", i18n.Key("cvc.missing"))
	case !digits(cvc, 3, 4):
		add("cvc", i18n.Key("cvc.bad"))
	}
	if len(c.holder) > maxHolder {
		add("holder", i18n.Key("holder.bad"))
	}
	return problems
}

// instrument is what the provider draws the money from.
func (c card) instrument(method connector.Method) connector.Instrument {
	if needsAccount(method) {
		return connector.Instrument{Wallet: c.account(method)}
	}
	if method != connector.Card || c.number == "" {
		return connector.Instrument{}
	}
	month, year, _ := c.expires()
	return connector.Instrument{Card: &connector.CardDetails{
		Number: plain(c.number), ExpiryMonth: month, ExpiryYear: year,
		CVC: strings.TrimSpace(c.cvc), Holder: strings.TrimSpace(c.holder),
	}}
}

// expires reads "12/34", "12 / 2034", "1234" and "12-34". A year of two digits
// is of this century.
func (c card) expires() (month, year int, ok bool) {
	text := strings.Join(strings.Fields(c.expiry), "")
	first, second, cut := strings.Cut(strings.NewReplacer("-", "/", ".", "/").Replace(text), "/")
	if !cut && (len(text) == 4 || len(text) == 6) {
		first, second = text[:2], text[2:]
	}
	if !digits(first, 1, 2) || !digits(second, 2, 4) || len(second) == 3 {
		return 0, 0, false
	}
	month, _ = strconv.Atoi(first)
	year, _ = strconv.Atoi(second)
	if len(second) == 2 {
		year += 2000
	}
	return month, year, month >= 1 && month <= 12
}

// plain drops the spaces and dashes that people group digits with.
func plain(number string) string {
	return strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(latinDigits(number))
}

// digits reports whether text is between least and most ASCII digits.
func digits(text string, least, most int) bool {
	if len(text) < least || len(text) > most {
		return false
	}
	return strings.Trim(text, "0123456789") == ""
}

func offers(methods []connector.Method, method connector.Method) bool {
	return slices.Contains(methods, method)
}

// grouped writes a number as it is printed on the card.
func grouped(number string) string {
	var b strings.Builder
	for i, r := range number {
		if amex := len(number) == 15; amex && (i == 4 || i == 10) || !amex && i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
