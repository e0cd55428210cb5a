package auth_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (w *world) mustStoreToken(t *testing.T, env pay.Env) auth.IssuedToken {
	t.Helper()
	token, err := w.auth.IssueStoreToken(t.Context(), auth.NewStoreToken{Store: w.Shop.Shop.ID, Dialect: "diddo", Env: env, Nickname: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATemporaryTokenIsGoodForOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.mustStoreToken(t, "")
	if want := w.Clock.Now().Add(time.Hour); !token.ExpiresAt.Equal(want) || !strings.HasPrefix(token.Text.Reveal(), "dt_") {
		t.Errorf("%s until %s, want %s", token.Text.Reveal(), token.ExpiresAt, want)
	}
	made, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", token.Text, pay.Prod)
	if err != nil || made.Nickname != "shop" || made.Env != pay.Prod {
		t.Fatalf("%+v %v", made.StoreKey, err)
	}
	if got, err := w.auth.StoreKey(t.Context(), "diddo", made.Text); err != nil || got.Actor.Env != pay.Prod {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", token.Text, pay.Prod); fault.CodeOf(err) != "token_spent" {
		t.Errorf("a second time: %v", err)
	}
	if _, err := w.auth.StoreKey(t.Context(), "diddo", token.Text); fault.CodeOf(err) != "invalid_api_key" {
		t.Errorf("the token as a key: %v", err)
	}
}

func TestATemporaryTokenOfTwoRequestsAtOnceIsGoodForOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.mustStoreToken(t, pay.Test)
	var exchanges sync.WaitGroup
	var won atomic.Int64
	for range 8 {
		exchanges.Go(func() {
			_, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", token.Text, pay.Test)
			if err == nil {
				won.Add(1)
			} else if fault.CodeOf(err) != "token_spent" {
				t.Error(err)
			}
		})
	}
	exchanges.Wait()
	keys, err := w.auth.ListStoreKeys(t.Context(), w.Shop.Shop.ID, "diddo")
	if err != nil || won.Load() != 1 || len(keys) != 1 {
		t.Errorf("%d exchanges got a key, and there are %d, %v", won.Load(), len(keys), err)
	}
}

func TestATemporaryTokenIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old, ofTest := w.mustStoreToken(t, ""), w.mustStoreToken(t, pay.Test)
	for name, c := range map[string]struct {
		dialect string
		token   id.Secret
		env     pay.Env
		code    string
	}{
		"no token":                 {"diddo", "", pay.Test, "missing_authentication"},
		"an unknown token":         {"diddo", "dt_x", pay.Test, "token_unknown"},
		"a text longer than any":   {"diddo", id.Secret(strings.Repeat("x", 100_000)), pay.Test, "token_unknown"},
		"the other environment":    {"diddo", ofTest.Text, pay.Prod, "token_unknown"},
		"no environment":           {"diddo", ofTest.Text, "", "bad_environment"},
		"an unknown one, and none": {"diddo", "dt_x", "", "token_unknown"},
		"another API":              {"waypay", ofTest.Text, pay.Test, "token_unknown"},
		"an API without such keys": {"pancake", ofTest.Text, pay.Test, "bad_dialect"},
	} {
		if _, err := w.auth.ExchangeStoreToken(t.Context(), c.dialect, c.token, c.env); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", ofTest.Text, pay.Test); err != nil {
		t.Errorf("a token that was refused before: %v", err)
	}
	w.Clock.Advance(time.Hour)
	if _, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", old.Text, pay.Test); fault.CodeOf(err) != "token_expired" {
		t.Errorf("after an hour: %v", err)
	}
}

func TestATokenThatFindsNoRoomStaysGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.mustStoreToken(t, pay.Test)
	var last auth.MintedStoreKey
	for range auth.MaxStoreKeys {
		last = w.mustStoreKey(t, "diddo", pay.Test)
	}
	if _, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", token.Text, pay.Test); fault.CodeOf(err) != "store_key_limit" {
		t.Errorf("one more: %v", err)
	}
	if _, err := w.auth.RevokeStoreKey(t.Context(), last.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.auth.ExchangeStoreToken(t.Context(), "diddo", token.Text, pay.Test); err != nil {
		t.Errorf("when there is room: %v", err)
	}
}

func TestIssueStoreTokenRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for code, in := range map[string]auth.NewStoreToken{
		"bad_dialect":         {Store: w.Shop.Shop.ID, Dialect: "x"},
		"no_temporary_tokens": {Store: w.Shop.Shop.ID, Dialect: "waypay"},
		"bad_environment":     {Store: w.Shop.Shop.ID, Dialect: "diddo", Env: "live"},
		"too_long":            {Store: w.Shop.Shop.ID, Dialect: "diddo", Nickname: strings.Repeat("x", 65)},
		"store_not_found":     {Store: "STO_0000000000000000000001", Dialect: "diddo"},
	} {
		if _, err := w.auth.IssueStoreToken(t.Context(), in); fault.CodeOf(err) != code {
			t.Errorf("%+v: %v", in, err)
		}
	}
}
