package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"tillway/internal/money"
)

// moneyStyle is how a language writes amounts. Grouping and symbols come from
// the Unicode tables; what those do not give comes from the locale file.
type moneyStyle struct {
	decimal string // between units and fraction
	suffix  bool   // the symbol stands behind the number
}

// nbsp keeps a code and its number on one line.
const nbsp = "\u00a0"

func newMoneyStyle(l *Language) (moneyStyle, error) {
	decimal, err := l.Text(Key("money.decimal"))
	if err != nil {
		return moneyStyle{}, err
	}
	side, err := l.Text(Key("money.symbol"))
	if err != nil {
		return moneyStyle{}, err
	}
	if side != "before" && side != "after" {
		return moneyStyle{}, fmt.Errorf("i18n: money.symbol of %s is %q, not before or after", l.tag, side)
	}
	return moneyStyle{decimal: decimal, suffix: side == "after"}, nil
}

// Money is an amount as a person of the language writes it: "$1,234.50",
// "¥4,500", "IQD 4,500". It is built from the exact display string; no
// floating point is involved. No amount is the empty text.
func (l *Language) Money(a money.Amount) string {
	if !a.IsSet() {
		return ""
	}
	display, negative := strings.CutPrefix(a.String(), "-")
	units, fraction, hasFraction := strings.Cut(display, ".")
	whole, err := strconv.ParseInt(units, 10, 64)
	if err != nil {
		return a.String() + nbsp + string(a.Currency()) // cannot happen: units are the digits of an int64
	}
	number := l.numbers.Sprintf("%d", whole)
	if hasFraction && (!unused(fraction) || !wholeUnits(a.Currency())) {
		number += l.money.decimal + fraction
	}
	number = l.attach(l.Symbol(a.Currency()), number)
	before, minus := "", "−"
	if l.Direction() == "rtl" {
		// Even an amount whose only letters are Latin runs from right to left,
		// and its minus stays before the digits.
		before, minus = rightToLeft, leftToRight+minus
	}
	if negative {
		before += minus
	}
	return before + number
}

// wholeUnits reports whether people write the currency without a fraction: ISO
// 4217 gives the Iraqi dinar 3 digits, but the Unicode tables know that nobody
// has seen a fils for decades.
func wholeUnits(c money.Currency) bool {
	unit, err := currency.ParseISO(string(c))
	if err != nil {
		return false
	}
	digits, _ := currency.Standard.Rounding(unit)
	return digits == 0
}

// unused reports whether leaving a fraction out loses nothing.
func unused(fraction string) bool { return strings.Trim(fraction, "0") == "" }

func (l *Language) attach(symbol, number string) string {
	if l.money.suffix {
		if last, _ := utf8.DecodeLastRuneInString(symbol); l.Direction() == "rtl" && unicode.Is(unicode.Sc, last) && len(symbol) > utf8.RuneLen(last) {
			symbol += leftToRight // keeps the dollar of "US$" behind its letters
		}
		return number + nbsp + symbol
	}
	if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) {
		return symbol + nbsp + number
	}
	return symbol + number
}

// Symbol is the currency's sign where the language has an unambiguous one,
// else its code.
func (l *Language) Symbol(c money.Currency) string {
	unit, err := currency.ParseISO(string(c))
	if err != nil {
		return string(c)
	}
	if symbol := l.numbers.Sprint(currency.Symbol(unit)); symbol != "" {
		return symbol
	}
	return string(c)
}
