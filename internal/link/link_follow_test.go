package link_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestALinkFollowsItsSale(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, "order-1")
		s.mustBe(t, "order-1", link.Created)
		s.mustPlace(t, made)
		s.mustBe(t, "order-1", link.Pending)
		s.mustPlace(t, made) // again, with the same details
		s.mustBe(t, "order-1", link.Pending)
		s.mustPress(t, made, declinedCard)
		s.mustBe(t, "order-1", link.Pending)
		s.mustPress(t, made, unsentCard)
		s.mustBe(t, "order-1", link.Pending)
		s.Clock.Advance(time.Minute)
		s.mustPress(t, made, goodCard)
		paid := s.mustSee(t, "order-1")
		if paid.Status != link.Complete || !paid.CompletedAt.Equal(s.Core.Now()) || paid.Method != "card" || paid.Processor != "simulator" || !paid.Reversible() {
			t.Errorf("paid: %+v", paid)
		}
		s.Clock.Advance(time.Minute)
		refund := s.mustAskRefund(t, "order-1", 4_000)
		s.mustApprove(t, refund)
		if part := s.mustSee(t, "order-1"); part.Status != link.Complete || !part.Reversible() {
			t.Errorf("refunded in part: %s, reversible %t", part.Status, part.Reversible())
		}
		s.mustApprove(t, s.mustAskRefund(t, "order-1", 6_000))
		returned := s.mustSee(t, "order-1")
		if returned.Status != link.Returned || returned.Reversible() || !returned.CompletedAt.Equal(paid.CompletedAt) {
			t.Errorf("refunded in whole: %+v", returned)
		}
		want := []string{"order.completed Complete Paid", "refund.succeeded Complete Paid", "link.updated Returned Returned", "refund.succeeded Returned Returned"}
		got := s.told(t)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

func TestAnOutcomeThatIsNotKnownIsProcessing(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		for reference, card := range map[string]string{"lost": lostCard, "slow": slowCard} {
			made := s.mustCreate(t, reference)
			s.mustPlace(t, made)
			s.mustPress(t, made, card)
			s.mustBe(t, reference, link.Processing)
		}
		// Its time runs out meanwhile, and it is neither expired nor invalidated.
		s.Clock.Advance(2 * time.Hour)
		for _, reference := range []string{"lost", "slow"} {
			s.mustBe(t, reference, link.Processing)
			if _, err := pay.Run(t.Context(), s.Core, s.links.Invalidate, link.Invalidation{Actor: s.actor(), Reference: reference, At: s.Core.Now()}); err == nil {
				t.Errorf("%s was invalidated", reference)
			}
		}
		s.PlayTimers(t)
		s.mustBe(t, "lost", link.Complete)
		s.mustBe(t, "slow", link.Complete)
	})
}

func TestALinkExpires(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		fresh, placed := s.mustCreate(t, "fresh"), s.mustCreate(t, "placed")
		s.mustPlace(t, placed)
		s.Clock.Advance(time.Hour - time.Microsecond)
		s.mustBe(t, "fresh", link.Created)
		s.mustBe(t, "placed", link.Pending)
		s.Clock.Advance(time.Microsecond)
		for _, reference := range []string{"fresh", "placed"} {
			if seen := s.mustSee(t, reference); seen.Status != link.Cancelled || !seen.UpdatedAt.Equal(fresh.ExpiresAt) {
				t.Errorf("before the sweeper: %s at %s", seen.Status, seen.UpdatedAt)
			}
		}
		if n := s.Int(t, `SELECT COUNT(*) FROM links WHERE status = 'Cancelled'`); n != 0 || len(s.told(t)) != 0 {
			t.Errorf("%d rows were changed by reading", n)
		}
		s.Clock.Advance(5 * time.Minute)
		s.PlayTimers(t)
		if n := s.Int(t, `SELECT COUNT(*) FROM links WHERE status = 'Cancelled'`); n != 2 {
			t.Errorf("%d rows are cancelled after the sweeper", n)
		}
		for _, reference := range []string{"fresh", "placed"} {
			if seen := s.mustSee(t, reference); seen.Status != link.Cancelled || !seen.UpdatedAt.Equal(fresh.ExpiresAt) {
				t.Errorf("after the sweeper: %s at %s", seen.Status, seen.UpdatedAt)
			}
		}
		if want := []string{"link.updated Cancelled Cancelled", "link.updated Cancelled Cancelled"}; !slices.Equal(s.told(t), want) {
			t.Errorf("told %q", s.told(t))
		}
		if look := s.MustLook(t, pay.Session{ID: fresh.Session}, "me"); look.State != pay.CheckoutExpired {
			t.Errorf("the page is %s", look.State)
		}
	})
}

// A payment that ends after the link's time leaves it Pending for a moment, and
// what readers are told of it goes on from there.
func TestUpdatedAtNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ updated, want time.Time }{
		"changed before its time was up": {at.Add(-time.Minute), at},
		"changed after that":             {at.Add(time.Minute), at.Add(time.Minute)},
	} {
		seen := link.Link{Status: link.Pending, UpdatedAt: c.updated, ExpiresAt: at}.At(at.Add(time.Hour))
		if seen.Status != link.Cancelled || !seen.UpdatedAt.Equal(c.want) {
			t.Errorf("%s: %s at %s, want %s", name, seen.Status, seen.UpdatedAt, c.want)
		}
	}
	eachShop(t, func(t *testing.T, s *shop) {
		in := s.newLink("order-1")
		in.Life = time.Minute / 2
		made := paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in))
		s.mustPlace(t, made)
		s.mustPress(t, made, lateCard) // gives up after the link's time
		s.Clock.Advance(time.Minute)
		if seen := s.mustSee(t, "order-1"); seen.Status != link.Processing {
			t.Fatalf("the link is %s", seen.Status)
		}
		s.PlayTimers(t)
		if seen := s.mustSee(t, "order-1"); seen.Status != link.Cancelled || !seen.UpdatedAt.Equal(s.Core.Now()) {
			t.Errorf("%s at %s, want %s", seen.Status, seen.UpdatedAt, s.Core.Now())
		}
	})
}

// Invalidating a link whose time is up ends it for good, although the sweeper
// has not come to it: money that comes after that goes back.
func TestAnExpiredLinkIsInvalidatedForGood(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ifPending bool
		honours   bool
		want      link.Status
		told      []string
	}{
		"and late money goes back":                      {false, false, link.Cancelled, []string{"link.updated Cancelled Cancelled"}},
		"if pending, and late money goes back":          {true, false, link.Cancelled, []string{"link.updated Cancelled Cancelled"}},
		"and late money counts where the store says so": {false, true, link.Complete, []string{"link.updated Cancelled Cancelled", "order.completed Complete Paid"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachShop(t, func(t *testing.T, s *shop) {
				if c.honours {
					s.mustHonour(t)
				}
				in := s.newLink("order-1")
				in.Life = 2 * time.Minute
				made := paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in))
				s.mustPlace(t, made)
				s.mustPress(t, made, lateCard)
				s.Clock.Advance(time.Minute)
				s.PlayTimers(t)
				s.mustBe(t, "order-1", link.Pending) // the attempt has come to nothing
				s.Clock.Advance(2 * time.Minute)
				for range 2 {
					ended, err := s.invalidate("order-1", c.ifPending)
					if err != nil || ended.Status != link.Cancelled || !ended.UpdatedAt.Equal(made.ExpiresAt) {
						t.Errorf("invalidated: %s at %s, %v", ended.Status, ended.UpdatedAt, err)
					}
				}
				if n := s.Int(t, `SELECT COUNT(*) FROM orders WHERE status = 'canceled'`); n != 1 {
					t.Errorf("%d orders are cancelled", n)
				}
				for range 4 {
					s.Clock.Advance(10 * time.Minute)
					s.PlayTimers(t)
				}
				s.mustBe(t, "order-1", c.want)
				if !slices.Equal(s.told(t), c.told) {
					t.Errorf("told %q, want %q", s.told(t), c.told)
				}
			})
		})
	}
}

func TestMoneyThatCameLateCompletesACancelledLink(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustHonour(t)
		made := s.mustCreate(t, "order-1")
		s.mustPlace(t, made)
		s.mustPress(t, made, lateCard)
		s.Clock.Advance(time.Minute)
		s.PlayTimers(t)
		s.mustBe(t, "order-1", link.Pending)
		paytest.MustRun(t, s.Core, s.links.Invalidate, link.Invalidation{Actor: s.actor(), Reference: "order-1", At: s.Core.Now()})
		s.mustBe(t, "order-1", link.Cancelled)
		for range 4 {
			s.Clock.Advance(10 * time.Minute)
			s.PlayTimers(t)
		}
		s.mustBe(t, "order-1", link.Complete)
		if want := []string{"link.updated Cancelled Cancelled", "order.completed Complete Paid"}; !slices.Equal(s.told(t), want) {
			t.Errorf("told %q, want %q", s.told(t), want)
		}
	})
}

// mustHonour has the store take money that comes late.
func (s *shop) mustHonour(t *testing.T) {
	t.Helper()
	err := s.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(s.Shop.Shop.ID)
		shop.LateCapture = pay.HonourLate
		if err == nil {
			r.UpdateStore(shop)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnEventTellsWhoBoughtWhat(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustPay(t, "order-1")
		s.mustPay(t, "order-2")
		events := s.events(t)
		var snapshots []link.Snapshot
		for _, event := range events {
			snapshot, err := link.ReadSnapshot(event.Noun)
			if err != nil {
				t.Fatal(err)
			}
			snapshots = append(snapshots, snapshot)
			if event.Dialect != link.Dialect || event.Noun.Callback == "" || event.Noun.Instead || event.Noun.ID != string(snapshot.ID) {
				t.Errorf("event %+v", event)
			}
		}
		buyer := snapshots[0].Customer
		if buyer.Name != "Ali" || buyer.Phone != "9647500000000" || buyer.City != "iraq_al_basrah" || buyer.Country != "IQ" || buyer.Address != "Baghdad" {
			t.Errorf("customer %+v", buyer)
		}
		if !strings.HasPrefix(buyer.ID, "c") || len(buyer.ID) != 25 || buyer.ID != snapshots[1].Customer.ID {
			t.Errorf("one customer has the ids %s and %s", buyer.ID, snapshots[1].Customer.ID)
		}
		lines := snapshots[0].Lines
		if len(lines) != 1 || lines[0] != (link.Line{Label: link.BasketValue, Amount: dinars(10_000), Effect: link.Increase}) {
			t.Errorf("lines %+v", lines)
		}
		if snapshots[0].StoreName != "Acme" || !snapshots[0].Commission.IsZero() {
			t.Errorf("snapshot %+v", snapshots[0])
		}
	})
}

// What the page has not asked is told as empty texts (spec/wayl.md §6).
func TestAnEventOfABuyerWhoIsNotKnown(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustCreate(t, "order-1")
		if _, err := s.invalidate("order-1", false); err != nil {
			t.Fatal(err)
		}
		made := s.mustCreate(t, "order-2")
		paytest.MustRun(t, s.Core, pay.PlaceOrder, pay.Placement{
			ID: pay.OrderID(s.IDs.New(id.Order)), Actor: pay.Actor{Kind: pay.ByVisitor, Store: s.Shop.Shop.ID, Env: pay.Test}, Session: made.Session,
			Buyer: pay.Buyer{Name: "Ali", Phone: "9647500000000", City: "Basra", Address1: "7 Canal Street", Address2: "Floor 2", Country: "IQ"}, At: s.Core.Now(),
		})
		if _, err := s.invalidate("order-2", false); err != nil {
			t.Fatal(err)
		}
		told := map[string]link.Customer{}
		for _, event := range s.events(t) {
			snapshot, err := link.ReadSnapshot(event.Noun)
			if err != nil {
				t.Fatal(err)
			}
			told[snapshot.Reference] = snapshot.Customer
		}
		if got := told["order-1"]; got != (link.Customer{Country: "IQ"}) {
			t.Errorf("nobody is told as %+v", got)
		}
		if got := told["order-2"].Address; got != "7 Canal Street, Floor 2" {
			t.Errorf("the address is %q", got)
		}
	})
}

func TestAFeeIsTheCommission(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		fee, err := pay.ParseFee("IQD 2.5% + 10")
		if err != nil {
			t.Fatal(err)
		}
		paytest.MustRun(t, s.Core, pay.ChangeFee, pay.FeeChange{Actor: pay.System(pay.Test), Store: s.Shop.Shop.ID, Terms: fee, At: s.Core.Now()})
		paid := s.mustPay(t, "order-1")
		if _, err := s.mark(paid, link.Delivered); err != nil {
			t.Fatal(err)
		}
		for _, event := range s.events(t) {
			if snapshot, err := link.ReadSnapshot(event.Noun); err != nil || snapshot.Commission != dinars(260) {
				t.Errorf("%s: commission %v, %v", event.Type, snapshot.Commission, err)
			}
		}
	})
}
