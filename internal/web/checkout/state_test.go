package checkout_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/pay"
)

// change writes to the store as an operator would.
func (s *shop) change(fn func(*pay.Store)) {
	s.t.Helper()
	_, err := pay.Run(context.Background(), s.core, func(_ context.Context, tx pay.Tx, _ struct{}) (struct{}, error) {
		store, err := tx.Store(s.store.ID)
		if err == nil {
			fn(&store)
			tx.UpdateStore(store)
		}
		return struct{}{}, err
	}, struct{}{})
	must(s.t, err)
}

// inquire runs the inquiry timer of the checkout's last attempt.
func (s *shop) inquire(page string) {
	s.t.Helper()
	var attempt pay.Attempt
	must(s.t, s.core.View(context.Background(), func(r pay.Records) error {
		session, err := r.Session(pay.SessionID(page[strings.LastIndex(page, "/")+1:]))
		if err != nil {
			return err
		}
		attempt, err = r.LastAttemptOfOrder(session.Order)
		return err
	}))
	must(s.t, s.core.Inquire(context.Background(), attempt.ID, 0))
}

// asPage shows what a program's visitor would see in a browser.
func (b *browser) asPage(address string) reply {
	b.t.Helper()
	accept := b.header.Get("Accept")
	b.header.Set("Accept", "text/html")
	defer b.header.Set("Accept", accept)
	return b.get(address)
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	challenged := func(t *testing.T) (*shop, string, *browser) {
		s := newShop(t)
		page, p := s.ready()
		wantState(t, p.post(page+"/pay", card(challengeCard, "0")), http.StatusOK, pay.CheckoutChallenge)
		wantText(t, p.asPage(page), "Your bank asks you to confirm", "payment of $10.00 to Acme Books", `value="approve"`, `value="refuse"`)
		return s, page, p
	}

	t.Run("approved is paid", func(t *testing.T) {
		t.Parallel()
		s, page, p := challenged(t)
		wantState(t, p.post(page+"/challenge", url.Values{"answer": {"approve"}}), http.StatusOK, pay.CheckoutPaid)
		wantState(t, p.post(page+"/challenge", url.Values{"answer": {"refuse"}}), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	t.Run("refused is declined and leaves the checkout open", func(t *testing.T) {
		t.Parallel()
		s, page, p := challenged(t)
		told := p.post(page+"/challenge", url.Values{"answer": {"refuse"}})
		wantState(t, told, http.StatusPaymentRequired, pay.CheckoutPayment)
		wantText(t, p.asPage(page), "Your bank could not confirm that it was you")
		wantState(t, p.post(page+"/pay", card(goodCard, "1")), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	t.Run("any other answer leaves the question open", func(t *testing.T) {
		t.Parallel()
		_, page, p := challenged(t)
		got := p.post(page+"/challenge", url.Values{"answer": {"maybe"}})
		wantState(t, got, http.StatusUnprocessableEntity, pay.CheckoutChallenge)
		if len(got.Errors) != 1 || got.Errors[0].Field != "answer" {
			t.Errorf("errors are %v", got.Errors)
		}
	})
	t.Run("is not another visitor's to answer", func(t *testing.T) {
		t.Parallel()
		s, page, p := challenged(t)
		other := s.newProgram()
		wantState(t, other.post(page+"/challenge", url.Values{"answer": {"approve"}}), http.StatusConflict, pay.CheckoutBeingPaid)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutChallenge)
		s.wantCharges(0)
	})
}

func TestWaiting(t *testing.T) {
	t.Parallel()

	t.Run("shows that it waits, loads itself again, and ends in the receipt", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		wantState(t, p.post(page+"/pay", card(pendingCard, "0")), http.StatusAccepted, pay.CheckoutWaiting)
		wantText(t, p.asPage(page), "Your payment is being processed", `data-poll="waiting"`, `<noscript><meta http-equiv="refresh"`)
		s.clock.advance(2 * time.Minute)
		s.inquire(page)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	t.Run("is where a lost answer leads, and nothing can be paid beside it", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		wantState(t, p.post(page+"/pay", card(lostMoved, "0")), http.StatusAccepted, pay.CheckoutWaiting)
		wantState(t, p.post(page+"/pay", card(goodCard, "1")), http.StatusAccepted, pay.CheckoutWaiting)
		wantState(t, p.post(page+"/details", buyer("country", "FR")), http.StatusAccepted, pay.CheckoutWaiting)
		s.inquire(page)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutPaid)
		s.wantCharges(1)
	})
	t.Run("does not hold the browser while a provider hangs", func(t *testing.T) {
		t.Parallel()
		hanging := hang{entered: make(chan struct{}), release: make(chan struct{})}
		s := newShop(t, func(c *shopConfig) {
			c.patience = time.Millisecond
			c.connectors = func(sim *simulator.Simulator) []connector.Connector {
				hanging.Connector = sim
				return []connector.Connector{hanging}
			}
		})
		page, p := s.ready()
		// With a patience this short the admission itself may be what it ends;
		// then nothing was started, and the button is pressed again.
		for {
			got := p.post(page+"/pay", card(goodCard, "0"))
			if got.State == pay.CheckoutWaiting {
				break
			}
			wantState(t, got, http.StatusConflict, pay.CheckoutPayment)
		}
		<-hanging.entered
		wantState(t, s.newProgram().get(page), http.StatusOK, pay.CheckoutBeingPaid)
		close(hanging.release)
		s.core.Stop(context.Background())
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutPaid)
	})
}

// hang is a provider that answers when the test lets it.
type hang struct {
	connector.Connector
	entered, release chan struct{}
}

func (h hang) Begin(ctx context.Context, charge connector.Charge) connector.Result {
	close(h.entered)
	<-h.release
	return h.Connector.Begin(ctx, charge)
}

func TestBeingPaid(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	p.post(page+"/pay", card(challengeCard, "0"))
	other := s.newProgram()
	wantState(t, other.get(page), http.StatusOK, pay.CheckoutBeingPaid)
	wantState(t, other.post(page+"/pay", card(goodCard, "1")), http.StatusConflict, pay.CheckoutBeingPaid)
	wantState(t, other.post(page+"/details", buyer("email", "thief@example.test")), http.StatusConflict, pay.CheckoutBeingPaid)
	wantText(t, other.asPage(page), "This checkout is being paid", `data-poll="being_paid"`, `<noscript><meta http-equiv="refresh"`)
	s.wantCharges(0)
}

func TestUsed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	p.post(page+"/pay", card(goodCard, "0"))
	other := s.newProgram()
	seen := other.get(page)
	wantState(t, seen, http.StatusOK, pay.CheckoutUsed)
	if seen.OrderID != "" || seen.PaymentID != "" || seen.ReturnURL != "" {
		t.Errorf("another visitor is told the receipt: %s", seen.body)
	}
	drawn := other.asPage(page)
	wantText(t, drawn, "This checkout is already paid", "start from the shop")
	if strings.Contains(drawn.body, "ann@example.test") || strings.Contains(drawn.body, "0110") {
		t.Error("another visitor's page shows the buyer")
	}
	wantState(t, other.post(page+"/pay", card(goodCard, "1")), http.StatusConflict, pay.CheckoutUsed)
	s.wantCharges(1)
}

func TestExpired(t *testing.T) {
	t.Parallel()

	t.Run("says whom to ask", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.session(), s.newProgram()
		s.clock.advance(pay.DefaultSessionLife)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutExpired)
		wantState(t, p.post(page+"/details", buyer()), http.StatusGone, pay.CheckoutExpired)
		wantText(t, p.asPage(page), "This checkout has expired", "Ask Acme Books for a new link")
	})
	t.Run("at the payment step charges nothing", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		s.clock.advance(pay.DefaultSessionLife)
		wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusGone, pay.CheckoutExpired)
		s.wantCharges(0)
	})
	t.Run("waits for an attempt that is open", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		p.post(page+"/pay", card(pendingCard, "0"))
		s.clock.advance(pay.DefaultSessionLife)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutWaiting)
		s.inquire(page)
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutPaid)
	})
}

func TestUnavailable(t *testing.T) {
	t.Parallel()

	t.Run("while the store does not sell", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		s.change(func(store *pay.Store) {
			store.Status, store.Website, store.SupportEmail = pay.StoreInactive, "https://acme.example", "help@acme.example"
		})
		wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusServiceUnavailable, pay.CheckoutUnavailable)
		wantText(t, p.asPage(page), "Acme Books is not selling right now", `href="https://acme.example"`, `href="mailto:help@acme.example"`)
		s.wantCharges(0)
	})
	t.Run("in live mode without a connector, which takes no card number", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.merchant.Env = pay.Prod
		s.product = s.addProduct(pay.NewProduct{Name: "A live guide"})
		s.takeByHand("Pay at the counter")
		page, p := s.session(byHand), s.newProgram()
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutDetails)
		s.takeByHand("")
		wantState(t, p.get(page), http.StatusOK, pay.CheckoutUnavailable)
		wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusServiceUnavailable, pay.CheckoutUnavailable)
		drawn := p.asPage(page)
		wantText(t, drawn, "cannot take payments yet", "its operator has to configure one")
		if strings.Contains(drawn.body, "Test mode") || strings.Contains(drawn.body, "cc-number") {
			t.Error("a live page shows test mode or a card form")
		}
	})
}

func TestMissing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()
	slug := strings.Split(page, "/")[4]
	for name, address := range map[string]string{
		"an unknown session":       s.URL + "/store/" + slug + "/checkout/" + s.core.IDs().Session(),
		"an id of another form":    s.URL + "/store/" + slug + "/checkout/ORD_1",
		"another store's slug":     strings.Replace(page, slug, "acme-books-00000000", 1),
		"a slug in another letter": strings.Replace(page, slug, strings.ToUpper(slug), 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := s.newBrowser().get(address)
			wantStatus(t, drawn, http.StatusNotFound)
			wantText(t, drawn, "There is no checkout here", "ask the shop for a new one")
			if strings.Contains(drawn.body, "Acme") {
				t.Error("the page names the store")
			}
			for _, step := range []string{"", "/details", "/pay", "/challenge", "/identify"} {
				p, method := s.newProgram(), http.MethodPost
				if step == "" {
					method = http.MethodGet
				}
				told := p.do(method, address+step, card(goodCard, "0"))
				if told.status != http.StatusNotFound || told.State != "" || len(told.Errors) != 1 || told.SessionID != "" {
					t.Errorf("%s answered %d: %s", step, told.status, told.body)
				}
			}
		})
	}
}

func TestAppearance(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	yes, no := true, false
	dark := func(in *pay.NewSession) { in.DarkMode = &yes }
	light := func(in *pay.NewSession) { in.DarkMode = &no }
	plain := func(*pay.NewSession) {}
	show := func(change func(*pay.NewSession)) string { return s.newBrowser().get(s.session(change)).body }

	if page := show(plain); strings.Contains(page, "data-scheme") {
		t.Error("without a wish the device does not decide")
	}
	if !strings.Contains(show(dark), `data-scheme="dark"`) {
		t.Error("darkMode=true is not dark")
	}
	s.change(func(store *pay.Store) { store.Checkout = pay.Appearance{DarkByDefault: new(true)} })
	if !strings.Contains(show(plain), `data-scheme="dark"`) {
		t.Error("the store's default is not followed")
	}
	if !strings.Contains(show(light), `data-scheme="light"`) {
		t.Error("the session does not win over the store")
	}
}

func TestProductInTheSummary(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.product = s.addProduct(pay.NewProduct{
		Name: "Prints & <Posters>", Description: strings.Repeat("Long words follow. ", 40),
		Media: []pay.Media{
			{Type: "image", URL: "https://a.example;script-src/x.png"},
			{Type: "image", URL: "https://cdn.example:8443/print.jpg?w=96", Alt: "A print"},
		},
	})
	got := s.newBrowser().get(s.session())
	wantText(t, got, "Prints &amp; &lt;Posters&gt;", `src="https://cdn.example:8443/print.jpg?w=96" alt="A print"`, "Read more")
	policy := got.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "img-src 'self' https://cdn.example:8443;") || strings.Contains(policy, "a.example") {
		t.Errorf("the policy is %q", policy)
	}
}
