package checkout

import (
	"net/url"
	"strings"

	"tillway/internal/pay"
)

// productLink is what a product's permanent link asks for (spec/pancake.md §1).
// Every member may be missing, and one that nobody knows, such as
// type=product, is passed over.
type productLink struct {
	Env        pay.Env
	Currency   string // "" leaves it to the product
	Email      string // prefilled
	SuccessURL string
	Country    string // prefilled
	Business   bool   // prefilled
}

// readLink takes a link's query, or the form that its page posts. A prefill
// that the consumer step would refuse is dropped: the buyer is asked there
// anyway.
func readLink(values url.Values) productLink {
	link := productLink{
		Env: pay.Prod, Currency: strings.ToUpper(strings.TrimSpace(values.Get("currency"))),
		SuccessURL: values.Get("success_url"), Country: strings.ToUpper(strings.TrimSpace(values.Get("country"))),
		Business: isYes(values.Get("is_business")),
	}
	if isYes(values.Get("test")) {
		link.Env = pay.Test
	}
	if email, err := pay.CleanEmail("email", values.Get("email")); err == nil {
		link.Email = email
	}
	if !pay.IsCountry(link.Country) {
		link.Country = ""
	}
	return link
}

// linkMember is one member of a link, as its page's form posts it on.
type linkMember struct{ Name, Value string }

// members lists what the page's form posts on for a price in a currency.
func (l productLink) members(currency string) []linkMember {
	members := []linkMember{{"currency", currency}}
	if l.Env == pay.Test {
		members = append(members, linkMember{"test", "true"})
	}
	for _, m := range []linkMember{{"email", l.Email}, {"success_url", l.SuccessURL}, {"country", l.Country}} {
		if m.Value != "" {
			members = append(members, m)
		}
	}
	if l.Business {
		members = append(members, linkMember{"is_business", "true"})
	}
	return members
}

// address is the link to the same page with another currency.
func (l productLink) address(path, currency string) string {
	query := url.Values{}
	for _, m := range l.members(currency) {
		query.Set(m.Name, m.Value)
	}
	return path + "?" + query.Encode()
}
