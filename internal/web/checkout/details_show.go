package checkout

import (
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// detailsView is the consumer step.
type detailsView struct {
	scene
	Email        ui.Field
	Country      ui.Field
	Countries    []countryChoice
	State        ui.Field
	Postcode     ui.Field
	Business     bool
	BusinessName ui.Field
	TaxID        ui.Field
}

// countryChoice is one line of the country list.
type countryChoice struct {
	i18n.Country
	Chosen bool
	Region bool // an order from there needs a state or a postcode
}

// showDetails draws the consumer step with what was typed and what is wrong
// with it.
func (h *Handler) showDetails(v *visit, status int, typed details, problems []ui.Problem) {
	if v.json {
		h.answer(v, status, problems)
		return
	}
	if v.look.Session.Form != pay.FormBilling {
		h.showBuyer(v, status, typed, problems)
		return
	}
	h.foresee(v, typed)
	say, b := v.language.Say, typed.Billing
	view := detailsView{
		scene: h.sceneOf(v, i18n.Key("title.details"), problems),
		Email: ui.Field{
			Name: "email", Label: say(i18n.Key("email.label")), Value: typed.Email, Type: "email",
			Autocomplete: "email", InputMode: "email", MaxLength: 254, Required: true,
		},
		Country: ui.Field{Name: "country", Label: say(i18n.Key("country.label")), Autocomplete: "country", Required: true},
		State: ui.Field{
			Name: "state", Label: say(i18n.Key("state.label")), Value: b.State, Autocomplete: "address-level1", MaxLength: 128,
		},
		Postcode: ui.Field{
			Name: "postcode", Label: say(i18n.Key("postcode.label")), Value: b.Postcode, Autocomplete: "postal-code", MaxLength: 128,
		},
		Business: b.IsBusiness,
		BusinessName: ui.Field{
			Name: "businessName", Label: say(i18n.Key("businessName.label")), Value: b.BusinessName,
			Autocomplete: "organization", MaxLength: 128, Required: true,
		},
		TaxID: ui.Field{
			Name: "taxId", Label: say(i18n.Key("taxId.label")), Value: b.TaxID, Hint: say(i18n.Key("taxId.hint")),
			MaxLength: 128, Optional: true,
		},
	}
	for _, field := range []*ui.Field{&view.Email, &view.Country, &view.State, &view.Postcode, &view.BusinessName, &view.TaxID} {
		field.Error = ui.ProblemWith(problems, field.Name)
	}
	for _, country := range h.countries[v.language.Tag()] {
		view.Countries = append(view.Countries, countryChoice{
			Country: country, Chosen: country.Code == b.Country,
			Region: pay.NeedsState(country.Code) || pay.NeedsPostcode(country.Code) || pay.NeedsStateOrPostcode(country.Code),
		})
	}
	h.write(v, status, "details", view.pictures(), view)
}
