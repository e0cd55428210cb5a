package link_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

func TestCreateLink(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		in := s.newLink("order-1")
		in.Lines = []link.Line{
			{Label: "Guide", Amount: dinars(12_000), Effect: link.Increase, Image: "https://shop.example.test/a.png"},
			{Label: "Discount", Amount: dinars(2_000), Effect: link.Decrease},
		}
		made := paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in))
		if seen := s.mustSee(t, "order-1"); seen.ID != made.ID || seen.Code != in.Codes[0] || len(seen.Lines) != 2 || seen.Lines[1] != in.Lines[1] ||
			seen.Redirection != "https://shop.example.test/thanks?referenceId=order-1&orderid="+string(in.ID) {
			t.Errorf("made %+v", seen)
		}
		err := s.Core.View(t.Context(), func(r pay.Records) error {
			for _, handle := range []string{made.Code, string(made.ID)} {
				session, err := r.SessionByHandle(handle)
				if err != nil || session.ID != made.Session || session.Form != pay.FormContact || session.SuccessURL != made.Redirection {
					t.Errorf("%s finds %+v, %v", handle, session, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		callback := s.mustCallback(t, made)
		if callback.URL != in.WebhookURL || callback.Scheme != webhook.WaylScheme || callback.Secret.Reveal() != "1234567890" {
			t.Errorf("callback %+v", callback)
		}
	})
}

// mustCallback is where a link's webhooks go.
func (s *shop) mustCallback(t *testing.T, l link.Link) (found webhook.Callback) {
	t.Helper()
	hooks := s.hooks(t)
	err := s.Core.View(t.Context(), func(r pay.Records) (err error) {
		found, err = hooks(r).Callback(webhook.CallbackID(l.Callback))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCreateLinkWithoutASecretIsNotSigned(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		in := s.newLink("order-1")
		in.Secret = ""
		if callback := s.mustCallback(t, paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in))); callback.Scheme != "" || !callback.Secret.IsZero() {
			t.Errorf("callback %+v", callback)
		}
		in = s.newLink("order-2")
		in.WebhookURL = ""
		if made := paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in)); made.Callback != "" {
			t.Errorf("callback %q without a webhookUrl", made.Callback)
		}
	})
}

func TestCreateLinkRefusals(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		taken := s.mustCreate(t, "order-1")
		paytest.MustRun(t, s.Core, s.links.Invalidate, link.Invalidation{Actor: s.actor(), Reference: "order-1", At: s.Core.Now()})
		for name, c := range map[string]struct {
			change func(*link.NewLink)
			code   string
		}{
			"a reference that even a cancelled link has": {func(in *link.NewLink) { in.Reference = "order-1" }, "reference_taken"},
			"for real money in an unapproved store":      {func(in *link.NewLink) { in.Actor.Env = pay.Prod }, "store_not_verified"},
			"codes that are all taken":                   {func(in *link.NewLink) { in.Codes = []string{taken.Code} }, "no_code_free"},
			"nothing to pay":                             {func(in *link.NewLink) { in.Total = dinars(0) }, "bad_amount"},
			"a secret that signs nothing":                {func(in *link.NewLink) { in.Secret = "short" }, "bad_secret"},
		} {
			in := s.newLink("other")
			c.change(&in)
			if _, err := pay.Run(t.Context(), s.Core, link.CreateLink, s.links.Creation(in)); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if n := s.Int(t, `SELECT (SELECT COUNT(*) FROM links) + (SELECT COUNT(*) FROM checkout_sessions) + (SELECT COUNT(*) FROM webhook_callbacks)`); n != 3 {
			t.Errorf("%d rows, want one of each", n)
		}
		in := s.newLink("order-2")
		in.Codes = []string{taken.Code, "ZZZZZZZ2"}
		if made := paytest.MustRun(t, s.Core, link.CreateLink, s.links.Creation(in)); made.Code != "ZZZZZZZ2" {
			t.Errorf("took the code %s", made.Code)
		}
	})
}

func TestReferencesAreUniqueOverBothEnvironments(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		err := s.Store.Write(t.Context(), func(r pay.Records) error {
			shop, err := r.Store(s.Shop.Shop.ID)
			shop.ProdEnabled = true
			r.UpdateStore(shop)
			r.SetManualInstructions(shop.ID, "Pay at the till", s.Core.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.mustCreate(t, "order-1")
		live := s.newLink("order-1")
		live.Actor.Env = pay.Prod
		if _, err := pay.Run(t.Context(), s.Core, link.CreateLink, s.links.Creation(live)); fault.CodeOf(err) != "reference_taken" {
			t.Errorf("the same reference live: %v", err)
		}
	})
}

func TestOfTwoRequestsAtOnceOneMakesTheLink(t *testing.T) {
	t.Parallel()
	eachShop(t, func(t *testing.T, s *shop) {
		const many = 8
		errs := make([]error, many)
		var wait sync.WaitGroup
		for i := range many {
			in := s.links.Creation(s.newLink("order-1"))
			wait.Go(func() { _, errs[i] = pay.Run(context.Background(), s.Core, link.CreateLink, in) })
		}
		wait.Wait()
		made := 0
		for _, err := range errs {
			switch {
			case err == nil:
				made++
			case fault.CodeOf(err) != "reference_taken":
				t.Errorf("%v", err)
			}
		}
		if n := s.Int(t, `SELECT (SELECT COUNT(*) FROM links) + (SELECT COUNT(*) FROM checkout_sessions)`); made != 1 || n != 2 {
			t.Errorf("%d were made, and %d rows", made, n)
		}
	})
}

// Wayl has no idempotency keys: who repeats a link is told that there is one, and
// who repeats a refund has asked twice.
func TestACommitWhoseAnswerWasLostIsFound(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		lost := &sqldbtest.Losing{DB: db}
		s := newShop(t, lost)
		lost.Next = true
		if made := s.mustCreate(t, "order-1"); lost.Next || !made.ExpiresAt.Equal(s.Core.Now().Add(time.Hour)) {
			t.Errorf("made %+v", made)
		}
		s.mustPay(t, "order-2")
		lost.Next = true
		asked := s.mustAskRefund(t, "order-2", 1_000)
		if n := s.Int(t, `SELECT COUNT(*) FROM refunds`); n != 1 || lost.Next || asked.Reference != "order-2" || asked.Amount != dinars(1_000) {
			t.Errorf("%d refunds, asked for %+v", n, asked)
		}
	})
}
