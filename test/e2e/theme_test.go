package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// gentle is a theme that somebody with taste chose; unreadable is one in which
// no words could be read if the pages did what it says.
var (
	gentle = pay.Appearance{
		Light: pay.Theme{Primary: "#7a1f5c", Background: "#fbf3ec", Card: "#fffdfa", Text: "#2b1a12", Radius: "14px"},
		Dark:  pay.Theme{Primary: "#f0a6cf", Background: "#1a1216", Card: "#241a1f", Text: "#f6eaf0", Radius: "14px"},
	}
	unreadable = pay.Appearance{
		Light: pay.Theme{Primary: "#ffff66", Background: "#767676", Card: "#fefefe", Text: "#f2f2f2", Radius: "50%"},
		Dark:  pay.Theme{Primary: "#0a0a0a", Background: "#c8c8c8", Card: "#111111", Text: "#222222", Radius: "0"},
	}
)

// showPicture serves a logo and a product's picture, as another host would.
func showPicture(w http.ResponseWriter, r *http.Request) {
	shape := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180" fill="#263a5e"/><circle cx="236" cy="62" r="26" fill="#f6c667"/>` +
		`<path d="M0 180V120l70-52 62 46 44-30 84 62 60-34v68z" fill="#3f6b6b"/><path d="M0 180v-30l88-26 92 34 140-40v62z" fill="#1d2c44"/></svg>`
	if strings.HasPrefix(r.PathValue("file"), "logo") {
		shape = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><rect width="120" height="32" rx="6" fill="#7a1f5c"/><path d="M14 22 22 9l8 13M40 16h66" stroke="#fff" stroke-width="4" fill="none" stroke-linecap="round"/></svg>`
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write([]byte(shape))
}

// decorate gives the store a theme, a logo and an address for questions, and
// sells a product with a picture. The pictures are on another host than the
// pages.
func (s *shop) decorate(look pay.Appearance) {
	s.t.Helper()
	host := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	look.Light.Logo, look.Dark.Logo = host+"/picture/logo.svg", host+"/picture/logo-dark.svg"
	_, err := pay.Run(context.Background(), s.core, func(_ context.Context, tx pay.Tx, id pay.StoreID) (pay.Store, error) {
		found, err := tx.Store(id)
		if err == nil {
			found.Checkout, found.SupportEmail = look, "hello@northwind.example"
			tx.UpdateStore(found)
		}
		return found, err
	}, s.store.ID)
	must(s.t, err)
	prices, err := pay.NewPrices([]pay.Price{
		{Amount: money.New(2900, "USD"), TaxCategory: pay.Ebook},
		{Amount: money.New(2700, "EUR"), TaxCategory: pay.Ebook},
		{Amount: money.New(4500, "JPY"), TaxCategory: pay.Ebook},
	})
	must(s.t, err)
	ids := s.core.IDs()
	made, err := pay.Run(context.Background(), s.core, pay.CreateProduct, pay.NewProduct{
		ID: pay.ProductID(ids.New(id.Product)), VersionID: pay.VersionID(ids.New(id.ProductVersion)),
		Actor: s.merchant, Store: s.store.ID, Name: "Lantern Walks: Twelve Evening Routes",
		Description: "Maps, photographs and stories from twelve walks after dark.\n\nPDF and EPUB, with GPX tracks for your telephone.",
		Prices:      prices, Media: []pay.Media{{Type: "image", URL: host + "/picture/hills.svg", Alt: "Hills under a low sun"}}, At: s.core.Now(),
	})
	must(s.t, err)
	s.product = made.ID
}

// link is the permanent address of the product; pairs are members of its query.
func (s *shop) link(pairs ...string) string {
	address := s.URL + "/store/" + s.store.Slug + "/product/" + string(s.product)
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	if len(query) == 0 {
		return address
	}
	return address + "?" + query.Encode()
}

func TestBuyFromALink(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.decorate(gentle)
			b := newTab(t, scripts)
			b.open(s.link("test", "true", "type", "product", "email", "ann@example.test", "country", "DE", "success_url", s.URL+"/thanks"))
			b.see("Lantern Walks")
			b.wantText("$29.00", "plus tax")
			b.submit("EUR")
			b.wantText("€27.00")
			b.submit("Buy now")
			b.see("Your details")
			b.submit("Continue to payment")
			b.see("Payment")
			b.wantText("ann@example.test")
			b.run(chromedp.Click(chromedp.CSS("[name=method][value=card]")))
			b.typeCard(goodCard)
			b.submit("Pay €27.00")
			b.see("Payment successful")
			b.wantText("Visa •••• 0110", "Germany", "ORD_", "PAY_", "hello@northwind.example")
			s.wantCharges(1)
			b.submit("Return to Northwind Press")
		})
	}
}

func TestThemeIsWorn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.decorate(gentle)
	b := newTab(t, true)
	b.open(s.session())
	b.see("Your details")
	style := func(selector, property string) string {
		return ask(b, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("`+selector+`")).`+property))
	}
	for _, c := range []struct {
		as                       look
		button, summary, corners string
	}{
		{desktop, "rgb(122, 31, 92)", "rgb(251, 243, 236)", "14px"},
		{look{width: 1280, height: 860, dark: true}, "rgb(240, 166, 207)", "rgb(26, 18, 22)", "14px"},
	} {
		b.run(appearing(c.as))
		if got := style(".button", "backgroundColor"); got != c.button {
			t.Errorf("dark %v: the button is %s, want %s", c.as.dark, got, c.button)
		}
		if got := style(".summary", "backgroundColor"); got != c.summary {
			t.Errorf("dark %v: the background is %s, want %s", c.as.dark, got, c.summary)
		}
		if got := style(".button", "borderRadius"); got != c.corners {
			t.Errorf("dark %v: the corners are %s, want %s", c.as.dark, got, c.corners)
		}
	}
	// The dark logo is fetched when the scheme changes: what counts is that it
	// comes, and a picture that never does ends the test's time.
	ask(b, chromedp.Poll[bool](`[...document.images].every((i) => i.complete && i.naturalWidth > 0)`,
		chromedp.WithPollingInterval(50*time.Millisecond)))
}

func TestLanguageIsChosen(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			b := newTab(t, scripts)
			b.open(s.session())
			b.see("Your details")
			b.submit("日本語")
			b.see("お客様情報")
			b.fill("email", "ann@example.test")
			b.choose("country", "JP")
			b.submit("お支払いへ進む")
			b.see("お支払い")
			b.wantText("$29.00を支払う")
			b.open(s.session())
			b.see("お客様情報")
			b.submit("English")
			b.see("Your details")
		})
	}
}

func TestReceiptOnPaper(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.decorate(gentle)
	b := newTab(t, true)
	b.buy(s.session())
	b.run(chromedp.WaitVisible(chromedp.CSS("[data-print]")))
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	}))
	b.wantText("Northwind Press", "Lantern Walks", "$29.00", "Total paid", "Visa •••• 0110", "ORD_", "ann@example.test", "hello@northwind.example")
	for _, gone := range []string{"[data-print]", ".answers", ".languages"} {
		b.run(chromedp.WaitNotVisible(chromedp.CSS(gone)))
	}
	style := func(selector, property string) string {
		return ask(b, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("`+selector+`")).`+property))
	}
	for _, selector := range []string{"body", ".summary", ".step"} {
		if paper, ink := style(selector, "backgroundColor"), style(selector, "color"); paper != "rgb(255, 255, 255)" || ink != "rgb(0, 0, 0)" {
			t.Errorf("%s is printed in %s on %s", selector, ink, paper)
		}
	}
}
