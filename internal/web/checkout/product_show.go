package checkout

import (
	"net/http"
	"net/url"
	"slices"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
)

// offerView is a product's permanent page.
type offerView struct {
	scene
	Price      money.Amount
	Members    []linkMember
	Currencies []currencyChoice // empty when there is one only
}

// currencyChoice is another currency to pay in.
type currencyChoice struct {
	Code    string
	Price   money.Amount
	Address string
	Chosen  bool
}

// OfferAnswer is what a JSON client is told of a product's link, and after a
// POST where its checkout is.
type OfferAnswer struct {
	Mode        pay.Env        `json:"mode,omitempty"`
	Store       *AnswerStore   `json:"store,omitempty"`
	Product     *AnswerProduct `json:"product,omitempty"`
	Currency    string         `json:"currency,omitempty"`
	Amount      string         `json:"amount,omitempty"`     // without tax, a display string in major units
	Currencies  []string       `json:"currencies,omitempty"` // to choose from
	SessionID   pay.SessionID  `json:"sessionId,omitempty"`
	CheckoutURL string         `json:"checkoutUrl,omitempty"`
	Errors      []AnswerError  `json:"errors,omitempty"`
}

// showProduct shows what the link offers and a button. It writes nothing:
// crawlers, previews and prefetching browsers may follow links as they like.
func (h *Handler) showProduct(w http.ResponseWriter, r *http.Request) {
	v, link, offer := h.openOffer(w, r, r.URL.Query())
	if v == nil {
		return
	}
	if v.json {
		writeJSON(w, http.StatusOK, describeOffer(link, offer))
		return
	}
	view := offerView{
		scene: h.sceneOf(v, i18n.Key("title.closed"), nil), Price: offer.Price.Amount,
		Members: link.members(string(offer.Price.Amount.Currency())),
	}
	view.Title = v.language.Say(i18n.Key("title.product"), "Product", offer.Product.Name, "Store", offer.Store.Name)
	if len(offer.Currencies) > 1 {
		for _, currency := range offer.Currencies {
			price, _ := offer.Product.Prices.In(currency)
			view.Currencies = append(view.Currencies, currencyChoice{
				Code: string(currency), Price: price.Amount, Address: link.address(v.path(), string(currency)),
				Chosen: currency == offer.Price.Amount.Currency(),
			})
		}
	}
	h.write(v, http.StatusOK, "product", view.pictures(), view)
}

// openOffer reads what a link offers. When that is nothing it has answered
// already, and returns nil.
func (h *Handler) openOffer(w http.ResponseWriter, r *http.Request, values url.Values) (*visit, productLink, pay.Offer) {
	v, link := h.visit(w, r), readLink(values)
	offer, err := h.core.LookAtOffer(r.Context(), pay.OfferQuery{
		Slug: v.slug, Product: pay.ProductID(r.PathValue("id")), Env: link.Env, Currency: link.Currency,
	})
	v.look.Store, v.look.Product, v.look.Session.Env = offer.Store, offer.Product, link.Env
	v.look.Quote = pay.Quote{Subtotal: offer.Price.Amount, Total: offer.Price.Amount, Rate: pay.TaxRate{Name: pay.NoTax}}
	if err == nil && offer.Store.Slug != v.slug {
		h.leadOn(v)
		return nil, link, offer
	}
	if err == nil {
		err = pay.CheckSuccessURL(link.SuccessURL)
	}
	if err != nil {
		h.failOffer(v, link, err)
		return nil, link, offer
	}
	return v, link, offer
}

// failOffer says in the page's own words why nothing is sold here.
func (h *Handler) failOffer(v *visit, link productLink, err error) {
	found := fault.From(err)
	var status int
	var heading, lead i18n.Key
	switch {
	case found.Kind == fault.NotFound:
		status, heading, lead = http.StatusNotFound, i18n.Key("product_missing.heading"), i18n.Key("product_missing.lead")
	case found.Code == "no_connector":
		status, heading, lead = http.StatusServiceUnavailable, i18n.Key("no_connector.heading"), i18n.Key("no_connector.lead")
	case found.Kind == fault.State, found.Kind == fault.NotEnabled:
		status, heading, lead = http.StatusServiceUnavailable, i18n.Key("unavailable.heading"), i18n.Key("unavailable.lead")
	case found.Field == "currency":
		status, heading, lead = http.StatusBadRequest, i18n.Key("currency.heading"), i18n.Key("currency.lead")
	case found.Kind == fault.Invalid:
		status, heading, lead = http.StatusBadRequest, i18n.Key("link.heading"), i18n.Key("link.lead")
	default:
		h.fail(v, err)
		return
	}
	said := words{
		Heading: v.language.Say(heading, "Store", v.look.Store.Name, "Currency", link.Currency),
		Lead:    v.language.Say(lead, "Store", v.look.Store.Name), Icon: "warning",
	}
	if v.json {
		writeJSON(v.w, status, OfferAnswer{Errors: []AnswerError{{Field: found.Field, Message: said.Heading + ". " + said.Lead}}})
		return
	}
	h.writeFailure(v, status, said)
}

func describeOffer(link productLink, offer pay.Offer) OfferAnswer {
	item := itemOf(offer.Product)
	answer := OfferAnswer{
		Mode: link.Env, Store: &AnswerStore{Name: offer.Store.Name, Slug: offer.Store.Slug},
		Product:  &AnswerProduct{Name: item.Name, Description: offer.Product.Description, Image: item.Picture},
		Currency: string(offer.Price.Amount.Currency()), Amount: offer.Price.Amount.String(),
	}
	for _, currency := range slices.Sorted(slices.Values(offer.Currencies)) {
		answer.Currencies = append(answer.Currencies, string(currency))
	}
	return answer
}
