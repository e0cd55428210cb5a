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

// Wayl's addresses call Kurdish "ku"; its pages speak Central Kurdish
// (spec/wayl.md §7).
const kurdish, sorani = "ku", "ckb"

// languageLife is how long a choice is remembered.
const languageLife = 365 * 24 * time.Hour

// chosenLanguage is the tag that the buyer chose: with this request's ?lang=,
// or before; "" is none. A choice counts more than the session's language,
// which is only the default (spec/pancake.md §8).
func (h *Handler) chosenLanguage(w http.ResponseWriter, r *http.Request) string {
	tag := r.URL.Query().Get("lang")
	if tag == kurdish {
		tag = sorani
	}
	if r.Method == http.MethodGet && h.speaks(tag) {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: tag, Path: h.door.cookiePath(), MaxAge: int(languageLife / time.Second),
			HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
		})
		return tag
	}
	if cookie, err := r.Cookie(languageCookie); err == nil && h.speaks(cookie.Value) {
		return cookie.Value
	}
	return ""
}

func (h *Handler) speaks(tag string) bool {
	if tag == "" {
		return false
	}
	for _, l := range h.ui.Catalog().Languages() {
		if l.Tag() == tag {
			return true
		}
	}
	return false
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
