package wayl

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tillway/internal/api"
	"tillway/internal/connector"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// dinar is how many minor units of ISO 4217 a dinar has. Wayl counts whole
// dinars alone (spec/wayl.md §1).
const dinar = 1000

// maxDinars bounds an amount: far above any sale, and what its minor units fit
// into a number of 64 bits with.
const maxDinars = 1_000_000_000_000

// toDinars reads an amount of whole dinars of at least so many; no amount when
// something is wrong, which is noted.
func (p *problems) toDinars(field string, number *api.Number, least int64) money.Amount {
	if number == nil {
		p.missing(field)
		return money.Amount{}
	}
	whole, ok := wholeOf(*number)
	switch {
	case !ok:
		p.addf(field, "bad_amount", "%s must be a whole number", field)
	case whole < least:
		p.addf(field, "too_small", "%s must be at least %d", field, least)
	case whole > maxDinars:
		p.addf(field, "too_large", "%s must not exceed %d", field, int64(maxDinars))
	default:
		return money.New(whole*dinar, link.Currency)
	}
	return money.Amount{}
}

// endless stands for whole numbers beyond every amount.
const endless = math.MaxInt64

// wholeOf reads a number without a fraction, by its decimal text alone. Some
// languages write 10000 as 10000.0 or as 1e4, which is the same number. What
// does not fit is endless, or its negative.
func wholeOf(number api.Number) (int64, bool) {
	const longest = 18 // digits that fit into 64 bits whatever they are
	text, negative := strings.CutPrefix(string(number), "-")
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return 0, true
	}
	significant := strings.TrimRight(digits, "0")
	noughts := len(digits) - len(significant) - len(fraction) + exponentOf(power)
	if noughts < 0 {
		return 0, false
	}
	value := int64(endless)
	if len(significant)+noughts <= longest {
		value, _ = strconv.ParseInt(significant+strings.Repeat("0", noughts), 10, 64)
	}
	if negative {
		value = -value
	}
	return value, true
}

// exponentOf is the power of ten that a number names. One beyond the bound
// outweighs the digits of every body.
func exponentOf(power string) int {
	const most = 1 << 30
	if power == "" {
		return 0
	}
	number, _ := strconv.ParseInt(power, 10, 64) // the nearest that fits, where none does
	return int(min(max(number, -most), most))
}

// dinarsOf is an amount in dinars. Only what the operator did in another way
// than Wayl's can have a fraction, and is told with it.
func dinarsOf(amount money.Amount) json.Number {
	whole, fraction, _ := strings.Cut(amount.String(), ".")
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return json.Number(whole + "." + fraction)
	}
	if whole == "" {
		return "0"
	}
	return json.Number(whole)
}

// roundedDinars is an amount in whole dinars, half up: a fee by a rule seldom
// comes to a whole number.
func roundedDinars(amount money.Amount) json.Number {
	return json.Number(strconv.FormatInt((amount.Minor()+dinar/2)/dinar, 10))
}

// methodOf names a way of paying as Wayl does (spec/wayl.md §7).
func methodOf(method connector.Method) string {
	if word, known := methodWords[method]; known {
		return word
	}
	return string(method)
}

var methodWords = map[connector.Method]string{
	connector.Card: "Card", connector.QiCard: "QiCard", connector.ZainCash: "ZainCash", connector.FIB: "FIB", connector.Bank: "Bank",
}

// text reads a text of so many characters; nil when it is absent or wrong, which
// is noted. No control character comes in: references stand in addresses and
// labels on pages.
func (p *problems) text(field string, value *string, least, most int) *string {
	if value == nil {
		return nil
	}
	if n := utf8.RuneCountInString(*value); n < least || n > most {
		p.addf(field, "bad_length", "%s must have %d to %d characters", field, least, most)
		return nil
	}
	if _, err := pay.CleanProse(field, *value, 0, most); err != nil {
		p.keep(field, err)
		return nil
	}
	return value
}

// line reads a required text of one line, exactly as it is written; "" when it is
// blank or wrong, which is noted. Spaces at its ends count.
func (p *problems) line(field string, value *string, least, most int) string {
	if value == nil || strings.TrimSpace(*value) == "" {
		p.missing(field)
		return ""
	}
	text := p.text(field, value, least, most)
	if text == nil {
		return ""
	}
	if _, err := pay.CleanText(field, *text, 0, most); err != nil {
		p.keep(field, err)
		return ""
	}
	return *text
}

// maxURL bounds an address in bytes.
const maxURL = 2048

// unhostly are marks that a URL may have in its host, and the name of a host may
// not: a page could not lead there (spec/wayl.md §7).
const unhostly = "!$&'()*+,;=\"<>"

// address reads an http or https address; "" when it is absent or wrong.
func (p *problems) address(field string, value *string) string {
	if value == nil {
		return ""
	}
	parsed, err := url.Parse(*value)
	switch {
	case len(*value) > maxURL:
		p.addf(field, "too_long", "%s must not exceed %d bytes", field, maxURL)
	case err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" || parsed.User != nil,
		strings.ContainsAny(parsed.Host, unhostly):
		p.addf(field, "bad_url", "%s must be a valid http or https URL", field)
	default:
		return *value
	}
	return ""
}

// Bounds of lists (spec/wayl.md §2.2).
const (
	defaultTake = 10
	maxTake     = 100
	maxSkip     = math.MaxInt32 // beyond every list
)

// query is the query of a call. What cannot be read of it is noted: left out it
// would be as if it had not been asked for.
func (p *problems) query(call *api.Call) url.Values {
	for _, wrong := range call.Unreadable() {
		field := wrong.Field
		if len(pathOf(field)) == 0 {
			field = "query"
		}
		p.keep(field, wrong)
	}
	return call.Query()
}

// page reads take and skip. One above its bound is the bound.
func (p *problems) page(query url.Values) (take, skip int) {
	return p.count(query, "take", defaultTake, maxTake), p.count(query, "skip", 0, maxSkip)
}

func (p *problems) count(query url.Values, field string, otherwise, most uint64) int {
	if !query.Has(field) {
		return int(otherwise)
	}
	number, err := strconv.ParseUint(query.Get(field), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		p.addf(field, "bad_number", "%s must be a whole number of at least 0", field)
	}
	return int(min(number, most)) // of one that does not fit, ParseUint says the largest
}

// statusesIn reads a list of states: repeated, as statuses[], numbered as PHP
// does (statuses[0]), or with commas (spec/wayl.md §2.2).
func statusesIn[S interface {
	~string
	Known() bool
}](p *problems, query url.Values) (list []S) {
	for _, member := range slices.Sorted(maps.Keys(query)) {
		if !listed(member, "statuses") {
			continue
		}
		for name := range strings.SplitSeq(strings.Join(query[member], ","), ",") {
			status := S(strings.TrimSpace(name))
			if !status.Known() {
				p.addf("statuses", "unknown_status", "statuses has the unknown status %.40q", name)
				return nil
			}
			list = append(list, status)
		}
	}
	return list
}

// listed reports whether a member of a query is a list or an item of it.
func listed(member, list string) bool {
	index, is := strings.CutPrefix(member, list)
	index, opened := strings.CutPrefix(index, "[")
	index, closed := strings.CutSuffix(index, "]")
	return is && opened == closed && strings.Trim(index, "0123456789") == "" && (opened || index == "")
}
