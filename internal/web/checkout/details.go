package checkout

import (
	"net/url"

	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// details is what the consumer step asks.
type details struct {
	Email   string      `json:"e"`
	Billing pay.Billing `json:"b"`
	Buyer   pay.Buyer   `json:"u"` // of the forms that ask for it
}

// readDetails takes the posted fields. A field that was not posted at all is
// what the session prefilled, so that a program sends only what it knows; one
// that was posted empty is empty.
func readDetails(values url.Values, session pay.Session) details {
	field := func(name, prefilled string) string {
		if values.Has(name) {
			return values.Get(name)
		}
		return prefilled
	}
	if session.Form != pay.FormBilling {
		return details{Email: field("email", session.BuyerEmail), Buyer: readBuyer(field, session)}
	}
	given := session.Billing
	typed := details{
		Email: field("email", session.BuyerEmail),
		Billing: pay.Billing{
			Country: field("country", given.Country), Postcode: field("postcode", given.Postcode), State: field("state", given.State),
			BusinessName: field("businessName", given.BusinessName), TaxID: field("taxId", given.TaxID),
			// A checkbox that is not ticked is not posted, so the form's own
			// select tells whether the form was.
			IsBusiness: isYes(values.Get("business")) || given.IsBusiness && !values.Has("country") && !values.Has("business"),
		}.Clean(),
	}
	if !typed.Billing.IsBusiness {
		typed.Billing.BusinessName, typed.Billing.TaxID = "", ""
	}
	return typed
}

// detailFields maps the core's names of fields to the form's.
var detailFields = map[string]string{
	"buyerEmail":                 "email",
	"billingDetail":              "country",
	"billingDetail.country":      "country",
	"billingDetail.postcode":     "postcode",
	"billingDetail.state":        "state",
	"billingDetail.businessName": "businessName",
	"billingDetail.taxId":        "taxId",
	"buyer.name":                 "name",
	"buyer.firstName":            "firstName",
	"buyer.lastName":             "lastName",
	"buyer.phone":                "phone",
	"buyer.address1":             "address1",
	"buyer.address2":             "address2",
	"buyer.city":                 "city",
	"buyer.province":             "province",
	"buyer.postcode":             "postcode",
	"buyer.country":              "country",
}

// problems lists everything that is wrong with the details at once.
func (d details) problems(l *i18n.Language, form pay.Form) []ui.Problem {
	if form != pay.FormBilling {
		return problemsOf(l, detailFields, d.buyerProblems(form)...)
	}
	var found []error
	if _, err := pay.CleanEmail("buyerEmail", d.Email); err != nil {
		found = append(found, err)
	}
	for _, problem := range d.Billing.Problems() {
		found = append(found, problem)
	}
	return problemsOf(l, detailFields, found...)
}
