package operator_test

import (
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// linkShop is a shop with three links: unpaid, begun, and paid.
type linkShop struct {
	*paytest.Shop
	service *operator.Service
}

func newLinkShop(t *testing.T) *linkShop {
	t.Helper()
	db := sqldbtest.OpenSQLite(t, migrations.FS)
	hooks := store.NewWebhooks(db, paytest.MustKeyring(t))
	links := link.New(link.Config{Rows: store.Links, Callbacks: func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) }})
	s := &linkShop{Shop: paytest.NewShop(t, db, func(cfg *pay.Config) { cfg.Followers = []pay.Follower{links} })}
	s.service = operator.New(operator.Config{Core: s.Core, Links: links})
	for _, reference := range []string{"unpaid", "begun", "paid"} {
		made := paytest.MustRun(t, s.Core, link.CreateLink, links.Creation(link.NewLink{
			ID: link.ID(s.IDs.CUID()), Codes: []string{s.IDs.Code()}, Session: pay.SessionID(s.IDs.Session()), Order: pay.OrderID(s.IDs.New(id.Order)),
			Actor: pay.Actor{Kind: pay.ByStore, Store: s.Shop.Shop.ID, Env: pay.Test}, Reference: reference, Total: money.New(10_000_000, "IQD"),
			ExpiresIn: "1h", Life: time.Hour, At: s.Core.Now(),
		}))
		s.Clock.Advance(time.Second)
		if reference == "unpaid" {
			continue
		}
		paytest.MustRun(t, s.Core, pay.PlaceOrder, pay.Placement{
			ID: pay.OrderID(s.IDs.New(id.Order)), Actor: pay.Actor{Kind: pay.ByVisitor, Store: s.Shop.Shop.ID, Env: pay.Test}, Session: made.Session,
			Buyer: pay.Buyer{Name: "Ali", Phone: "1", City: "Basra", Address1: "1"}, At: s.Core.Now(),
		})
		if reference == "paid" {
			session := pay.Session{ID: made.Session}
			if err := s.Core.Pay(t.Context(), paytest.Card(session, "me", s.MustLook(t, session, "me").Turn, "4111111111111111")); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

func TestLinks(t *testing.T) {
	t.Parallel()
	s := newLinkShop(t)
	list := func(status link.Status) (references []string) {
		t.Helper()
		found, err := s.service.ListLinks(t.Context(), operator.ListLinksIn{Store: s.Shop.Shop.ID, Status: status})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found.Links {
			references = append(references, one.Reference)
		}
		return references
	}
	if all := list(""); len(all) != 3 || all[0] != "paid" || all[2] != "unpaid" {
		t.Errorf("lists %q", all)
	}
	if complete := list(link.Complete); len(complete) != 1 || complete[0] != "paid" {
		t.Errorf("lists %q", complete)
	}
	shown, err := s.service.ShowLink(t.Context(), operator.ShowLinkIn{Store: s.Shop.Shop.ID, Link: "paid"})
	if err != nil || shown.Total != "10000.000" || shown.Currency != "IQD" || shown.Payment == "" || shown.CompletedAt.IsZero() {
		t.Errorf("%+v, %v", shown, err)
	}
	mark := func(name string, to link.Status) (operator.Link, error) {
		return s.service.MarkLink(t.Context(), operator.MarkLinkIn{Store: s.Shop.Shop.ID, Link: name, Status: to})
	}
	for _, step := range []struct {
		name string
		to   link.Status
	}{{shown.Code, link.Delivered}, {string(shown.ID), link.Returned}, {"begun", link.Rejected}} {
		if marked, err := mark(step.name, step.to); err != nil || marked.Status != step.to {
			t.Errorf("%s: %+v, %v", step.name, marked, err)
		}
	}
	for name, c := range map[string]struct {
		err  func() error
		code string
	}{
		"a status that there is not": {func() error {
			_, err := s.service.ListLinks(t.Context(), operator.ListLinksIn{Store: s.Shop.Shop.ID, Status: "Paid"})
			return err
		}, "unknown_status"},
		"the list of no store": {func() error {
			_, err := s.service.ListLinks(t.Context(), operator.ListLinksIn{Store: "STO_2"})
			return err
		}, "store_not_found"},
		"a link of no store": {func() error {
			_, err := s.service.ShowLink(t.Context(), operator.ShowLinkIn{Store: "STO_2", Link: "paid"})
			return err
		}, "store_not_found"},
		"a link that there is not": {func() error { _, err := mark("unknown", link.Delivered); return err }, "link_not_found"},
		"an unpaid link delivered": {func() error { _, err := mark("unpaid", link.Delivered); return err }, "link_transition"},
		"a link made paid":         {func() error { _, err := mark("unpaid", link.Complete); return err }, "bad_mark"},
	} {
		if err := c.err(); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	s.Clock.Advance(time.Hour)
	if late, err := s.service.ShowLink(t.Context(), operator.ShowLinkIn{Store: s.Shop.Shop.ID, Link: "unpaid"}); err != nil || late.Status != link.Cancelled {
		t.Errorf("one whose time is up: %+v, %v", late, err)
	}
}
