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
// "¥4,500", "IQD 4,500.000". It is built from the exact display string; no
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
	if hasFraction {
		number += l.money.decimal + fraction
	}
	number = l.attach(l.Symbol(a.Currency()), number)
	if negative {
		return "−" + number
	}
	return number
}

func (l *Language) attach(symbol, number string) string {
	if l.money.suffix {
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
