package checkout

import (
	"net/http"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
)

// visit is one request to one page of a store by one browser.
type visit struct {
	w        http.ResponseWriter
	r        *http.Request
	slug     string
	session  pay.SessionID
	page     string // the address of the page on this host
	visitor  string // hash of the browser's cookie
	look     pay.Checkout
	chosen   string // the language that the buyer chose, "" is none
	language *i18n.Language
	json     bool
}

// visit is a request of which nothing is known yet but who asks.
func (h *Handler) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{
		w: w, r: r, slug: r.PathValue("slug"), page: h.door.page(r), chosen: h.chosenLanguage(w, r), json: wantsJSON(r),
	}
	v.language = h.ui.Catalog().Match(v.chosen, r.Header.Get("Accept-Language"))
	return v
}

// open reads where the checkout of the address is for this browser. When there
// is none it has answered already, and returns nil.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) *visit {
	v := h.visit(w, r)
	session, err := h.door.session(r.Context(), h.core, r)
	if err == nil {
		v.session, v.visitor = session, h.visitor(w, r)
		err = h.refresh(v)
	}
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			h.missing(v)
			return nil
		}
		h.fail(v, err)
		return nil
	}
	if !h.door.admits(v.look.Session) {
		h.missing(v)
		return nil
	}
	if h.door.own() && v.look.Store.Slug != v.slug {
		h.renamed(v)
		return nil
	}
	return v
}

// refresh looks again, after a command.
func (h *Handler) refresh(v *visit) (err error) {
	if v.look, err = h.core.LookAtCheckout(v.r.Context(), v.session, v.visitor); err != nil {
		return err
	}
	v.language = h.ui.Catalog().Match(v.chosen, v.look.Session.Language, v.r.Header.Get("Accept-Language"))
	return nil
}

// renamed answers an address with a slug that is not the store's. One that it
// had before leads on; the address of another store must not show this one's
// sale.
func (h *Handler) renamed(v *visit) {
	var named pay.Store
	err := h.core.View(v.r.Context(), func(r pay.Records) (err error) {
		named, err = r.StoreBySlug(v.slug)
		return err
	})
	if err != nil || named.ID != v.look.Store.ID {
		h.missing(v)
		return
	}
	h.leadOn(v)
}

// leadOn sends a request as it is to the same page under the store's present
// slug.
func (h *Handler) leadOn(v *visit) {
	to := *v.r.URL
	to.Path = strings.Replace(to.Path, "/store/"+v.slug+"/", "/store/"+v.look.Store.Slug+"/", 1)
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, to.RequestURI(), http.StatusTemporaryRedirect)
}

// path is the address of the page on this host.
func (v *visit) path() string { return v.page }

// testMode reports whether no real money can move.
func (v *visit) testMode() bool { return v.look.Session.Env == pay.Test }

// back sends the browser to the page, so that loading it again repeats
// nothing, or to where the purchase leads; a JSON client gets the state at once.
func (h *Handler) back(v *visit) {
	if v.json {
		h.answer(v, statusOf(v.look), nil)
		return
	}
	to := v.path()
	if next := h.leadsTo(v.look); next != "" {
		to = next
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

// lookBack is back after a command that may have changed the state.
func (h *Handler) lookBack(v *visit) {
	if err := h.refresh(v); err != nil {
		h.fail(v, err)
		return
	}
	h.back(v)
}
