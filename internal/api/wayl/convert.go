package wayl

import (
	"encoding/json"
	"net/url"
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

// wholeOf reads a number without a fraction. Some languages write 10000 as
// 10000.0, which is the same number.
func wholeOf(number api.Number) (int64, bool) {
	const longest = 40 // digits and noughts of any amount
	if len(number) > longest {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(string(number), ".")
	if strings.Trim(fraction, "0") != "" {
		return 0, false
	}
	return api.Number(whole).Int64()
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

// maxURL bounds an address in bytes.
const maxURL = 2048

// address reads an http or https address; "" when it is absent or wrong.
func (p *problems) address(field string, value *string) string {
	if value == nil {
		return ""
	}
	parsed, err := url.Parse(*value)
	switch {
	case len(*value) > maxURL:
		p.addf(field, "too_long", "%s must not exceed %d characters", field, maxURL)
	case err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Hostname() == "" || parsed.User != nil:
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
	maxSkip     = 1 << 31
)

// page reads take and skip. A take above the cap is the cap.
func (p *problems) page(query url.Values) (take, skip int) {
	take, skip = p.count(query, "take", defaultTake), p.count(query, "skip", 0)
	return min(take, maxTake), skip
}

func (p *problems) count(query url.Values, field string, otherwise int) int {
	if !query.Has(field) {
		return otherwise
	}
	number, err := strconv.ParseUint(query.Get(field), 10, 31)
	if err != nil || number > maxSkip {
		p.addf(field, "bad_number", "%s must be a whole number of at least 0", field)
	}
	return int(number)
}

// statusesIn reads a list of states: repeated, as statuses[], or with commas
// (spec/wayl.md §2.2).
func statusesIn[S interface {
	~string
	Known() bool
}](p *problems, query url.Values) (list []S) {
	given := append(append([]string{}, query["statuses"]...), query["statuses[]"]...)
	for _, value := range given {
		for name := range strings.SplitSeq(value, ",") {
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
