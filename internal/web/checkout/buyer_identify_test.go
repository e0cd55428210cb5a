package checkout_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/pay"
)

// identityOf is the buyer's name on the session and on its order.
func (s *shop) identityOf(page string) (session, order string) {
	s.t.Helper()
	must(s.t, s.core.View(context.Background(), func(r pay.Records) error {
		found, err := r.Session(pay.SessionID(page[strings.LastIndex(page, "/")+1:]))
		if err != nil {
			return err
		}
		session = found.Identity
		if found.Order == "" {
			return nil
		}
		placed, err := r.Order(found.Order)
		order = placed.Identity
		return err
	}))
	return session, order
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	bearer := "Bearer " + s.token

	t.Run("puts the buyer on the order", func(t *testing.T) {
		t.Parallel()
		page, p := s.session(), s.newProgram()
		wantState(t, p.post(page+"/identify", nil, "Authorization", bearer), http.StatusOK, pay.CheckoutDetails)
		p.post(page+"/details", buyer())
		if session, order := s.identityOf(page); session != "user-9" || order != "user-9" {
			t.Errorf("the session is of %q and the order of %q", session, order)
		}
		wantState(t, p.post(page+"/identify", nil, "Authorization", "bearer "+s.token), http.StatusOK, pay.CheckoutPayment)
	})
	t.Run("with a token that is no longer good leaves a guest", func(t *testing.T) {
		t.Parallel()
		page, p := s.session(), s.newProgram()
		for _, authorization := range []string{"Bearer TOK_old", "Bearer ", "Basic dXNlcjpwYXNz", ""} {
			got := p.post(page+"/identify", nil, "Authorization", authorization)
			wantState(t, got, http.StatusUnauthorized, pay.CheckoutDetails)
			if len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "as a guest") {
				t.Errorf("errors are %v", got.Errors)
			}
		}
		wantState(t, p.post(page+"/details", buyer()), http.StatusOK, pay.CheckoutPayment)
		if session, order := s.identityOf(page); session != "" || order != "" {
			t.Errorf("a guest's session is of %q and the order of %q", session, order)
		}
	})
	t.Run("after the order says that it came too late", func(t *testing.T) {
		t.Parallel()
		page, p := s.ready()
		wantStatus(t, p.post(page+"/identify", nil, "Authorization", bearer), http.StatusConflict)
	})
	t.Run("answers JSON to everybody", func(t *testing.T) {
		t.Parallel()
		got := s.newBrowser().post(s.session()+"/identify", nil, "Authorization", bearer)
		if got.header.Get("Content-Type") != "application/json" || got.State != pay.CheckoutDetails {
			t.Errorf("answered %q: %s", got.header.Get("Content-Type"), got.body)
		}
	})
	t.Run("of another environment is refused", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		s.merchant.Env = pay.Prod
		s.product = s.addProduct(pay.NewProduct{Name: "A live guide"})
		s.takeByHand("Pay at the counter")
		wantStatus(t, s.newProgram().post(s.session(byHand)+"/identify", nil, "Authorization", bearer), http.StatusUnauthorized)
	})
}
