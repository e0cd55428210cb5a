package checkout_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tillway/internal/pay"
	"tillway/internal/web/ui"
)

var themeLink = regexp.MustCompile(`<link rel="stylesheet" href="(/store/[^"]+/theme/[0-9a-f]{16}\.css)" media="screen">`)

func TestTheme(t *testing.T) {
	t.Parallel()
	wine := pay.Appearance{Light: pay.Theme{Primary: "#7a1f5c"}}

	t.Run("has a sheet of its own that may be kept for ever", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.change(func(store *pay.Store) { store.Checkout = wine })
		b := s.newBrowser()
		page := b.get(s.session())
		found := themeLink.FindStringSubmatch(page.body)
		if found == nil {
			t.Fatalf("the page names no theme:\n%s", page.body)
		}
		sheet := b.get(s.URL + found[1])
		wantStatus(t, sheet, http.StatusOK)
		wantText(t, sheet, "--color-primary:#7a1f5c;")
		for header, want := range map[string]string{
			"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		} {
			if got := sheet.header.Get(header); got != want {
				t.Errorf("%s is %q, want %q", header, got, want)
			}
		}
		// Every page of the store wears it, also one that only says no.
		for _, address := range []string{s.link("test", "true"), s.link("test", "true", "currency", "EUR")} {
			if !strings.Contains(b.get(address).body, found[1]) {
				t.Errorf("%s does not wear the theme", address)
			}
		}
	})
	t.Run("that has changed since is served as it is now, and not kept", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.change(func(store *pay.Store) { store.Checkout = wine })
		b := s.newBrowser()
		old := themeLink.FindStringSubmatch(b.get(s.session()).body)[1]
		s.change(func(store *pay.Store) { store.Checkout.Light.Primary = "#004d40" })
		sheet := b.get(s.URL + old)
		wantText(t, sheet, "--color-primary:#004d40;")
		if cache := sheet.header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("the sheet may be cached as %q", cache)
		}
		if now := themeLink.FindStringSubmatch(b.get(s.session()).body)[1]; now == old {
			t.Error("the address did not change")
		}
	})
	t.Run("that was never chosen has no sheet", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		b := s.newBrowser()
		if page := b.get(s.session()); strings.Contains(page.body, "/theme/") {
			t.Error("the page names a theme")
		}
		for _, slug := range []string{s.store.Slug, "nobody-00000000"} {
			wantStatus(t, b.get(s.URL+"/store/"+slug+"/theme/0000000000000000.css"), http.StatusNotFound)
		}
	})
	t.Run("weighs little", func(t *testing.T) {
		t.Parallel()
		sheet := ui.NewThemeSheet(ui.Theme{}, ui.Theme{}, ui.Theme{}, ui.Theme{})
		if size := len(sheet.CSS); size > 4<<10 {
			t.Errorf("the sheet weighs %d bytes", size)
		}
	})
}

func TestLogo(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const store, light, dark = "https://cdn.example/store.png", "https://cdn.example/light.png", "https://night.example/dark.png"
	show := func(look pay.Appearance, changes ...func(*pay.NewSession)) (string, string) {
		s.change(func(st *pay.Store) { st.Logo, st.Checkout = store, look })
		got := s.newBrowser().get(s.session(changes...))
		return got.body, got.header.Get("Content-Security-Policy")
	}

	body, _ := show(pay.Appearance{})
	if !strings.Contains(body, `src="`+store+`"`) {
		t.Error("the store's logo is not shown")
	}
	both := pay.Appearance{Light: pay.Theme{Logo: light}, Dark: pay.Theme{Logo: dark}}
	body, policy := show(both)
	if !strings.Contains(body, `src="`+light+`"`) || !strings.Contains(body, `<source srcset="`+dark+`" media="(prefers-color-scheme: dark)">`) {
		t.Errorf("the device cannot choose:\n%s", body)
	}
	if !strings.Contains(policy, "img-src 'self' https://cdn.example https://night.example;") {
		t.Errorf("the policy is %s", policy)
	}
	body, _ = show(both, func(in *pay.NewSession) { in.DarkMode = new(true) })
	if !strings.Contains(body, `src="`+dark+`"`) || strings.Contains(body, light) {
		t.Error("a dark session shows the light logo")
	}
	body, _ = show(pay.Appearance{Light: pay.Theme{Logo: "https://a;script-src/x"}})
	if strings.Contains(body, "script-src") || !strings.Contains(body, `src="`+store+`"`) {
		t.Error("a logo that the policy cannot name is shown")
	}
}
