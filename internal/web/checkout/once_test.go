package checkout_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/pay"
)

// together runs fn n times at once and returns the answers.
func together(n int, fn func(i int) reply) []reply {
	replies := make([]reply, n)
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-gate
			replies[i] = fn(i)
		})
	}
	ready.Wait()
	close(gate)
	done.Wait()
	return replies
}

func TestSixtyFourBuyersPayOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, _ := s.ready()
	buyers := make([]*browser, 64)
	for i := range buyers {
		buyers[i] = s.newProgram()
	}
	paid := 0
	for _, got := range together(len(buyers), func(i int) reply { return buyers[i].post(page+"/pay", card(goodCard, "0")) }) {
		switch {
		case got.status == http.StatusOK && got.State == pay.CheckoutPaid:
			paid++
		case got.status == http.StatusConflict && (got.State == pay.CheckoutUsed || got.State == pay.CheckoutBeingPaid) && len(got.Errors) == 1:
		default:
			t.Errorf("a buyer was answered %d: %s", got.status, got.body)
		}
	}
	if paid != 1 {
		t.Errorf("%d buyers were told that they paid, want 1", paid)
	}
	s.wantCharges(1)
	for i, b := range buyers {
		state := b.get(page).State
		if state == pay.CheckoutPaid {
			paid--
		} else if state != pay.CheckoutUsed {
			t.Errorf("buyer %d sees %q afterwards", i, state)
		}
	}
	if paid != 0 {
		t.Errorf("the receipt is shown to %d buyers too few", paid)
	}
}

func TestBuyersWhoTypeTheirOwnDetailsPayOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page := s.session()
	together(16, func(i int) reply {
		p := s.newProgram()
		placed := p.post(page+"/details", buyer("email", fmt.Sprintf("buyer-%d@example.test", i)))
		return p.post(page+"/pay", card(goodCard, fmt.Sprint(placed.Turn)))
	})
	if charges := len(s.captures()); charges > 1 {
		t.Fatalf("%d charges", charges)
	}
	// Whoever was overtaken is shown the new details and can pay for those.
	p := s.newProgram()
	if at := p.get(page); at.State == pay.CheckoutPayment {
		p.post(page+"/pay", card(goodCard, fmt.Sprint(at.Turn)))
	}
	s.wantCharges(1)
}

func TestDoubleClickChargesOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	for _, got := range together(8, func(int) reply { return p.post(page+"/pay", card(goodCard, "0")) }) {
		// Until the first press is through, the others see that it is on its way.
		if got.State != pay.CheckoutPaid && got.State != pay.CheckoutWaiting {
			t.Errorf("a click was answered %d: %s", got.status, got.body)
		}
	}
	s.wantCharges(1)
	wantState(t, p.get(page), http.StatusOK, pay.CheckoutPaid)
}

func TestBackButtonChargesOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	page, p := s.ready()
	wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusOK, pay.CheckoutPaid)
	wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusOK, pay.CheckoutPaid)
	wantState(t, p.post(page+"/pay", card(goodCard, "1")), http.StatusOK, pay.CheckoutPaid)
	wantState(t, p.post(page+"/details", buyer("email", "other@example.test")), http.StatusOK, pay.CheckoutPaid)
	s.wantCharges(1)
}

func TestSecondTab(t *testing.T) {
	t.Parallel()

	t.Run("of a declined turn is told of the decline and starts nothing", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		wantState(t, p.post(page+"/pay", card(declinedCard, "0")), http.StatusPaymentRequired, pay.CheckoutPayment)
		wantState(t, p.post(page+"/pay", card(goodCard, "0")), http.StatusPaymentRequired, pay.CheckoutPayment)
		s.wantCharges(0)
	})
	t.Run("with the old details charges nothing and shows the new ones", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, b := s.session(), s.newBrowser()
		b.follow(page+"/details", buyer())
		b.follow(page+"/details", buyer("email", "new@example.test"))
		drawn := b.post(page+"/pay", card(goodCard, "0"))
		wantStatus(t, drawn, http.StatusConflict)
		wantText(t, drawn, "changed in another window", "new@example.test", `name="turn" value="1"`)
		s.wantCharges(0)
		wantText(t, b.follow(page+"/pay", card(goodCard, "1")), "Payment successful")
	})
	t.Run("without a turn starts nothing", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		page, p := s.ready()
		for _, turn := range []string{"", "x", "-1", "1", "99999999999999999999"} {
			got := p.post(page+"/pay", card(goodCard, turn))
			wantState(t, got, http.StatusConflict, pay.CheckoutPayment)
			if len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "nothing was charged") {
				t.Errorf("turn %q: errors are %v", turn, got.Errors)
			}
		}
		s.wantCharges(0)
	})
}
