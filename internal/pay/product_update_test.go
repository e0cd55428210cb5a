package pay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// acting is the merchant's actor in an environment.
func acting(s *paytest.Shop, env pay.Env) pay.Actor {
	actor := s.Actor()
	actor.Env = env
	return actor
}

func rename(s *paytest.Shop, env pay.Env, name string) pay.ProductUpdate {
	return pay.ProductUpdate{
		ID: s.Product.ID, VersionID: pay.VersionID(s.IDs.New("PVER")), Actor: acting(s, env), Name: pay.To(name), At: s.Core.Now(),
	}
}

func mustApprove(t *testing.T, s *paytest.Shop) {
	t.Helper()
	err := s.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(s.Shop.ID)
		shop.ProdEnabled = true
		if err == nil {
			r.UpdateStore(shop)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUpdateProduct(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		session := s.MustOpen(t)
		first := s.Product.Current

		s.Clock.Advance(time.Second)
		same := paytest.MustRun(t, s.Core, pay.UpdateProduct, pay.ProductUpdate{
			ID: s.Product.ID, VersionID: "PVER_unused", Actor: s.Actor(), Name: pay.To(" Guide "), Prices: pay.To(first.Prices), At: s.Core.Now(),
		})
		if same.Current.ID != first.ID || !same.UpdatedAt.Equal(s.Product.UpdatedAt) || s.Int(t, `SELECT COUNT(*) FROM product_versions`) != 1 {
			t.Errorf("an update that changes nothing made %+v", same)
		}

		second := paytest.MustRun(t, s.Core, pay.UpdateProduct, rename(s, pay.Test, "Guide 2"))
		if second.Current.Number != 2 || second.Current.Name != "Guide 2" || second.Current.Description != first.Description || !second.UpdatedAt.Equal(s.Core.Now()) {
			t.Errorf("the second version is %+v", second)
		}
		if look := s.MustLook(t, session, ""); look.Product.Name != "Guide" {
			t.Errorf("an open session sells %q", look.Product.Name)
		}

		// The live environment follows by publication only, and numbers go on over both.
		mustApprove(t, s)
		live := paytest.MustRun(t, s.Core, pay.PublishProduct, pay.Publication{ID: s.Product.ID, Actor: acting(s, pay.Prod), At: s.Core.Now()})
		if live.Current.ID != second.Current.ID || live.Status(pay.Prod) != pay.ProductActive {
			t.Errorf("published %+v", live)
		}
		paytest.MustRun(t, s.Core, pay.UpdateProduct, rename(s, pay.Test, "Guide 3"))
		fourth := paytest.MustRun(t, s.Core, pay.UpdateProduct, rename(s, pay.Prod, "Live"))
		if fourth.Current.Number != 4 || fourth.TestVersion == fourth.ProdVersion {
			t.Errorf("the live version is %+v", fourth)
		}
	})
}

// Updates of one product at once take turns: each makes a version, no two with
// one number.
func TestUpdateProductAtOnce(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		const updates = 8
		var wait sync.WaitGroup
		for i := range updates {
			wait.Go(func() {
				if _, err := pay.Run(context.Background(), s.Core, pay.UpdateProduct, rename(s, pay.Test, string(rune('a'+i)))); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := s.Int(t, `SELECT MAX(number) FROM product_versions`); n != updates+1 {
			t.Errorf("the last number is %d, want %d", n, updates+1)
		}
	})
}

func TestProductCommandsRefuse(t *testing.T) {
	t.Parallel()
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		stranger := s.Actor()
		stranger.Merchant = "MER_0000000000000000000001"
		published := func(actor pay.Actor) error {
			_, err := pay.Run(t.Context(), s.Core, pay.PublishProduct, pay.Publication{ID: s.Product.ID, Actor: actor, At: s.Core.Now()})
			return err
		}
		updated := func(change func(*pay.ProductUpdate)) error {
			update := rename(s, pay.Test, "x")
			change(&update)
			_, err := pay.Run(t.Context(), s.Core, pay.UpdateProduct, update)
			return err
		}
		for code, err := range map[string]error{
			"store_access_denied": published(stranger),
			"prod_not_enabled":    published(acting(s, pay.Prod)),
			"product_not_found":   updated(func(u *pay.ProductUpdate) { u.ID = "PROD_0000000000000000000001" }),
			"missing_field":       updated(func(u *pay.ProductUpdate) { u.Name = pay.To(" ") }),
			"bad_url":             updated(func(u *pay.ProductUpdate) { u.SuccessURL = pay.To("ftp://x") }),
			"too_many_keys":       updated(func(u *pay.ProductUpdate) { u.Keys = 51 }),
			"bad_media":           updated(func(u *pay.ProductUpdate) { u.Media = pay.To([]pay.Media{{Type: "sound"}}) }),
			"bad_amount": updated(func(u *pay.ProductUpdate) {
				u.Prices = pay.To(pay.Prices{{Amount: money.New(-1, "USD"), TaxCategory: pay.SaaS}})
			}),
		} {
			if fault.CodeOf(err) != code {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		mustApprove(t, s)
		off := pay.ProductStatusChange{ID: s.Product.ID, Actor: acting(s, pay.Prod), Status: pay.ProductInactive, At: s.Core.Now()}
		if _, err := pay.Run(t.Context(), s.Core, pay.ChangeProductStatus, off); fault.CodeOf(err) != "no_version" {
			t.Errorf("a product that was never published: %v", err)
		}
		off.Actor = s.Actor()
		paytest.MustRun(t, s.Core, pay.ChangeProductStatus, off)
		_, err := pay.Run(t.Context(), s.Core, pay.CreateSession, pay.NewSession{
			ID: pay.SessionID(s.IDs.Session()), Actor: s.Actor(), Product: s.Product.ID, Currency: "USD", At: s.Core.Now(),
		})
		if fault.CodeOf(err) != "product_inactive" {
			t.Errorf("a product off sale: %v", err)
		}
	})
}
