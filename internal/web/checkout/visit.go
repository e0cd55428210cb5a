package checkout

import (
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
)

// visit is one request to one checkout by one browser.
type visit struct {
	w        http.ResponseWriter
	r        *http.Request
	slug     string
	session  pay.SessionID
	visitor  string // hash of the browser's cookie
	look     pay.Checkout
	language *i18n.Language
	json     bool
}

// open reads where the checkout of the address is for this browser. When there
// is none it has answered already, and returns nil.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{
		w: w, r: r, slug: r.PathValue("slug"), session: pay.SessionID(r.PathValue("id")),
		language: h.ui.Catalog().Match(r.Header.Get("Accept-Language")), json: wantsJSON(r),
	}
	if _, err := id.ParseSession(string(v.session)); err != nil {
		h.missing(v)
		return nil
	}
	v.visitor = h.visitor(w, r)
	if err := h.refresh(v); err != nil {
		if fault.Is(err, fault.NotFound) {
			h.missing(v)
			return nil
		}
		h.fail(v, err)
		return nil
	}
	if v.look.Store.Slug != v.slug {
		// The address of another store must not show this one's sale.
		h.missing(v)
		return nil
	}
	return v
}

// refresh looks again, after a command.
func (h *Handler) refresh(v *visit) (err error) {
	if v.look, err = h.core.LookAtCheckout(v.r.Context(), v.session, v.visitor); err != nil {
		return err
	}
	v.language = h.ui.Catalog().Match(v.look.Session.Language, v.r.Header.Get("Accept-Language"))
	return nil
}

// path is the address of the checkout's page on this host.
func (v *visit) path() string { return "/store/" + v.slug + "/checkout/" + string(v.session) }

// testMode reports whether no real money can move.
func (v *visit) testMode() bool { return v.look.Session.Env == pay.Test }

// back sends the browser to the page, so that loading it again repeats
// nothing; a JSON client gets the state at once.
func (h *Handler) back(v *visit) {
	if v.json {
		h.answer(v, statusOf(v.look), nil)
		return
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, v.path(), http.StatusSeeOther)
}

// lookBack is back after a command that may have changed the state.
func (h *Handler) lookBack(v *visit) {
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	h.back(v)
}
