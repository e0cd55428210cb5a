package pay

import (
	"slices"
	"strings"

	"tillway/internal/fault"
)

// Billing is where and as what the buyer pays (spec/pancake.md §5.9, §8). The
// zero value means "not given".
type Billing struct {
	Country      string `json:"country"` // ISO 3166-1 alpha-2
	IsBusiness   bool   `json:"isBusiness"`
	Postcode     string `json:"postcode,omitempty"`
	State        string `json:"state,omitempty"`
	BusinessName string `json:"businessName,omitempty"`
	TaxID        string `json:"taxId,omitempty"`
}

// IsSet reports whether billing details were given at all.
func (b Billing) IsSet() bool { return b.Country != "" }

const maxBillingText = 128

// Shape checks form without completeness: what a prefill must satisfy.
func (b Billing) Shape() error {
	if !IsCountry(b.Country) {
		return fault.Invalidf("billingDetail.country", "bad_country", "billingDetail.country must be a two-letter ISO 3166-1 country code, got %q", fault.Echo(b.Country))
	}
	for _, part := range []struct{ field, value string }{
		{"billingDetail.postcode", b.Postcode},
		{"billingDetail.state", b.State},
		{"billingDetail.businessName", b.BusinessName},
		{"billingDetail.taxId", b.TaxID},
	} {
		if _, err := CleanText(part.field, part.value, 0, maxBillingText); err != nil {
			return err
		}
	}
	return nil
}

// Complete checks what an order needs by country: US a postcode and a state,
// CA a state or a postcode, a business its name. An EU business without a tax
// ID is taxed like a private buyer, so the ID is not required. It returns the
// first of Problems.
func (b Billing) Complete() error {
	if problems := b.Problems(); len(problems) > 0 {
		return problems[0]
	}
	return nil
}

// Problems lists everything that keeps b from being Complete, at most one per
// field, so that a form can show all of it at once.
func (b Billing) Problems() []*fault.Error {
	if b.Country == "" {
		return []*fault.Error{MissingField("billingDetail.country")}
	}
	if err := b.Shape(); err != nil {
		return []*fault.Error{fault.From(err)}
	}
	var problems []*fault.Error
	if NeedsPostcode(b.Country) && b.Postcode == "" {
		problems = append(problems, MissingField("billingDetail.postcode"))
	}
	if NeedsState(b.Country) && b.State == "" {
		problems = append(problems, MissingField("billingDetail.state"))
	}
	if NeedsStateOrPostcode(b.Country) && b.State == "" && b.Postcode == "" {
		problems = append(problems, fault.Invalidf("billingDetail.state", "missing_field", "Missing required field: provide billingDetail.state or billingDetail.postcode"))
	}
	if b.IsBusiness && b.BusinessName == "" {
		problems = append(problems, MissingField("billingDetail.businessName"))
	}
	return problems
}

// Clean trims every member and upper-cases the country.
func (b Billing) Clean() Billing {
	b.Country = strings.ToUpper(strings.TrimSpace(b.Country))
	b.Postcode = strings.TrimSpace(b.Postcode)
	b.State = strings.TrimSpace(b.State)
	b.BusinessName = strings.TrimSpace(b.BusinessName)
	b.TaxID = strings.TrimSpace(b.TaxID)
	return b
}

// NeedsPostcode says whether an order from the country needs a postcode.
func NeedsPostcode(country string) bool { return country == "US" }

// NeedsState says whether an order from the country needs a state.
func NeedsState(country string) bool { return country == "US" }

// NeedsStateOrPostcode says whether an order from the country needs one of the two.
func NeedsStateOrPostcode(country string) bool { return country == "CA" }

// IsCountry reports whether code is an assigned ISO 3166-1 alpha-2 code.
func IsCountry(code string) bool {
	_, found := slices.BinarySearch(countries, code)
	return found
}

// Countries lists every assigned ISO 3166-1 alpha-2 code in order.
func Countries() []string { return slices.Clone(countries) }

var countries = strings.Fields(`AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR
LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK
PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)
