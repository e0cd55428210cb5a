package checkout

import (
	"net/http"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/web/ui"
)

// themeOf is the sheet of a store's own colours, if it has any.
func themeOf(s pay.Store) (ui.ThemeSheet, bool) {
	light, dark := lookOf(s.Checkout.Light), lookOf(s.Checkout.Dark)
	if light == (ui.Theme{}) && dark == (ui.Theme{}) {
		return ui.ThemeSheet{}, false
	}
	return ui.NewThemeSheet(light, dark, lookOf(pay.LightTheme), lookOf(pay.DarkTheme)), true
}

func lookOf(t pay.Theme) ui.Theme {
	return ui.Theme{Primary: t.Primary, Background: t.Background, Card: t.Card, Text: t.Text, Radius: t.Radius}
}

// themeAddresses are the sheets that a store's pages load after the shared ones.
// The policy of the pages forbids styles inside them, so the sheet has an
// address of its own.
func themeAddresses(s pay.Store) []string {
	sheet, ok := themeOf(s)
	if !ok {
		return nil
	}
	return []string{"/store/" + s.Slug + "/theme/" + sheet.Hash + ".css"}
}

// showTheme serves a store's sheet. Its address carries the hash of its
// content, so it may be kept for ever; a page that was drawn before the store
// chose other colours gets those, and keeps nothing.
func (h *Handler) showTheme(w http.ResponseWriter, r *http.Request) {
	var store pay.Store
	err := h.core.View(r.Context(), func(rows pay.Records) (err error) {
		store, err = rows.StoreBySlug(r.PathValue("slug"))
		return err
	})
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	sheet, ok := themeOf(store)
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		h.log.ErrorContext(r.Context(), "theme failed", "path", r.URL.Path, "error", err)
		http.Error(w, "Unavailable", http.StatusServiceUnavailable)
		return
	case err != nil, !ok:
		http.Error(w, "Not found", http.StatusNotFound)
		return
	case r.PathValue("file") == sheet.Hash+".css":
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(sheet.CSS)) // the reader has gone; nothing is left to do
}

// logoOf is the logo of a colour scheme: the theme's own, else the store's;
// "" is none that the page may load.
func logoOf(s pay.Store, t pay.Theme) string {
	for _, logo := range []string{t.Logo, s.Logo} {
		if ui.ImageAllowed(logo) {
			return logo
		}
	}
	return ""
}
