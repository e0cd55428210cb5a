package link_test

import (
	"testing"

	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

func TestFind(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		made := s.mustCreate(t, "order-1")
		likeACode := s.mustCreate(t, "ABCDEFG1")
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			rows := s.links.Rows(r)
			for name, want := range map[string]link.ID{
				"order-1": made.ID, made.Code: made.ID, string(made.ID): made.ID, "ABCDEFG1": likeACode.ID, likeACode.Code: likeACode.ID,
			} {
				if found, err := link.Find(rows, s.Shop.Shop.ID, name); err != nil || found.ID != want {
					t.Errorf("%s is %s, %v", name, found.ID, err)
				}
				if _, err := link.Find(rows, "STO_other", name); fault.CodeOf(err) != "link_not_found" {
					t.Errorf("%s in another store: %v", name, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What came out of an address may be no text at all; no engine is asked for it.
func TestReferencesThatAreNoTextNameNothing(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		for _, reference := range []string{"a\x00b", "\xff", ""} {
			err := s.Core.View(t.Context(), func(r pay.Records) error {
				if _, err := s.links.Look(r, s.Shop.Shop.ID, reference, s.Core.Now()); fault.CodeOf(err) != "link_not_found" {
					t.Errorf("%q: %v", reference, err)
				}
				all, err := s.links.LookAll(r, s.Shop.Shop.ID, []string{reference, reference}, s.Core.Now())
				if len(all) != 0 {
					t.Errorf("%q: %v", reference, all)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.invalidate(reference, false); fault.CodeOf(err) != "link_not_found" {
				t.Errorf("%q: %v", reference, err)
			}
			if _, err := pay.Run(t.Context(), s.Core, link.RequestRefund, s.links.RefundCreation(s.newRefund(reference, 1000))); fault.CodeOf(err) != "link_not_found" {
				t.Errorf("%q: %v", reference, err)
			}
		}
	})
}

func TestListsOfLinksOnBothEngines(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		s.mustPay(t, "paid")
		refund := s.mustAskRefund(t, "paid", 1_000)
		in := s.newLink("late")
		in.Life = 60e9
		paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in))
		s.Clock.Advance(60e9)
		s.mustCreate(t, "new")
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			for name, c := range map[string]struct {
				statuses []link.Status
				take     int
				skip     int
				want     []string
			}{
				"all":              {nil, 10, 0, []string{"new", "late", "paid"}},
				"all but one":      {nil, 10, 1, []string{"late", "paid"}},
				"cancelled":        {[]link.Status{link.Cancelled}, 10, 0, []string{"late"}},
				"created":          {[]link.Status{link.Created}, 10, 0, []string{"new"}},
				"created or paid":  {[]link.Status{link.Complete, link.Created, link.Created}, 10, 0, []string{"new", "paid"}},
				"the second of it": {[]link.Status{link.Complete, link.Created}, 1, 1, []string{"paid"}},
			} {
				list, err := s.links.List(r, link.Query{Store: s.Shop.Shop.ID, Statuses: c.statuses, Now: s.Core.Now(), Take: c.take, Skip: c.skip})
				if err != nil || len(list) != len(c.want) {
					t.Errorf("%s: %v, %v", name, list, err)
					continue
				}
				for i, one := range list {
					if one.Reference != c.want[i] {
						t.Errorf("%s: %s, want %s", name, one.Reference, c.want[i])
					}
				}
			}
			for name, c := range map[string]struct {
				query link.RefundQuery
				want  int
			}{
				"all":       {link.RefundQuery{}, 1},
				"of a link": {link.RefundQuery{Reference: "paid", Statuses: []link.RefundStatus{link.RefundRequested}}, 1},
				"of none":   {link.RefundQuery{Reference: "new"}, 0},
				"refunded":  {link.RefundQuery{Statuses: []link.RefundStatus{link.RefundRefunded}}, 0},
			} {
				c.query.Store, c.query.Take = s.Shop.Shop.ID, 10
				list, err := s.links.Rows(r).Refunds(c.query)
				if err != nil || len(list) != c.want || c.want == 1 && list[0].ID != refund.ID {
					t.Errorf("refunds, %s: %v, %v", name, list, err)
				}
			}
			products, err := s.links.Products(r, link.ProductQuery{Store: s.Shop.Shop.ID, Take: 10})
			if err != nil || len(products) != 1 || products[0].Current.Name != "Guide" || products[0].Env != pay.Test {
				t.Errorf("products: %+v, %v", products, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
