package checkout

import (
	"tillway/internal/fault"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// mistake is one way to fill in one field wrongly.
type mistake struct{ field, code string }

// mistakes is what the buyer is told. A code that is not listed is told as
// the field's "bad_value".
var mistakes = map[mistake]i18n.Key{
	{"email", "missing_field"}:        i18n.Key("email.missing"),
	{"email", "bad_value"}:            i18n.Key("email.bad"),
	{"country", "missing_field"}:      i18n.Key("country.missing"),
	{"country", "bad_value"}:          i18n.Key("country.bad"),
	{"postcode", "missing_field"}:     i18n.Key("postcode.missing"),
	{"postcode", "bad_value"}:         i18n.Key("postcode.bad"),
	{"state", "missing_field"}:        i18n.Key("state.missing"),
	{"state", "bad_value"}:            i18n.Key("state.bad"),
	{"businessName", "missing_field"}: i18n.Key("businessName.missing"),
	{"businessName", "bad_value"}:     i18n.Key("businessName.bad"),
	{"taxId", "bad_value"}:            i18n.Key("taxId.bad"),
	{"method", "bad_value"}:           i18n.Key("method.choose"),
	{"name", "missing_field"}:         i18n.Key("name.missing"),
	{"name", "bad_value"}:             i18n.Key("name.bad"),
	{"firstName", "missing_field"}:    i18n.Key("firstName.missing"),
	{"firstName", "bad_value"}:        i18n.Key("name.bad"),
	{"lastName", "missing_field"}:     i18n.Key("lastName.missing"),
	{"lastName", "bad_value"}:         i18n.Key("name.bad"),
	{"phone", "missing_field"}:        i18n.Key("phone.missing"),
	{"phone", "bad_value"}:            i18n.Key("phone.bad"),
	{"city", "missing_field"}:         i18n.Key("city.missing"),
	{"city", "bad_value"}:             i18n.Key("city.bad"),
	{"address1", "missing_field"}:     i18n.Key("address.missing"),
	{"address1", "bad_value"}:         i18n.Key("address.bad"),
	{"address2", "bad_value"}:         i18n.Key("address.bad"),
	{"province", "bad_value"}:         i18n.Key("state.bad"),
}

// paymentFields maps the core's names of fields to the payment form's.
var paymentFields = map[string]string{"method": "method"}

// problemsOf words the core's faults for the buyer, beside the form's fields.
// A fault of no field of this form keeps the core's own words.
func problemsOf(l *i18n.Language, fields map[string]string, errs ...error) []ui.Problem {
	var problems []ui.Problem
	for _, err := range errs {
		found := fault.From(err)
		field := fields[found.Field]
		key, ok := mistakes[mistake{field, found.Code}]
		if !ok {
			key, ok = mistakes[mistake{field, "bad_value"}]
		}
		message := found.Message
		if ok {
			message = l.Say(key)
		}
		problems = append(problems, ui.Problem{Field: field, Message: message})
	}
	return problems
}
