package checkout

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"tillway/internal/pay"
)

// detailsCookie is the browser's own memory of what was typed into it. Whoever
// has a checkout's address may open it, so the page never shows the typed
// details to a browser that did not send them: they come back from the one
// that did. A forged cookie shows its forger what was forged.
const detailsCookie = "tillway_details"

// maxRemembered is what browsers keep in one cookie, with room for its name.
const maxRemembered = 3 << 10

// remember leaves the details with the browser until it is closed.
func (h *Handler) remember(v *visit, typed details) {
	text, err := json.Marshal(typed)
	if err != nil {
		return // cannot happen: details are strings
	}
	value := base64.RawURLEncoding.EncodeToString(text)
	if len(value) > maxRemembered {
		return // a browser would drop it; the form is then empty on the way back
	}
	http.SetCookie(v.w, &http.Cookie{
		Name: detailsCookie, Value: value, Path: v.path(), HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	})
}

// remembered is what this browser typed, if it did.
func remembered(r *http.Request) (details, bool) {
	cookie, err := r.Cookie(detailsCookie)
	if err != nil || len(cookie.Value) > maxRemembered {
		return details{}, false
	}
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return details{}, false
	}
	var typed details
	if json.Unmarshal(text, &typed) != nil {
		return details{}, false
	}
	return typed, true
}

// known is what the consumer step starts with: what this browser typed, else
// what the merchant prefilled.
func (h *Handler) known(v *visit) details {
	if typed, ok := remembered(v.r); ok {
		return typed
	}
	return details{Email: v.look.Session.BuyerEmail, Billing: v.look.Session.Billing, Buyer: v.look.Session.Buyer}
}

// ownBuyer reports whether the order's person is who the merchant prefilled, or
// whom this browser typed, so that the name may be shown.
func ownBuyer(r *http.Request, look pay.Checkout) bool {
	name := look.Order.Buyer.FullName()
	if look.State == pay.CheckoutPaid || name == look.Session.Buyer.FullName() {
		return true
	}
	typed, ok := remembered(r)
	return ok && typed.Buyer.FullName() == name
}

// ownOrder reports whether the order carries the address that this browser
// typed, or that the merchant prefilled, so that it may be shown in full.
func ownOrder(r *http.Request, look pay.Checkout) bool {
	if look.Order.BuyerEmail == "" {
		return false
	}
	if look.State == pay.CheckoutPaid || look.Order.BuyerEmail == look.Session.BuyerEmail {
		return true
	}
	typed, ok := remembered(r)
	if !ok {
		return false
	}
	email, err := pay.CleanEmail("email", typed.Email)
	return err == nil && email == look.Order.BuyerEmail
}
