package checkout

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tillway/internal/cart"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// pathCart is where carts are opened, and pathLive, with a live cart's id behind
// it, where they are paid (spec/diddo.md §5).
const (
	pathCart = "/diddo/checkout"
	pathLive = pathCart + "/"
)

// CartRoutes mounts the entry of carts.
func (h *Handler) CartRoutes(mux *http.ServeMux, carts *cart.Carts) {
	entry := cartEntry{Handler: h, carts: carts}
	mux.Handle("GET "+pathCart, h.guard.Handler(http.HandlerFunc(entry.show)))
	mux.Handle("POST "+pathCart, h.guard.Handler(http.HandlerFunc(entry.open)))
}

// cartEntry opens carts.
type cartEntry struct {
	*Handler
	carts *cart.Carts
}

// open begins a checkout from a cart and sends the browser to its page: as the
// customer whose session token the page's script has read from the fragment, or
// as a guest. Each network address has a limited number of openings.
func (h cartEntry) open(w http.ResponseWriter, r *http.Request) {
	v := h.visit(w, r)
	values, err := readForm(w, r)
	if err != nil {
		h.fail(v, err)
		return
	}
	found, err := h.find(v, values)
	if err != nil {
		h.failOffer(v, productLink{}, err)
		return
	}
	opening := cart.Opening{Cart: found.ID, At: h.core.Now()}
	if opening.Token, err = h.customer(r, values.Get("auth_token")); err != nil {
		h.fail(v, err)
		return
	}
	if wait, ok := h.admit(r); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		h.fail(v, fault.New(fault.Limited, "too_many_checkouts", "Too many checkouts were opened from this address"))
		return
	}
	ids := h.core.IDs()
	opening.Minted = cart.Minted{Cart: cart.ID(ids.ULID()), Checkout: cart.CheckoutID(ids.ULID()), Session: pay.SessionID(ids.Session())}
	opened, err := pay.Run(r.Context(), h.core, h.carts.Open, opening)
	if err != nil {
		// What the cart holds may have been taken off sale since it was looked at.
		h.failOffer(v, productLink{}, err)
		return
	}
	page := pathLive + string(opened.ID)
	if v.json {
		answer := describeCart(v, found)
		answer.CheckoutURL = h.publicURL + page
		writeJSON(w, http.StatusOK, answer)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page, http.StatusSeeOther)
}

// find looks at the cart that is named, and tells the visit whose it is.
// Errors: cart.ErrNotFound.
func (h cartEntry) find(v *visit, values url.Values) (found cart.Priced, err error) {
	parsed, err := id.ParseULID(values.Get("cart_id"))
	if err != nil {
		return cart.Priced{}, cart.ErrNotFound.WithCause(err)
	}
	err = h.core.View(v.r.Context(), func(r pay.Records) (err error) {
		if found, err = h.carts.Look(r, cart.ID(id.FormatULID(parsed))); err != nil {
			return err
		}
		v.look.Session.Env = found.Env
		v.look.Store, err = r.Store(found.Store)
		return err
	})
	return found, err
}

// customer is who bears a token; nil for none. Errors: cart.ErrTokenRefused.
func (h cartEntry) customer(r *http.Request, token string) (*cart.Claims, error) {
	if token == "" {
		return nil, nil
	}
	var claims cart.Claims
	err := h.core.View(r.Context(), func(rows pay.Records) (err error) {
		claims, err = h.carts.Verify(rows, id.Secret(token), h.core.Now())
		return err
	})
	if errors.Is(err, cart.ErrTokenRefused) {
		return nil, err
	}
	return &claims, err
}
