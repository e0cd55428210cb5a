package checkout

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// buyProduct opens a checkout for what the link offers and sends the browser
// there. Only a press of the page's button comes here, and each network
// address has a limited number of them, so that links fill no table.
func (h *Handler) buyProduct(w http.ResponseWriter, r *http.Request) {
	values, err := readForm(w, r)
	if err != nil {
		h.failOffer(h.visit(w, r), productLink{}, err)
		return
	}
	v, link, offer := h.openOffer(w, r, values)
	if v == nil {
		return
	}
	if wait, ok := h.admit(r); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		h.fail(v, fault.New(fault.Limited, "too_many_checkouts", "Too many checkouts were opened from this address"))
		return
	}
	created, err := pay.Run(r.Context(), h.core, pay.CreateSession, pay.NewSession{
		ID:      pay.SessionID(h.core.IDs().Session()),
		Actor:   pay.Actor{Kind: pay.ByVisitor, Env: link.Env, Store: offer.Store.ID},
		Product: offer.Product.Product, Currency: offer.Price.Amount.Currency(),
		BuyerEmail: link.Email, Billing: pay.Billing{Country: link.Country, IsBusiness: link.Business},
		SuccessURL: link.SuccessURL, At: h.core.Now(),
	})
	if err != nil {
		// The product may have been taken off sale since it was looked at.
		h.failOffer(v, link, err)
		return
	}
	page := "/store/" + created.StoreSlug + "/checkout/" + string(created.ID)
	if v.json {
		answer := describeOffer(link, offer)
		answer.SessionID, answer.CheckoutURL = created.ID, h.publicURL+page
		writeJSON(w, http.StatusOK, answer)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page, http.StatusSeeOther)
}

// admit takes one opening of the request's network: an IPv4 address, or the 64
// bits of an IPv6 address that one customer of a provider has.
func (h *Handler) admit(r *http.Request) (wait time.Duration, ok bool) {
	if h.openings == nil {
		return 0, true
	}
	network := remoteIP(r)
	if ip, err := netip.ParseAddr(network); err == nil && ip.Is6() && !ip.Is4In6() {
		prefix, _ := ip.Prefix(64)
		network = prefix.String()
	}
	return h.openings.Allow(network, h.core.Now())
}
