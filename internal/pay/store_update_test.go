package pay_test

import (
	"strings"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestUpdateStore(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		update := func(change pay.StoreUpdate) pay.Store {
			change.ID, change.Actor, change.At = s.Shop.ID, s.Actor(), s.Core.Now()
			return paytest.MustRun(t, s.Core, pay.UpdateStore, change)
		}
		dark := true
		update(pay.StoreUpdate{
			Notifications: pay.NotificationsUpdate{Switches: map[pay.Notification]bool{pay.NotifyNewOrders: false, pay.NotifyChargeback: true}},
			Checkout: pay.AppearanceUpdate{
				DarkByDefault: pay.To(&dark), Light: pay.ThemeUpdate{Text: pay.To("#000")}, Dark: pay.ThemeUpdate{Card: pay.To("black")},
			},
		})
		after := update(pay.StoreUpdate{
			Name: pay.To("Acme Zwei"), Status: pay.To(pay.StoreInactive), Logo: pay.To("https://cdn.example/l.png"),
			SupportEmail: pay.To(" Help@Shop.example"), Website: pay.To("https://shop.example/"), LateCapture: pay.To(pay.HonourLate),
			Checkout: pay.AppearanceUpdate{Light: pay.ThemeUpdate{Radius: pay.To("4px")}, Dark: pay.ThemeUpdate{Reset: true}},
		})
		if after.Name != "Acme Zwei" || after.Status != pay.StoreInactive || after.Logo == "" || after.Notifications.On(pay.NotifyNewOrders) ||
			!after.Notifications.On(pay.NotifyChargeback) || !after.Notifications.On(pay.EmailOrderConfirmation) {
			t.Errorf("got %+v", after)
		}
		if want := (pay.Appearance{DarkByDefault: after.Checkout.DarkByDefault, Light: pay.Theme{Text: "#000", Radius: "4px"}}); after.Checkout != want || !*want.DarkByDefault {
			t.Errorf("looks %+v", after.Checkout)
		}

		if after.SupportEmail != "help@shop.example" || after.Website != "https://shop.example/" || after.LateCapture != pay.HonourLate {
			t.Errorf("got %q %q %s", after.SupportEmail, after.Website, after.LateCapture)
		}

		// Both slugs lead there, whatever the name was in between.
		update(pay.StoreUpdate{Name: pay.To("Third")})
		back := update(pay.StoreUpdate{Name: pay.To("Acme")})
		if back.Slug != s.Shop.Slug {
			t.Errorf("the slug is %s, was %s", back.Slug, s.Shop.Slug)
		}
		for _, slug := range []string{after.Slug, back.Slug} {
			err := s.Core.View(t.Context(), func(r pay.Records) error {
				found, err := r.StoreBySlug(slug)
				if found.ID != s.Shop.ID {
					t.Errorf("%s leads to %+v", slug, found)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}

		cleared := update(pay.StoreUpdate{
			Logo: pay.To(""), SupportEmail: pay.To(""), Website: pay.To(""), Notifications: pay.NotificationsUpdate{Reset: true}, Checkout: pay.AppearanceUpdate{Reset: true},
		})
		if cleared.Logo != "" || !cleared.Notifications.On(pay.NotifyNewOrders) || cleared.Checkout.IsSet() ||
			cleared.SupportEmail != "" || cleared.Website != "" || cleared.LateCapture != pay.HonourLate {
			t.Errorf("cleared %+v", cleared)
		}
	})
}

func TestUpdateStoreRefuses(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		refused := func(change pay.StoreUpdate) error {
			change.ID, change.At = s.Shop.ID, s.Core.Now()
			if change.Actor.Kind == "" {
				change.Actor = s.Actor()
			}
			_, err := pay.Run(t.Context(), s.Core, pay.UpdateStore, change)
			return err
		}
		platform := pay.NotificationsUpdate{Switches: map[pay.Notification]bool{pay.EmailOrderConfirmation: false}}
		for code, err := range map[string]error{
			"bad_status":                refused(pay.StoreUpdate{Status: pay.To(pay.StoreSuspended)}),
			"notification_not_writable": refused(pay.StoreUpdate{Notifications: platform}),
			"bad_theme":                 refused(pay.StoreUpdate{Checkout: pay.AppearanceUpdate{Dark: pay.ThemeUpdate{Primary: pay.To("red;")}}}),
			"bad_url":                   refused(pay.StoreUpdate{Logo: pay.To("javascript:1")}),
			"bad_email":                 refused(pay.StoreUpdate{SupportEmail: pay.To("help")}),
			"bad_late_capture":          refused(pay.StoreUpdate{LateCapture: pay.To(pay.LateCapture("keep"))}),
			"too_long":                  refused(pay.StoreUpdate{Website: pay.To("https://shop.example/" + strings.Repeat("x", 2048))}),
			"store_access_denied":       refused(pay.StoreUpdate{Actor: pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: s.Shop.ID}}),
		} {
			if fault.CodeOf(err) != code {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		for _, website := range []string{"shop.example", "ftp://shop.example", "https://me:pw@shop.example", "https://shop.example/\u202e"} {
			if err := refused(pay.StoreUpdate{Website: pay.To(website)}); fault.CodeOf(err) != "bad_url" || fault.From(err).Field != "website" {
				t.Errorf("%q: %v", website, err)
			}
		}
		err := s.Store.Write(t.Context(), func(r pay.Records) error {
			shop, err := r.Store(s.Shop.ID)
			shop.Status = pay.StoreSuspended
			if err == nil {
				r.UpdateStore(shop)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := refused(pay.StoreUpdate{Status: pay.To(pay.StoreActive)}); fault.CodeOf(err) != "store_transition" {
			t.Errorf("a merchant lifted a suspension: %v", err)
		}
	})
}

func TestDeleteStore(t *testing.T) {
	t.Parallel()
	deletion := func(s *paytest.Shop) pay.StoreDeletion {
		return pay.StoreDeletion{ID: s.Shop.ID, Actor: s.Actor(), At: s.Core.Now()}
	}

	t.Run("nothing can be sold in it any more", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := s.MustOpen(t)
			s.MustPlace(t, session)
			deleted := paytest.MustRun(t, s.Core, pay.DeleteStore, deletion(s))
			if !deleted.DeletedAt.Equal(s.Core.Now()) {
				t.Errorf("deleted at %v", deleted.DeletedAt)
			}
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutUnavailable {
				t.Errorf("its checkout is %s", look.State)
			}
			if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", 0, goodCard)); fault.CodeOf(err) != "store_not_found" {
				t.Errorf("a payment: %v", err)
			}
			if _, err := pay.Run(t.Context(), s.Core, pay.DeleteStore, deletion(s)); fault.CodeOf(err) != "store_not_found" {
				t.Errorf("a second deletion: %v", err)
			}
			wantBalances(t, s, map[string]int64{})
		})
	})

	t.Run("a payment under way is booked all the same", func(t *testing.T) {
		t.Parallel()
		paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
			session := mustStart(t, s, timeoutMoved)
			paytest.MustRun(t, s.Core, pay.DeleteStore, deletion(s))
			s.Clock.Advance(5 * time.Second)
			s.PlayTimers(t)
			if look := s.MustLook(t, session, "me"); look.State != pay.CheckoutPaid {
				t.Errorf("state %s", look.State)
			}
			wantBalances(t, s, sold)
			wantTimers(t, s, 0)
		})
	})
}
