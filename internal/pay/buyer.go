package pay

import (
	"strings"

	"tillway/internal/fault"
)

// Form says what the consumer step of a checkout asks for.
type Form string

// The forms.
const (
	FormBilling  Form = ""         // e-mail and billing details (spec/pancake.md §8)
	FormContact  Form = "contact"  // name, phone, city and address (spec/wayl.md §7)
	FormNone     Form = "none"     // nothing: the order is placed with the session (spec/waypay.md §7)
	FormDelivery Form = "delivery" // e-mail, name, phone and a postal address (spec/diddo.md §5)
)

// Buyer is who buys and where they live, as far as a form asks or a request
// tells. A member that is not known is "".
type Buyer struct {
	Name       string `json:"name,omitempty"` // whole, where it is not asked in parts
	FirstName  string `json:"firstName,omitempty"`
	LastName   string `json:"lastName,omitempty"`
	Phone      string `json:"phone,omitempty"`
	NationalID string `json:"nationalId,omitempty"` // Pakistan's CNIC
	Address1   string `json:"address1,omitempty"`
	Address2   string `json:"address2,omitempty"`
	City       string `json:"city,omitempty"`
	Province   string `json:"province,omitempty"`
	Postcode   string `json:"postcode,omitempty"`
	Country    string `json:"country,omitempty"` // ISO 3166-1 alpha-2
}

// FullName is the name, also where it is known in parts.
func (b Buyer) FullName() string {
	if b.Name != "" {
		return b.Name
	}
	return strings.TrimSpace(b.FirstName + " " + b.LastName)
}

// maxBuyerText is the longest member of a Buyer, in characters.
const maxBuyerText = 255

// part is one member of a Buyer and the field that a form knows it by.
type part struct {
	field string
	value *string
}

func (b *Buyer) parts() []part {
	return []part{
		{"name", &b.Name},
		{"firstName", &b.FirstName},
		{"lastName", &b.LastName},
		{"phone", &b.Phone},
		{"nationalId", &b.NationalID},
		{"address1", &b.Address1},
		{"address2", &b.Address2},
		{"city", &b.City},
		{"province", &b.Province},
		{"postcode", &b.Postcode},
		{"country", &b.Country},
	}
}

// Clean trims every member and upper-cases the country.
func (b Buyer) Clean() Buyer {
	for _, member := range b.parts() {
		*member.value = strings.TrimSpace(*member.value)
	}
	b.Country = strings.ToUpper(b.Country)
	return b
}

// Or takes every member that is not known from another.
func (b Buyer) Or(prefilled Buyer) Buyer {
	from := prefilled.parts()
	for i, member := range b.parts() {
		if *member.value == "" {
			*member.value = *from[i].value
		}
	}
	return b
}

// required are the members that a form cannot do without.
var required = map[Form][]string{
	FormContact:  {"name", "phone", "city", "address1"},
	FormDelivery: {"firstName", "lastName", "address1", "city", "country"},
}

// Problems lists everything that keeps b from being what a form asks for, at
// most one per field, in the order of the form.
func (b Buyer) Problems(form Form) []*fault.Error {
	var problems []*fault.Error
	needed := map[string]bool{}
	for _, field := range required[form] {
		needed[field] = true
	}
	for _, member := range b.parts() {
		least := 0
		if needed[member.field] {
			least = 1
		}
		if _, err := CleanText("buyer."+member.field, *member.value, least, maxBuyerText); err != nil {
			problems = append(problems, fault.From(err))
		}
	}
	if b.Country != "" && !IsCountry(b.Country) {
		problems = append(problems, fault.Invalidf("buyer.country", "bad_country",
			"buyer.country must be a two-letter ISO 3166-1 country code, got %q", fault.Echo(b.Country)))
	}
	return problems
}

// Complete checks that b is what a form asks for. It returns the first of
// Problems.
func (b Buyer) Complete(form Form) error {
	if problems := b.Problems(form); len(problems) > 0 {
		return problems[0]
	}
	return nil
}
