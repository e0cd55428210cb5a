package checkout

import (
	"net/http"
	"time"

	"tillway/internal/id"
)

const (
	visitorCookie = "tillway_visitor"
	visitorBytes  = 16
	visitorLength = 22 // base62 digits of 128 bits
	// visitorLife lets a buyer come back to a receipt.
	visitorLife = 30 * 24 * time.Hour
)

// visitor is the hash of the browser's own secret. A browser without one is
// given it, so that its first request counts as its own already.
func (h *Handler) visitor(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie(visitorCookie); err == nil && len(cookie.Value) == visitorLength {
		return id.Hash(cookie.Value)
	}
	secret := h.core.IDs().Token(visitorBytes)
	http.SetCookie(w, &http.Cookie{
		Name: visitorCookie, Value: secret, Path: h.door.cookiePath(), MaxAge: int(visitorLife / time.Second),
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	})
	return id.Hash(secret)
}
