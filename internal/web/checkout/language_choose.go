package checkout

import (
	"net/http"
	"net/url"
	"time"

	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// languageCookie keeps the language that a buyer chose at the foot of a page.
const languageCookie = "tillway_language"

// languageLife is how long a choice is remembered.
const languageLife = 365 * 24 * time.Hour

// chosenLanguage is the tag that the buyer chose: with this request's ?lang=,
// or before; "" is none. A choice counts more than the session's language,
// which is only the default (spec/pancake.md §8).
func (h *Handler) chosenLanguage(w http.ResponseWriter, r *http.Request) string {
	if tag := h.spoken(r.URL.Query().Get("lang")); tag != "" && r.Method == http.MethodGet {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: tag, Path: h.door.cookiePath(), MaxAge: int(languageLife / time.Second),
			HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
		})
		return tag
	}
	if cookie, err := r.Cookie(languageCookie); err == nil {
		return h.spoken(cookie.Value)
	}
	return ""
}

// spoken is the tag of the language of ours that an address or a browser asks
// for; "" is none. Wayl's addresses call Kurdish "ku", which our pages speak as
// Central Kurdish (spec/wayl.md §7).
func (h *Handler) spoken(asked string) string {
	spoken, known := h.ui.Catalog().Spoken(asked)
	if !known {
		return ""
	}
	return spoken.Tag()
}

// languages are the links that change the language of the page at path. What
// the address asked for besides is kept.
func (h *Handler) languages(r *http.Request, path string, current *i18n.Language) []ui.LanguageLink {
	query := url.Values{}
	if r.Method == http.MethodGet {
		query = r.URL.Query()
	}
	var links []ui.LanguageLink
	for _, l := range h.ui.Catalog().Languages() {
		query.Set("lang", l.Tag())
		links = append(links, ui.LanguageLink{
			Tag: l.Tag(), Name: l.Name(), Address: path + "?" + query.Encode(), Chosen: l == current,
		})
	}
	return links
}
