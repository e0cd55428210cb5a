package auth_test

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (w *world) mustStoreKey(t *testing.T, dialect string, env pay.Env) auth.MintedStoreKey {
	t.Helper()
	made, err := w.auth.CreateStoreKey(t.Context(), auth.NewStoreKey{Store: w.Shop.Shop.ID, Dialect: dialect, Env: env, Nickname: " till "})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestStoreKeysAreSpelledAsTheirDialectHasIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		dialect string
		env     pay.Env
		form    string
		signing string
	}{
		{"wayl", "", `^[A-Za-z0-9+/]{44}$`, `^$`},
		{"waypay", pay.Test, `^pk_test_[A-Za-z0-9]{32}$`, `^mer_sk_[a-z0-9]{13}$`},
		{"waypay", pay.Prod, `^pk_live_[A-Za-z0-9]{32}$`, `^mer_sk_[a-z0-9]{13}$`},
		{"diddo", pay.Test, `^dk_test_[A-Za-z0-9]{32}$`, `^$`},
		{"diddo", pay.Prod, `^dk_live_[A-Za-z0-9]{32}$`, `^$`},
	} {
		made := w.mustStoreKey(t, c.dialect, c.env)
		text := made.Text.Reveal()
		if !regexp.MustCompile(c.form).MatchString(text) || !regexp.MustCompile(c.signing).MatchString(made.Signing.Reveal()) {
			t.Errorf("%s %s: %s with %s", c.dialect, c.env, text, made.Signing.Reveal())
		}
		if !strings.HasSuffix(text, made.LastFour) || len(made.LastFour) != 4 || made.Nickname != "till" || !strings.HasPrefix(string(made.ID), "SKEY_") {
			t.Errorf("%s: %+v", c.dialect, made.StoreKey)
		}
		got, err := w.auth.StoreKey(t.Context(), c.dialect, made.Text)
		want := auth.Credential{
			Class: auth.StoreKeyClass, StoreKey: made.ID, Signing: made.Signing,
			Actor: pay.Actor{Kind: pay.ByStore, Env: c.env, Store: w.Shop.Shop.ID},
		}
		if err != nil || got != want {
			t.Errorf("%s: the key gives %+v %v", c.dialect, got, err)
		}
	}
}

func TestKeysOfAnEnvironmentShareTheirSigningSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, live := w.mustStoreKey(t, "waypay", pay.Test), w.mustStoreKey(t, "waypay", pay.Test), w.mustStoreKey(t, "waypay", pay.Prod)
	if first.Signing != second.Signing || first.Signing == live.Signing {
		t.Errorf("secrets %s %s %s", first.Signing.Reveal(), second.Signing.Reveal(), live.Signing.Reveal())
	}
	scope := auth.SigningScope{Store: w.Shop.Shop.ID, Dialect: "waypay", Env: pay.Test}
	secret, err := w.auth.RotateSigning(t.Context(), scope)
	if err != nil || secret == first.Signing {
		t.Fatalf("%s %v", secret.Reveal(), err)
	}
	for _, key := range []auth.MintedStoreKey{first, second} {
		if got, err := w.auth.StoreKey(t.Context(), "waypay", key.Text); err != nil || got.Signing != secret {
			t.Errorf("after the rotation: %+v %v", got, err)
		}
	}
	if got, err := w.auth.StoreKey(t.Context(), "waypay", live.Text); err != nil || got.Signing != live.Signing {
		t.Errorf("the other environment's: %+v %v", got, err)
	}
	for code, scope := range map[string]auth.SigningScope{
		"signing_secret_not_found": {Store: "STO_0000000000000000000001", Dialect: "waypay", Env: pay.Test},
		"no_signing_secret":        {Store: w.Shop.Shop.ID, Dialect: "diddo", Env: pay.Test},
		"bad_dialect":              {Store: w.Shop.Shop.ID, Dialect: "pancake", Env: pay.Test},
		"bad_environment":          {Store: w.Shop.Shop.ID, Dialect: "waypay"},
	} {
		if _, err := w.auth.RotateSigning(t.Context(), scope); fault.CodeOf(err) != code {
			t.Errorf("%+v: %v", scope, err)
		}
	}
}

func TestCreateStoreKeyRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := auth.NewStoreKey{Store: w.Shop.Shop.ID, Dialect: "diddo", Env: pay.Test}
	for name, c := range map[string]struct {
		change func(*auth.NewStoreKey)
		code   string
	}{
		"an API without such keys":              {func(k *auth.NewStoreKey) { k.Dialect = "pancake" }, "bad_dialect"},
		"no environment":                        {func(k *auth.NewStoreKey) { k.Env = "" }, "bad_environment"},
		"an environment where one key has both": {func(k *auth.NewStoreKey) { k.Dialect = "wayl" }, "bad_environment"},
		"a long nickname":                       {func(k *auth.NewStoreKey) { k.Nickname = strings.Repeat("x", 65) }, "too_long"},
		"a key that has run out":                {func(k *auth.NewStoreKey) { k.ExpiresAt = w.Clock.Now() }, "already_expired"},
		"an unknown store":                      {func(k *auth.NewStoreKey) { k.Store = "STO_0000000000000000000001" }, "store_not_found"},
	} {
		in := good
		c.change(&in)
		if _, err := w.auth.CreateStoreKey(t.Context(), in); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStoreKeyRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	test, live := w.mustStoreKey(t, "diddo", pay.Test), w.mustStoreKey(t, "diddo", pay.Prod)
	other := w.mustStoreKey(t, "waypay", pay.Test)
	expiring, err := w.auth.CreateStoreKey(t.Context(), auth.NewStoreKey{
		Store: w.Shop.Shop.ID, Dialect: "diddo", Env: pay.Test, ExpiresAt: w.Clock.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.auth.StoreKey(t.Context(), "diddo", expiring.Text); err != nil {
		t.Errorf("before it runs out: %v", err)
	}
	for _, key := range []auth.MintedStoreKey{test, live} {
		if revoked, err := w.auth.RevokeStoreKey(t.Context(), key.ID); err != nil || !revoked.RevokedAt.Equal(w.Core.Now()) {
			t.Fatalf("%+v %v", revoked, err)
		}
	}
	if _, err := w.auth.RevokeStoreKey(t.Context(), test.ID); fault.CodeOf(err) != "store_key_not_found" {
		t.Errorf("revoked twice: %v", err)
	}
	w.Clock.Advance(time.Hour)
	for name, c := range map[string]struct {
		key    id.Secret
		code   string
		hinted string
	}{
		"no key":                    {"", "missing_authentication", ""},
		"an unknown test key":       {"dk_test_00000000000000000000000000000000", "invalid_api_key", "knows no such key"},
		"an unknown live key":       {"dk_live_00000000000000000000000000000000", "invalid_api_key", ""},
		"a revoked test key":        {test.Text, "invalid_api_key", "revoked"},
		"a revoked live key":        {live.Text, "invalid_api_key", ""},
		"a key that has run out":    {expiring.Text, "invalid_api_key", "run out"},
		"a key of another API":      {other.Text, "invalid_api_key", "waypay"},
		"a key in other letters":    {id.Secret(strings.ToUpper(test.Text.Reveal())), "invalid_api_key", "knows no such key"},
		"a text longer than any is": {id.Secret(strings.Repeat("x", 100_000)), "invalid_api_key", "longer"},
	} {
		_, err := w.auth.StoreKey(t.Context(), "diddo", c.key)
		got := fault.From(err)
		if got == nil || got.Kind != fault.Unauthenticated || got.Code != c.code || (c.hinted == "") != (got.Hint == "") || !strings.Contains(got.Hint, c.hinted) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := w.auth.StoreKey(t.Context(), "pancake", other.Text); fault.CodeOf(err) != "bad_dialect" {
		t.Errorf("an API without such keys: %v", err)
	}
}

func TestAKeyOfADeletedStoreIsUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.mustStoreKey(t, "wayl", "")
	if _, err := pay.Run(t.Context(), w.Core, pay.DeleteStore, pay.StoreDeletion{ID: w.Shop.Shop.ID, Actor: w.Actor(), At: w.Core.Now()}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.auth.StoreKey(t.Context(), "wayl", key.Text); fault.CodeOf(err) != "invalid_api_key" {
		t.Errorf("got %v", err)
	}
}

func TestUsesOfAStoreKeyAreCoalesced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.mustStoreKey(t, "wayl", "")
	wrote := 0
	for range 7 { // a minute, a use every ten seconds
		rows := &counted{Store: w.rows}
		a, err := auth.New(auth.Config{Store: rows, Core: w.Core})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.StoreKey(t.Context(), "wayl", key.Text); err != nil {
			t.Fatal(err)
		}
		a.Stop()
		wrote += int(rows.touches.Load())
		w.Clock.Advance(10 * time.Second)
	}
	listed, err := w.auth.ListStoreKeys(t.Context(), w.Shop.Shop.ID, "")
	if err != nil || wrote != 3 || len(listed) != 1 || !listed[0].LastUsed.Equal(w.Clock.Now().Add(-10*time.Second)) {
		t.Errorf("%d writes, %+v %v; want one at 0, 30 and 60 s", wrote, listed, err)
	}
}

func TestACredentialOfAStoreTellsItsHolderAndNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.mustStoreKey(t, "waypay", pay.Test)
	credential, err := w.auth.StoreKey(t.Context(), "waypay", key.Text)
	if err != nil || credential.Holder() != "store/"+string(w.Shop.Shop.ID) {
		t.Errorf("held by %s, %v", credential.Holder(), err)
	}
	var said strings.Builder
	slog.New(slog.NewTextHandler(&said, nil)).Info("x", "credential", credential)
	said.WriteString(fmt.Sprintf("%+v %#v", credential, key))
	for _, want := range []string{"class=store_key", "store=" + string(w.Shop.Shop.ID), "key=" + string(key.ID)} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%s is not in %s", want, said.String())
		}
	}
	for _, secret := range []string{key.Signing.Reveal(), key.Text.Reveal()} {
		if strings.Contains(said.String(), secret) {
			t.Errorf("a secret is printed: %s", said.String())
		}
	}
}
