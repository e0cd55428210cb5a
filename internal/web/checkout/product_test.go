package checkout_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/connector/simulator"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/web/checkout"
)

// link is the permanent address of the shop's product; pairs are members of
// its query.
func (s *shop) link(pairs ...string) string {
	return s.URL + "/store/" + s.store.Slug + "/product/" + string(s.product) + "?" + with(url.Values{}, pairs).Encode()
}

// publish sells the product in the live environment too.
func (s *shop) publish() {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, pay.PublishProduct, pay.Publication{ID: s.product, Actor: s.merchant, At: s.core.Now()})
	must(s.t, err)
}

// takeOffSale makes a product inactive.
func (s *shop) takeOffSale(product pay.ProductID) {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, pay.ChangeProductStatus, pay.ProductStatusChange{
		ID: product, Actor: s.merchant, Status: pay.ProductInactive, At: s.core.Now(),
	})
	must(s.t, err)
}

// addStore opens another store and returns its slug.
func (s *shop) addStore() string {
	s.t.Helper()
	ids := s.core.IDs()
	made, err := pay.Run(context.Background(), s.core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(ids.New(id.Store)), Slug: ids.Slug("Other"), Name: "Other", Owner: s.merchant.Merchant, Approved: true, At: s.core.Now(),
	})
	must(s.t, err)
	return made.Slug
}

// rename gives the store another slug and keeps the one it had.
func (s *shop) rename(slug string) {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, func(_ context.Context, tx pay.Tx, _ struct{}) (struct{}, error) {
		store, err := tx.Store(s.store.ID)
		if err == nil {
			tx.KeepSlug(store.Slug, store.ID, s.core.Now())
			store.Slug = slug
			tx.UpdateStore(store)
		}
		return struct{}{}, err
	}, struct{}{})
	must(s.t, err)
}

// sessionAt is the session of a checkout's address.
func (s *shop) sessionAt(address string) (session pay.Session) {
	s.t.Helper()
	must(s.t, s.core.View(context.Background(), func(r pay.Records) (err error) {
		session, err = r.Session(pay.SessionID(address[strings.LastIndex(address, "/")+1:]))
		return err
	}))
	return session
}

func TestProductLink(t *testing.T) {
	t.Parallel()

	t.Run("shows what is sold and opens nothing", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		got := s.newBrowser().get(s.link("test", "true", "type", "product"))
		wantStatus(t, got, http.StatusOK)
		wantText(t, got, "A Field Guide", "PDF, 120 pages.", "$10.00", "Acme Books", "Buy now", `<form method="post"`, "Test mode")
		if strings.Contains(got.body, "cs_") || got.header.Get("Location") != "" {
			t.Errorf("looking opened a checkout:\n%s", got.body)
		}
	})
	t.Run("pressed opens a checkout with everything that it says", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		b := s.newBrowser()
		members := []string{
			"test", "true", "currency", "jpy", "email", "Ann@Example.test", "country", "de", "is_business", "true",
			"success_url", "https://acme.example/thanks",
		}
		shown := b.get(s.link(members...))
		wantText(t, shown, "¥4,500", `name="email" value="ann@example.test"`, `name="country" value="DE"`, `name="is_business" value="true"`,
			`name="success_url" value="https://acme.example/thanks"`, `name="currency" value="JPY"`, `name="test" value="true"`)
		address, _, _ := strings.Cut(s.link(), "?")
		opened := b.post(address, with(url.Values{}, members))
		wantStatus(t, opened, http.StatusSeeOther)
		session := s.sessionAt(opened.header.Get("Location"))
		want := pay.Billing{Country: "DE", IsBusiness: true}
		if session.BuyerEmail != "ann@example.test" || session.Billing != want || session.SuccessURL != "https://acme.example/thanks" ||
			session.Price.Amount.Currency() != "JPY" || session.Env != pay.Test || session.Identity != "" {
			t.Errorf("the session is %+v", session)
		}
		wantText(t, b.get(s.URL+opened.header.Get("Location")), "Your details", "ann@example.test")
	})
	t.Run("is of the live environment unless it says test", func(t *testing.T) {
		t.Parallel()
		s := newShop(t, func(c *shopConfig) {
			c.connectors = func(play *simulator.Simulator) []connector.Connector {
				return []connector.Connector{play, manual.New(manual.Config{Now: time.Now})}
			}
		})
		wantStatus(t, s.newBrowser().get(s.link()), http.StatusNotFound)
		s.publish()
		unserved := s.newBrowser().get(s.link())
		wantStatus(t, unserved, http.StatusServiceUnavailable)
		wantText(t, unserved, "Acme Books cannot take payments yet")
		_, err := pay.Run(context.Background(), s.core, pay.SetManualInstructions, pay.ManualInstructions{Actor: s.merchant, Store: s.store.ID, Text: "Pay at the counter", At: s.core.Now()})
		must(t, err)
		got := s.newBrowser().get(s.link())
		wantStatus(t, got, http.StatusOK)
		if strings.Contains(got.body, "Test mode") {
			t.Error("a live product is shown in test mode")
		}
		address, _, _ := strings.Cut(s.link(), "?")
		opened := s.newBrowser().post(address, url.Values{})
		wantStatus(t, opened, http.StatusSeeOther)
		if session := s.sessionAt(opened.header.Get("Location")); session.Env != pay.Prod {
			t.Errorf("the session is of %s", session.Env)
		}
	})
	t.Run("drops a prefill that nobody could have", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		got := s.newBrowser().get(s.link("test", "true", "email", "nonsense", "country", "ZZ"))
		wantStatus(t, got, http.StatusOK)
		for _, never := range []string{`name="email"`, `name="country"`} {
			if strings.Contains(got.body, never) {
				t.Errorf("the page posts %s", never)
			}
		}
	})
	t.Run("says in words what is wrong with it", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		inactive := s.addProduct(pay.NewProduct{Name: "Gone"})
		s.takeOffSale(inactive)
		other := s.addStore()
		for name, c := range map[string]struct {
			address string
			status  int
			says    string
		}{
			"an unknown product":  {s.URL + "/store/" + s.store.Slug + "/product/PROD_0000000000000000000000?test=true", http.StatusNotFound, "nothing for sale"},
			"a malformed product": {s.URL + "/store/" + s.store.Slug + "/product/x'%00?test=true", http.StatusNotFound, "nothing for sale"},
			"an inactive product": {strings.Replace(s.link("test", "true"), string(s.product), string(inactive), 1), http.StatusNotFound, "nothing for sale"},
			"another store":       {strings.Replace(s.link("test", "true"), s.store.Slug, other, 1), http.StatusNotFound, "nothing for sale"},
			"an unknown store":    {strings.Replace(s.link("test", "true"), s.store.Slug, "nobody-00000000", 1), http.StatusNotFound, "nothing for sale"},
			"an unpriced money":   {s.link("test", "true", "currency", "EUR"), http.StatusBadRequest, "no price in EUR"},
			"no money at all":     {s.link("test", "true", "currency", "<b>"), http.StatusBadRequest, "no price in &lt;B&gt;"},
			"a way back to files": {s.link("test", "true", "success_url", "javascript:alert(1)"), http.StatusBadRequest, "link cannot be used"},
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				form := url.Values{}
				address := c.address
				if method == http.MethodPost {
					parsed, err := url.Parse(address)
					must(t, err)
					form, parsed.RawQuery = parsed.Query(), ""
					address = parsed.String()
				}
				got := s.newBrowser().do(method, address, form)
				if got.status != c.status || !strings.Contains(got.body, c.says) {
					t.Errorf("%s %s answered %d, want %d and %q:\n%s", method, name, got.status, c.status, c.says, got.body)
				}
			}
		}
	})
	t.Run("of a store that is closed says so", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.change(func(store *pay.Store) { store.Status = pay.StoreInactive })
		got := s.newBrowser().get(s.link("test", "true"))
		wantStatus(t, got, http.StatusServiceUnavailable)
		wantText(t, got, "Acme Books is not selling right now")
	})
	t.Run("with a slug that the store had before leads on", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, old := s.session(), s.link("test", "true")
		s.rename("renamed-00000000")
		b := s.newBrowser()
		for _, c := range []struct{ address, to string }{
			{old, "/store/renamed-00000000/product/" + string(s.product) + "?test=true"},
			{page + "?step=details", strings.Replace(page[len(s.URL):], s.store.Slug, "renamed-00000000", 1) + "?step=details"},
		} {
			got := b.get(c.address)
			wantStatus(t, got, http.StatusTemporaryRedirect)
			if to := got.header.Get("Location"); to != c.to {
				t.Errorf("%s leads to %s, want %s", c.address, to, c.to)
			}
			wantStatus(t, b.get(s.URL+c.to), http.StatusOK)
		}
	})
	t.Run("is not another site's to press", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		address, _, _ := strings.Cut(s.link(), "?")
		wantStatus(t, s.newBrowser().post(address, url.Values{"test": {"true"}}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	})
	t.Run("tells a program in JSON", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		p := s.newProgram()
		var shown, opened checkout.OfferAnswer
		must(t, json.Unmarshal([]byte(p.get(s.link("test", "true")).body), &shown))
		if shown.Amount != "10.00" || shown.Currency != "USD" || strings.Join(shown.Currencies, " ") != "JPY USD" || shown.SessionID != "" || shown.Mode != pay.Test {
			t.Errorf("a GET is told %+v", shown)
		}
		address, _, _ := strings.Cut(s.link(), "?")
		must(t, json.Unmarshal([]byte(p.post(address, url.Values{"test": {"true"}}).body), &opened))
		if opened.SessionID == "" || !strings.HasSuffix(opened.CheckoutURL, "/checkout/"+string(opened.SessionID)) {
			t.Errorf("a POST is told %+v", opened)
		}
	})
}

// few lets so many openings through for each subject.
type few struct {
	mu   sync.Mutex
	left map[string]int
}

func (f *few) Allow(subject string, _ time.Time) (time.Duration, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left[subject] == 0 {
		return 1500 * time.Millisecond, false
	}
	f.left[subject]--
	return 0, true
}

func TestProductLinkIsLimitedByAddress(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(c *shopConfig) { c.openings = &few{left: map[string]int{"127.0.0.1": 2}} })
	address, _, _ := strings.Cut(s.link(), "?")
	form := url.Values{"test": {"true"}}
	wantStatus(t, s.newBrowser().post(address, form), http.StatusSeeOther)
	wantStatus(t, s.newBrowser().post(address, form), http.StatusSeeOther)
	refused := s.newBrowser().post(address, form)
	wantStatus(t, refused, http.StatusTooManyRequests)
	wantText(t, refused, "Too many checkouts")
	if wait := refused.header.Get("Retry-After"); wait != "2" {
		t.Errorf("Retry-After is %q", wait)
	}
	wantStatus(t, s.newBrowser().get(s.link("test", "true")), http.StatusOK)
}
