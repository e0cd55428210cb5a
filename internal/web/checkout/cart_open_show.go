package checkout

import (
	"net/http"

	"tillway/internal/cart"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
)

// cartView is what a link to a cart shows before it is opened.
type cartView struct {
	scene
	Cart  cart.ID
	Lines []cartLine
	Total money.Amount // no amount when the products have no currency in common
}

// cartLine is one line of a cart.
type cartLine struct {
	Quantity int64
	Title    string
}

// CartAnswer is what a JSON client is told of a cart's link, and after a POST
// where its checkout is.
type CartAnswer struct {
	Mode        pay.Env       `json:"mode,omitempty"`
	Store       *AnswerStore  `json:"store,omitempty"`
	CartID      cart.ID       `json:"cartId,omitempty"`
	Currency    string        `json:"currency,omitempty"`
	Amount      string        `json:"amount,omitempty"` // a display string in major units
	CheckoutURL string        `json:"checkoutUrl,omitempty"`
	Errors      []AnswerError `json:"errors,omitempty"`
}

// show shows what is in a cart and a button. It writes nothing: crawlers,
// previews and prefetching browsers may follow links as they like. With a
// customer's token in the fragment the page's script presses the button.
func (h cartEntry) show(w http.ResponseWriter, r *http.Request) {
	v := h.visit(w, r)
	found, err := h.find(v, r.URL.Query())
	if err != nil {
		h.failOffer(v, productLink{}, err)
		return
	}
	if v.json {
		writeJSON(w, http.StatusOK, describeCart(v, found))
		return
	}
	view := cartView{scene: h.sceneOf(v, i18n.Key("cart_open.title"), nil), Cart: found.ID, Total: found.Total}
	view.Scripts = []string{"checkout.js", "cart_open.js"}
	for _, line := range found.Lines {
		view.Lines = append(view.Lines, cartLine{Quantity: line.Quantity, Title: line.Pin.Title})
	}
	h.write(v, http.StatusOK, "cart_open", view.pictures(), view)
}

func describeCart(v *visit, found cart.Priced) CartAnswer {
	answer := CartAnswer{Mode: found.Env, Store: &AnswerStore{Name: v.look.Store.Name, Slug: v.look.Store.Slug}, CartID: found.ID}
	if found.Total.IsSet() {
		answer.Currency, answer.Amount = string(found.Total.Currency()), found.Total.String()
	}
	return answer
}
