package link_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
)

func (s *shop) invalidate(reference string, ifPending bool) (link.Link, error) {
	return pay.Run(context.Background(), s.Core, s.links.Invalidate, link.Invalidation{
		Actor: s.actor(), Reference: reference, IfPending: ifPending, At: s.Core.Now(),
	})
}

func (s *shop) mark(l link.Link, to link.Status) (link.Link, error) {
	return pay.Run(context.Background(), s.Core, s.links.MarkLink, link.Mark{ID: l.ID, Actor: pay.System(pay.Test), To: to, At: s.Core.Now()})
}

func TestInvalidate(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustCreate(t, "created")
		s.mustPlace(t, s.mustCreate(t, "pending"))
		s.mustPay(t, "paid")
		processing := s.mustCreate(t, "processing")
		s.mustPlace(t, processing)
		s.mustPress(t, processing, slowCard)
		for reference, to := range map[string]link.Status{"delivered": link.Delivered, "returned": link.Returned} {
			if _, err := s.mark(s.mustPay(t, reference), to); err != nil {
				t.Fatal(err)
			}
		}
		rejected := s.mustCreate(t, "rejected")
		s.mustPlace(t, rejected)
		if _, err := s.mark(rejected, link.Rejected); err != nil {
			t.Fatal(err)
		}
		for reference, c := range map[string]struct {
			refused  string // of invalidate; "" is not
			leftAs   link.Status
			canceled bool // by invalidate-if-pending
		}{
			"created":    {"", link.Cancelled, true},
			"pending":    {"", link.Cancelled, true},
			"paid":       {"link_not_pending", link.Complete, false},
			"processing": {"link_not_pending", link.Processing, false},
			"delivered":  {"link_not_pending", link.Delivered, false},
			"returned":   {"link_not_pending", link.Returned, false},
			"rejected":   {"link_not_pending", link.Rejected, false},
		} {
			before := s.mustSee(t, reference)
			if c.refused != "" {
				if _, err := s.invalidate(reference, false); fault.CodeOf(err) != c.refused || !fault.Is(err, fault.State) {
					t.Errorf("%s: %v", reference, err)
				}
			}
			seen, err := s.invalidate(reference, true)
			if err != nil || seen.Status != c.leftAs {
				t.Errorf("%s if pending: %s, %v", reference, seen.Status, err)
			}
			if !c.canceled {
				if seen.Row != before.Row || !seen.UpdatedAt.Equal(before.UpdatedAt) {
					t.Errorf("%s was touched: %+v", reference, seen)
				}
				continue
			}
			again, err := s.invalidate(reference, false)
			if err != nil || again.Status != link.Cancelled || !again.UpdatedAt.Equal(seen.UpdatedAt) || again.Row != seen.Row {
				t.Errorf("%s again: %+v, %v", reference, again, err)
			}
		}
		for _, ifPending := range []bool{false, true} {
			if _, err := s.invalidate("unknown", ifPending); fault.CodeOf(err) != "link_not_found" {
				t.Errorf("unknown: %v", err)
			}
		}
		late := s.mustCreate(t, "late")
		s.Clock.Advance(time.Hour)
		if seen, err := s.invalidate("late", false); err != nil || seen.Status != link.Cancelled || !seen.UpdatedAt.Equal(late.ExpiresAt) {
			t.Errorf("one whose time is up: %+v, %v", seen, err)
		}
	})
}

func TestMarkLink(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		paid := s.mustPay(t, "delivered")
		for range 2 { // the same word again changes nothing
			if seen, err := s.mark(paid, link.Delivered); err != nil || seen.Status != link.Delivered || !seen.CompletedAt.Equal(paid.CompletedAt) {
				t.Errorf("delivered: %+v, %v", seen, err)
			}
		}
		if seen, err := s.mark(paid, link.Returned); err != nil || seen.Status != link.Returned {
			t.Errorf("returned: %+v, %v", seen, err)
		}
		direct := s.mustPay(t, "returned")
		if seen, err := s.mark(direct, link.Returned); err != nil || seen.Status != link.Returned {
			t.Errorf("returned: %+v, %v", seen, err)
		}
		// The money goes back after that, and nobody is told of the return again.
		s.mustApprove(t, s.mustAskRefund(t, "returned", 10_000))
		s.mustBe(t, "returned", link.Returned)

		pending := s.mustCreate(t, "rejected")
		s.mustPlace(t, pending)
		if seen, err := s.mark(pending, link.Rejected); err != nil || seen.Status != link.Rejected {
			t.Errorf("rejected: %+v, %v", seen, err)
		}
		if look := s.MustLook(t, pay.Session{ID: pending.Session}, "me"); look.State != pay.CheckoutExpired {
			t.Errorf("the page of a rejected link is %s", look.State)
		}
		s.mustBe(t, "rejected", link.Rejected)
		var updates []string
		for _, one := range s.told(t) {
			if one[:4] == "link" {
				updates = append(updates, one)
			}
		}
		want := []string{
			"link.updated Delivered Delivered", "link.updated Rejected Rejected",
			"link.updated Returned Returned", "link.updated Returned Returned",
		}
		if slices.Sort(updates); !slices.Equal(updates, want) {
			t.Errorf("told %q, want %q", updates, want)
		}
	})
}

func TestMarksThatHaveNoArrow(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		created, paid := s.mustCreate(t, "created"), s.mustPay(t, "paid")
		processing := s.mustCreate(t, "processing")
		s.mustPlace(t, processing)
		s.mustPress(t, processing, slowCard)
		for name, c := range map[string]struct {
			link link.Link
			to   link.Status
			code string
		}{
			"an unpaid one is not delivered":      {created, link.Delivered, "link_transition"},
			"an unpaid one is not returned":       {created, link.Returned, "link_transition"},
			"one of whom nobody knows, is not":    {created, link.Rejected, "link_transition"},
			"a paid one is not rejected":          {paid, link.Rejected, "link_transition"},
			"one being paid is not rejected yet":  {processing, link.Rejected, "order_being_paid"},
			"nobody can say that it is paid":      {created, link.Complete, "bad_mark"},
			"a link that there is not, is not":    {link.Link{ID: "c0"}, link.Delivered, "link_not_found"},
			"nobody can say that it is cancelled": {created, link.Cancelled, "bad_mark"},
		} {
			if _, err := s.mark(c.link, c.to); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		s.mustBe(t, "processing", link.Processing)
	})
}

// Every arrow of the table, and none beside it.
func TestArrows(t *testing.T) {
	t.Parallel()
	legal := map[link.Status][]link.Status{
		link.Created:    {link.Pending, link.Processing, link.Complete, link.Cancelled},
		link.Pending:    {link.Processing, link.Complete, link.Cancelled, link.Rejected},
		link.Processing: {link.Pending, link.Complete, link.Cancelled},
		link.Complete:   {link.Delivered, link.Returned},
		link.Delivered:  {link.Returned},
		link.Cancelled:  {link.Complete},
		link.Rejected:   {link.Complete},
		link.Returned:   nil,
	}
	for _, from := range link.Statuses() {
		for _, to := range link.Statuses() {
			if got, want := from.Leads(to), slices.Contains(legal[from], to); got != want {
				t.Errorf("%s to %s is %t", from, to, got)
			}
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, setting := range link.Settings() {
		if err := setting.Check(setting.Default); err != nil {
			t.Errorf("%s: its own default: %v", setting.Name, err)
		}
		if err := setting.Check("perhaps"); fault.CodeOf(err) != "bad_setting" {
			t.Errorf("%s: %v", setting.Name, err)
		}
	}
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustSet(t, map[string]string{
			"wayl.webhook_status_vocabulary": "link", "wayl.webhook_updates": "off", "wayl.legacy_redirect_suffix": "on",
		})
		paid := s.mustPay(t, "order-1")
		if want := "https://shop.example.test/thanks/?referenceId=order-1&orderid=" + string(paid.ID); paid.Redirection != want {
			t.Errorf("redirection %s, want %s", paid.Redirection, want)
		}
		if _, err := s.mark(paid, link.Delivered); err != nil {
			t.Fatal(err)
		}
		s.mustCreate(t, "order-2")
		if _, err := s.invalidate("order-2", false); err != nil {
			t.Fatal(err)
		}
		if want := []string{"order.completed Complete Complete"}; !slices.Equal(s.told(t), want) {
			t.Errorf("told %q, want %q", s.told(t), want)
		}
	})
}
