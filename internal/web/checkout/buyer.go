package checkout

import (
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// iraq is the country of the one form that asks for governorates.
const iraq = "IQ"

// governorates are Iraq's, as Wayl's webhooks name them (spec/wayl.md §6).
var governorates = []string{
	"iraq_baghdad", "iraq_al_basrah", "iraq_ninawa", "iraq_erbil", "iraq_al_sulaymaniyah", "iraq_dohuk", "iraq_halabja",
	"iraq_kirkuk", "iraq_diyala", "iraq_al_anbar", "iraq_babil", "iraq_karbala", "iraq_al_najaf", "iraq_al_qadisiyah",
	"iraq_al_muthanna", "iraq_dhi_qar", "iraq_maysan", "iraq_wasit", "iraq_salah_al_din",
}

// readBuyer takes the posted fields of a person and an address.
func readBuyer(field func(name, prefilled string) string, session pay.Session) pay.Buyer {
	given := session.Buyer
	typed := pay.Buyer{
		Name: field("name", given.Name), FirstName: field("firstName", given.FirstName), LastName: field("lastName", given.LastName),
		Phone: field("phone", given.Phone), NationalID: given.NationalID, Address1: field("address1", given.Address1),
		Address2: field("address2", given.Address2), City: field("city", given.City), Province: field("province", given.Province),
		Postcode: field("postcode", given.Postcode), Country: field("country", given.Country),
	}.Clean()
	if session.Form == pay.FormContact {
		typed.Country = given.Country
		if typed.Country == "" {
			typed.Country = iraq
		}
	}
	typed.Phone = international(typed.Phone, typed.Country)
	return typed
}

// international writes a phone number in digits with the country's code where
// the country is one whose national form is known; any other stays as typed.
func international(phone, country string) string {
	digits := strings.NewReplacer("(", "", ")", "", "+", "").Replace(plain(phone))
	if country != iraq || strings.Trim(digits, "0123456789") != "" {
		return phone
	}
	const code = "964"
	digits = strings.TrimPrefix(digits, "00")
	digits = strings.TrimPrefix(digits, code)
	if digits = strings.TrimPrefix(digits, "0"); digits == "" {
		return "" // signs and the country's code are no number
	}
	return code + digits
}

// buyerProblems lists everything that is wrong with a person at once.
func (d details) buyerProblems(form pay.Form) (found []error) {
	if _, err := pay.CleanEmail("buyerEmail", d.Email); err != nil && form == pay.FormDelivery {
		found = append(found, err)
	}
	faulty := map[string]bool{} // a field is told of once
	for _, problem := range d.Buyer.Problems(form) {
		found = append(found, problem)
		faulty[problem.Field] = true
	}
	if form != pay.FormContact || d.Buyer.Country != iraq {
		return found
	}
	if national, ok := strings.CutPrefix(d.Buyer.Phone, "9647"); !faulty["buyer.phone"] && (!ok || !digits(national, 9, 9)) {
		found = append(found, fault.Invalidf("buyer.phone", "bad_phone", "buyer.phone must be an Iraqi mobile number"))
	}
	if !faulty["buyer.city"] && !slices.Contains(governorates, d.Buyer.City) {
		found = append(found, fault.Invalidf("buyer.city", "bad_city", "buyer.city must be one of Iraq's governorates"))
	}
	return found
}
