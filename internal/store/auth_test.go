package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

// onBoth runs fn on each engine, on credentials of a merchant that exists.
func onBoth(t *testing.T, fn func(t *testing.T, db sqldb.DB, rows *store.Auth)) {
	t.Helper()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		s := store.New(db, paytest.MustKeyring(t))
		err := s.Write(t.Context(), func(r pay.Records) error {
			r.InsertMerchant(pay.Merchant{ID: "MER_1", Email: "a@b.example", Name: "A", CreatedAt: at(0)})
			r.InsertMerchant(pay.Merchant{ID: "MER_2", Email: "c@b.example", Name: "C", CreatedAt: at(0)})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, db, store.NewAuth(db, paytest.MustKeyring(t)))
	})
}

func apiKey(n int) auth.APIKey {
	return auth.APIKey{
		ID: auth.KeyID(fmt.Sprintf("KEY_%02d", n)), Merchant: "MER_1", Env: pay.Test, Nickname: fmt.Sprint("nick ", n),
		PublicKey: []byte{0, byte(n), 0xff}, CreatedAt: at(n),
	}
}

func TestAPIKeysComeBackAsTheyWentIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		used := apiKey(1)
		used.LastUsed = at(50)
		newer := apiKey(2)
		newer.Env = pay.Prod
		for _, key := range []auth.APIKey{used, newer} {
			if err := rows.InsertAPIKey(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		got, err := rows.APIKeys(t.Context(), "MER_1")
		if diff := cmp.Diff([]auth.APIKey{newer, used}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if got, err := rows.APIKeys(t.Context(), "MER_2"); err != nil || len(got) != 0 {
			t.Errorf("another merchant sees %v %v", got, err)
		}
	})
}

func TestAPIKeyRules(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		first := apiKey(1)
		if err := rows.InsertAPIKey(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		with := func(n int, change func(*auth.APIKey)) auth.APIKey {
			key := apiKey(n)
			change(&key)
			return key
		}
		for name, c := range map[string]struct {
			key  auth.APIKey
			want error
		}{
			"a nickname twice":                         {with(2, func(k *auth.APIKey) { k.Nickname = first.Nickname }), auth.ErrNicknameTaken},
			"a public key twice":                       {with(3, func(k *auth.APIKey) { k.PublicKey = first.PublicKey }), auth.ErrKeyInUse},
			"a public key in the other environment":    {with(4, func(k *auth.APIKey) { k.PublicKey, k.Env = first.PublicKey, pay.Prod }), auth.ErrKeyInUse},
			"a nickname in the other environment":      {with(5, func(k *auth.APIKey) { k.Nickname, k.Env = first.Nickname, pay.Prod }), nil},
			"a nickname and key of another merchant's": {with(6, func(k *auth.APIKey) { k.Nickname, k.PublicKey, k.Merchant = first.Nickname, first.PublicKey, "MER_2" }), nil},
		} {
			if err := rows.InsertAPIKey(t.Context(), c.key); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if err := rows.InsertAPIKey(t.Context(), with(7, func(k *auth.APIKey) { k.Merchant = "MER_3" })); !fault.Is(err, fault.NotFound) {
			t.Errorf("no such merchant: %v", err)
		}

		if _, err := rows.DeleteAPIKey(t.Context(), "MER_2", first.ID, at(9)); !errors.Is(err, auth.ErrKeyNotFound) {
			t.Errorf("another merchant deleted it: %v", err)
		}
		gone, err := rows.DeleteAPIKey(t.Context(), "MER_1", first.ID, at(9))
		if err != nil || !gone.DeletedAt.Equal(at(9)) {
			t.Errorf("%+v %v", gone, err)
		}
		if _, err := rows.DeleteAPIKey(t.Context(), "MER_1", first.ID, at(10)); !errors.Is(err, auth.ErrKeyNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		again := with(8, func(k *auth.APIKey) { k.Nickname, k.PublicKey = first.Nickname, first.PublicKey })
		if err := rows.InsertAPIKey(t.Context(), again); err != nil {
			t.Errorf("a deleted key still holds its nickname: %v", err)
		}
	})
}

func TestAPIKeyLimitHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		var inserts sync.WaitGroup
		for n := range auth.MaxKeys + 5 {
			inserts.Go(func() {
				err := rows.InsertAPIKey(t.Context(), apiKey(n))
				if err != nil && !errors.Is(err, auth.ErrTooManyKeys) {
					t.Error(err)
				}
			})
		}
		inserts.Wait()
		got, err := rows.APIKeys(t.Context(), "MER_1")
		if err != nil || len(got) != auth.MaxKeys {
			t.Errorf("%d keys, %v", len(got), err)
		}
		if err := rows.InsertAPIKey(t.Context(), apiKey(99)); !errors.Is(err, auth.ErrTooManyKeys) {
			t.Errorf("one more: %v", err)
		}
	})
}

func sessionToken(n int, expires time.Time) auth.SessionToken {
	return auth.SessionToken{
		ID: auth.TokenID(fmt.Sprintf("TKN_%02d", n)), Hash: "hash", Store: "STO_1", Env: pay.Prod, Role: auth.Customer, Buyer: "u-9",
		CreatedAt: at(0), ExpiresAt: expires,
	}
}

func TestSessionTokensComeBackAndAreForgotten(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		want := sessionToken(1, at(40))
		if err := rows.InsertSessionToken(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		got, err := rows.SessionToken(t.Context(), want.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if _, err := rows.SessionToken(t.Context(), "TKN_99"); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown: %v", err)
		}
		later := sessionToken(2, at(59))
		later.CreatedAt = at(41)
		if err := rows.InsertSessionToken(t.Context(), later); err != nil {
			t.Fatal(err)
		}
		if _, err := rows.SessionToken(t.Context(), want.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a token that ran out is kept: %v", err)
		}
		if _, err := rows.SessionToken(t.Context(), later.ID); err != nil {
			t.Errorf("a living token is gone: %v", err)
		}
	})
}

func TestTouchMovesARowByAStepAtLeast(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		key, token := apiKey(1), sessionToken(1, at(10))
		if err := rows.InsertAPIKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if err := rows.InsertSessionToken(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			touch          auth.Touch
			used, expireAt time.Time
		}{
			{auth.Touch{Key: key.ID, At: at(5)}, at(5), at(10)},
			{auth.Touch{Key: key.ID, At: at(34)}, at(5), at(10)},
			{auth.Touch{Key: key.ID, At: at(35)}, at(35), at(10)},
			{auth.Touch{Key: key.ID, At: at(1)}, at(35), at(10)},
			{auth.Touch{Token: token.ID, At: at(39)}, at(35), at(10)},
			{auth.Touch{Token: token.ID, At: at(40)}, at(35), at(40)},
			{auth.Touch{Token: token.ID, At: at(30)}, at(35), at(40)},
			{auth.Touch{Token: "TKN_99", At: at(30)}, at(35), at(40)},
		} {
			if err := rows.Touch(t.Context(), []auth.Touch{c.touch}); err != nil {
				t.Fatal(err)
			}
			keys, err := rows.APIKeys(t.Context(), "MER_1")
			if err != nil {
				t.Fatal(err)
			}
			got, err := rows.SessionToken(t.Context(), token.ID)
			if err != nil || !keys[0].LastUsed.Equal(c.used) || !got.ExpiresAt.Equal(c.expireAt) {
				t.Errorf("%+v: used %s, runs out %s, %v", c.touch, keys[0].LastUsed, got.ExpiresAt, err)
			}
		}
	})
}
