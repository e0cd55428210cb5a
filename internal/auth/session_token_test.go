package auth_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (w *world) mustToken(t *testing.T, a *auth.Auth, env pay.Env) auth.IssuedToken {
	t.Helper()
	token, err := a.IssueSessionToken(t.Context(), auth.TokenRequest{
		Actor: pay.Actor{Kind: pay.ByMerchant, Env: env, Merchant: w.Merchant.ID}, Buyer: " u-9 ", Product: w.Product.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func bearer(token id.Secret, env string) auth.Presented {
	header := http.Header{"Authorization": {"Bearer " + token.Reveal()}}
	if env != "" {
		header.Set("X-Environment", env)
	}
	return auth.Presented{Method: http.MethodPost, Path: path, Header: header}
}

func TestSessionToken(t *testing.T) {
	t.Parallel()

	t.Run("its bearer is the buyer in the store", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		token := w.mustToken(t, w.auth, pay.Test)
		if want := w.Clock.Now().Add(5 * time.Minute); !token.ExpiresAt.Equal(want) {
			t.Errorf("it runs out at %s, want %s", token.ExpiresAt, want)
		}
		got, err := w.auth.Authenticate(t.Context(), bearer(token.Text, "test"))
		if err != nil {
			t.Fatal(err)
		}
		want := pay.Actor{Kind: pay.ByBuyer, Env: pay.Test, Store: w.Shop.Shop.ID, Buyer: "u-9"}
		if got.Actor != want || got.Class != auth.SessionClass || !strings.HasPrefix(got.Holder(), "session/TKN_") {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("it runs out after five idle minutes", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		token := w.mustToken(t, w.auth, pay.Test)
		w.Clock.Advance(5*time.Minute - time.Microsecond)
		if _, err := w.mustAuth(t, 0).Authenticate(t.Context(), bearer(token.Text, "test")); err != nil {
			t.Errorf("just in time: %v", err)
		}
		idle := w.mustToken(t, w.auth, pay.Test)
		w.Clock.Advance(5 * time.Minute)
		_, err := w.auth.Authenticate(t.Context(), bearer(idle.Text, "test"))
		if got := fault.From(err); got == nil || got.Kind != fault.Unauthenticated || got.Message != "Authentication failed" || !strings.Contains(got.Hint, "ran out") {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("each use renews it for five minutes", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		token := w.mustToken(t, w.auth, pay.Test)
		for _, idle := range []time.Duration{4 * time.Minute, 10 * time.Second, 5*time.Minute - time.Second, 29 * time.Second, 5*time.Minute - time.Second} {
			w.Clock.Advance(idle)
			uses := w.mustAuth(t, 0)
			if _, err := uses.Authenticate(t.Context(), bearer(token.Text, "test")); err != nil {
				t.Fatalf("after %s: %v", idle, err)
			}
			uses.Stop() // the renewal is written
		}
		w.Clock.Advance(5*time.Minute + auth.TouchStep)
		if _, err := w.auth.Authenticate(t.Context(), bearer(token.Text, "test")); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("it never runs out: %v", err)
		}
	})

	t.Run("a store that is not active issues none", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		_, err := w.auth.IssueSessionToken(t.Context(), auth.TokenRequest{
			Actor: pay.Actor{Kind: pay.ByMerchant, Env: pay.Prod, Merchant: w.Merchant.ID}, Buyer: "u", Store: w.Shop.Shop.ID,
		})
		if !fault.Is(err, fault.NotEnabled) {
			t.Errorf("in prod before approval: %v", err)
		}
		err = w.Store.Write(t.Context(), func(r pay.Records) error {
			shop, err := r.Store(w.Shop.Shop.ID)
			shop.Status = pay.StoreInactive
			r.UpdateStore(shop)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.auth.IssueSessionToken(t.Context(), auth.TokenRequest{Actor: w.Actor(), Buyer: "u", Store: w.Shop.Shop.ID})
		if fault.CodeOf(err) != "store_not_active" {
			t.Errorf("inactive: %v", err)
		}
	})
}

func TestSessionTokenRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := w.mustToken(t, w.auth, pay.Test).Text.Reveal()
	last := text[len(text)-1]
	for name, c := range map[string]struct {
		token, env string
		kind       fault.Kind
		hinted     bool
	}{
		"no environment":      {text, "", fault.Invalid, true},
		"unknown environment": {text, "TEST", fault.Invalid, true},
		"other environment":   {text, "prod", fault.Unauthenticated, false},
		"changed":             {text[:len(text)-1] + string(last^1), "test", fault.Unauthenticated, true},
		"changed id":          {"TKN_0000000000000000000001" + text[26:], "test", fault.Unauthenticated, true},
		"cut off":             {text[:len(text)-1], "test", fault.Unauthenticated, true},
		"longer":              {text + "0", "test", fault.Unauthenticated, true},
		"id alone":            {text[:26], "test", fault.Unauthenticated, true},
		"empty":               {"", "test", fault.Unauthenticated, true},
		"a JWT":               {"eyJhbGciOiJub25lIn0.e30.", "test", fault.Unauthenticated, true},
		"huge":                {strings.Repeat("x", 100_000), "test", fault.Unauthenticated, true},
		"in prod, huge":       {strings.Repeat("x", 100_000), "prod", fault.Unauthenticated, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.auth.Authenticate(t.Context(), bearer(id.Secret(c.token), c.env))
			got := fault.From(err)
			if got == nil || got.Kind != c.kind || (got.Hint != "") != c.hinted {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestVisitor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visit := func(slug, env string) (auth.Credential, error) {
		header := http.Header{"X-Store-Slug": {slug}}
		if env != "" {
			header.Set("X-Environment", env)
		}
		return w.auth.Authenticate(t.Context(), auth.Presented{Header: header})
	}
	got, err := visit(w.Shop.Shop.Slug, "test")
	want := auth.Credential{Class: auth.VisitorClass, Actor: pay.Actor{Kind: pay.ByVisitor, Env: pay.Test, Store: w.Shop.Shop.ID}}
	if err != nil || got != want {
		t.Errorf("got %+v %v", got, err)
	}
	if _, err := visit(w.Shop.Shop.Slug, ""); fault.CodeOf(err) != "missing_environment" {
		t.Errorf("no environment: %v", err)
	}
	if _, err := visit("unheard-of", "test"); fault.CodeOf(err) != "store_not_found" {
		t.Errorf("unknown slug: %v", err)
	}
}

// counted counts the batches and touches that reach the rows.
type counted struct {
	auth.Store
	touches atomic.Int64
}

func (c *counted) Touch(ctx context.Context, touches []auth.Touch) error {
	c.touches.Add(int64(len(touches)))
	return c.Store.Touch(ctx, touches)
}

func TestUsesAreCoalesced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustKey(t, 0, pay.Test, "a")
	token := w.mustToken(t, w.auth, pay.Test)
	var wrote []int64
	for range 13 { // two minutes, a use every ten seconds
		rows := &counted{Store: w.rows}
		a, err := auth.New(auth.Config{Store: rows, Core: w.Core})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Authenticate(t.Context(), w.signed(t, 0, w.seconds(0))); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Authenticate(t.Context(), bearer(token.Text, "test")); err != nil {
			t.Fatal(err)
		}
		a.Stop()
		a.Stop() // a second stop is legal
		wrote = append(wrote, rows.touches.Load())
		w.Clock.Advance(10 * time.Second)
	}
	// The key is written at 0, 30, 60, 90 and 120 s. The token is as good as new
	// at 0 s; renewed at 10 s it lasts until 340 s, which is five minutes from
	// every use up to 40 s; so it is written at 10, 50 and 90 s.
	want := []int64{1, 1, 0, 1, 0, 1, 1, 0, 0, 2, 0, 0, 1}
	if !slices.Equal(wrote, want) {
		t.Errorf("writes per step %v, want %v", wrote, want)
	}
	keys, err := w.auth.ListAPIKeys(t.Context(), w.Merchant.ID)
	if err != nil || len(keys) != 1 || !keys[0].LastUsed.Equal(w.Clock.Now().Add(-10*time.Second)) {
		t.Errorf("last used %v %v", keys, err)
	}
}
