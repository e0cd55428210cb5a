package checkout

import (
	"cmp"
	"slices"

	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// buyerForm is the consumer step of the forms that ask for a person.
type buyerForm struct {
	scene
	Rows [][]choiceField // one or two fields beside each other
}

// choiceField is an input, or a list when it has choices.
type choiceField struct {
	ui.Field
	Choose  string // the first line of the list
	Choices []choice
}

// choice is one line of a list.
type choice struct {
	Value, Label string
	Chosen       bool
}

// cityLabels name Iraq's governorates.
var cityLabels = map[string]i18n.Key{
	"iraq_baghdad": i18n.Key("city.baghdad"), "iraq_al_basrah": i18n.Key("city.basra"), "iraq_ninawa": i18n.Key("city.nineveh"),
	"iraq_erbil": i18n.Key("city.erbil"), "iraq_al_sulaymaniyah": i18n.Key("city.sulaymaniyah"), "iraq_dohuk": i18n.Key("city.duhok"),
	"iraq_halabja": i18n.Key("city.halabja"), "iraq_kirkuk": i18n.Key("city.kirkuk"), "iraq_diyala": i18n.Key("city.diyala"),
	"iraq_al_anbar": i18n.Key("city.anbar"), "iraq_babil": i18n.Key("city.babil"), "iraq_karbala": i18n.Key("city.karbala"),
	"iraq_al_najaf": i18n.Key("city.najaf"), "iraq_al_qadisiyah": i18n.Key("city.qadisiyyah"), "iraq_al_muthanna": i18n.Key("city.muthanna"),
	"iraq_dhi_qar": i18n.Key("city.dhi_qar"), "iraq_maysan": i18n.Key("city.maysan"), "iraq_wasit": i18n.Key("city.wasit"),
	"iraq_salah_al_din": i18n.Key("city.saladin"),
}

// showBuyer draws the consumer step with what was typed and what is wrong with it.
func (h *Handler) showBuyer(v *visit, status int, typed details, problems []ui.Problem) {
	rows := contactRows(v.language, typed.Buyer)
	if v.look.Session.Form != pay.FormContact {
		rows = h.deliveryRows(v.language, typed)
	}
	view := buyerForm{scene: h.sceneOf(v, i18n.Key("title.details"), inOrder(rows, problems)), Rows: rows}
	for _, row := range view.Rows {
		for i := range row {
			row[i].Error = ui.ProblemWith(problems, row[i].Name)
		}
	}
	h.write(v, status, "buyer", view.pictures(), view)
}

// inOrder sorts problems as the form has their fields.
func inOrder(rows [][]choiceField, problems []ui.Problem) []ui.Problem {
	at := func(p ui.Problem) int {
		return slices.IndexFunc(slices.Concat(rows...), func(f choiceField) bool { return f.Name == p.Field })
	}
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b ui.Problem) int { return cmp.Compare(at(a), at(b)) })
	return sorted
}

// textOf is an input of one line.
func textOf(name, label, value, autocomplete string, required bool) choiceField {
	const longest = 255
	return choiceField{Field: ui.Field{
		Name: name, Label: label, Value: value, Autocomplete: autocomplete, MaxLength: longest, Required: required, Optional: !required,
	}}
}

// contactRows ask for a name, a phone, a city and an address (spec/wayl.md §7).
func contactRows(l *i18n.Language, b pay.Buyer) [][]choiceField {
	phone := textOf("phone", l.Say(i18n.Key("phone.label")), b.Phone, "tel", true)
	phone.Type, phone.InputMode = "tel", "tel"
	city := textOf("city", l.Say(i18n.Key("city.label")), b.City, "address-level1", true)
	if b.Country == "" || b.Country == iraq {
		city.Choose = l.Say(i18n.Key("city.choose"))
		for _, value := range governorates {
			city.Choices = append(city.Choices, choice{Value: value, Label: l.Say(cityLabels[value]), Chosen: value == b.City})
		}
	}
	return [][]choiceField{
		{textOf("name", l.Say(i18n.Key("name.label")), b.Name, "name", true)},
		{phone},
		{city},
		{textOf("address1", l.Say(i18n.Key("address.label")), b.Address1, "street-address", true)},
	}
}

// deliveryRows ask for a person and a postal address (spec/diddo.md §5).
func (h *Handler) deliveryRows(l *i18n.Language, typed details) [][]choiceField {
	b := typed.Buyer
	email := textOf("email", l.Say(i18n.Key("email.label")), typed.Email, "email", true)
	email.Type, email.InputMode = "email", "email"
	phone := textOf("phone", l.Say(i18n.Key("phone.label")), b.Phone, "tel", false)
	phone.Type, phone.InputMode = "tel", "tel"
	country := textOf("country", l.Say(i18n.Key("country.label")), b.Country, "country", true)
	country.Choose = l.Say(i18n.Key("country.choose"))
	for _, c := range h.countries[l.Tag()] {
		country.Choices = append(country.Choices, choice{Value: c.Code, Label: c.Name, Chosen: c.Code == b.Country})
	}
	return [][]choiceField{
		{email},
		{
			textOf("firstName", l.Say(i18n.Key("firstName.label")), b.FirstName, "given-name", true),
			textOf("lastName", l.Say(i18n.Key("lastName.label")), b.LastName, "family-name", true),
		},
		{phone},
		{textOf("address1", l.Say(i18n.Key("address.label")), b.Address1, "address-line1", true)},
		{textOf("address2", l.Say(i18n.Key("address2.label")), b.Address2, "address-line2", false)},
		{
			textOf("city", l.Say(i18n.Key("town.label")), b.City, "address-level2", true),
			textOf("province", l.Say(i18n.Key("state.label")), b.Province, "address-level1", false),
		},
		{textOf("postcode", l.Say(i18n.Key("postcode.label")), b.Postcode, "postal-code", false), country},
	}
}
