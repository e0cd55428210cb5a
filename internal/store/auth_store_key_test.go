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
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb"
	"tillway/internal/store"
)

// onBothWithStores is onBoth with two stores.
func onBothWithStores(t *testing.T, fn func(t *testing.T, db sqldb.DB, rows *store.Auth)) {
	t.Helper()
	onBoth(t, func(t *testing.T, db sqldb.DB, rows *store.Auth) {
		err := store.New(db, paytest.MustKeyring(t)).Write(t.Context(), func(r pay.Records) error {
			for _, name := range []string{"1", "2"} {
				r.InsertStore(pay.Store{ID: pay.StoreID("STO_" + name), Slug: name, Name: name, Status: pay.StoreActive, Version: 1, CreatedAt: at(0), UpdatedAt: at(0)})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, db, rows)
	})
}

func storeKey(n int) auth.StoreKey {
	return auth.StoreKey{
		ID: auth.StoreKeyID(fmt.Sprintf("SKEY_%02d", n)), Store: "STO_1", Dialect: "waypay", Env: pay.Test, Nickname: fmt.Sprint("nick ", n),
		Hash: fmt.Sprint("hash ", n), LastFour: fmt.Sprintf("%04d", n), CreatedAt: at(n),
	}
}

func TestStoreKeysComeBackAsTheyWentIn(t *testing.T) {
	t.Parallel()
	onBothWithStores(t, func(t *testing.T, db sqldb.DB, rows *store.Auth) {
		first, second, third := storeKey(1), storeKey(2), storeKey(3)
		first.Signing, first.LastUsed, first.ExpiresAt = "mer_sk_first", at(40), at(50)
		second.Signing = "mer_sk_second"
		third.Dialect, third.Env = "wayl", ""
		for _, key := range []auth.StoreKey{first, second, third} {
			kept, err := rows.InsertStoreKey(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if !key.Signing.IsZero() {
				key.Signing = first.Signing // the first one's counts
			}
			if diff := cmp.Diff(key, kept); diff != "" {
				t.Errorf("(-want +kept):\n%s", diff)
			}
			got, err := rows.StoreKeyByHash(t.Context(), key.Hash)
			if err != nil || got != key {
				t.Errorf("got %+v %v, want %+v", got, err, key)
			}
		}
		if _, err := rows.StoreKeyByHash(t.Context(), "hash 9"); !errors.Is(err, auth.ErrStoreKeyNotFound) {
			t.Errorf("unknown: %v", err)
		}
		for dialect, want := range map[string]string{"": "[SKEY_03 SKEY_02 SKEY_01]", "waypay": "[SKEY_02 SKEY_01]", "diddo": "[]"} {
			keys, err := rows.StoreKeys(t.Context(), "STO_1", dialect)
			ids := []auth.StoreKeyID{}
			for _, key := range keys {
				ids = append(ids, key.ID)
			}
			if got := fmt.Sprint(ids); err != nil || got != want {
				t.Errorf("%q: %s %v, want %s", dialect, got, err, want)
			}
		}
		// Nothing of a secret is in the rows as it is.
		err := db.Read(t.Context(), func(q sqldb.Querier) error {
			var sealed []byte
			err := q.QueryRow(`SELECT secret FROM store_signing_secrets WHERE store_id = 'STO_1'`).Scan(&sealed)
			if string(sealed) == "mer_sk_first" {
				t.Error("the signing secret is stored as it is")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestStoreKeyRules(t *testing.T) {
	t.Parallel()
	onBothWithStores(t, func(t *testing.T, db sqldb.DB, rows *store.Auth) {
		key := storeKey(1)
		key.Signing = "mer_sk_first"
		if _, err := rows.InsertStoreKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		revoked, err := rows.RevokeStoreKey(t.Context(), key.ID, at(9))
		if err != nil || !revoked.RevokedAt.Equal(at(9)) {
			t.Errorf("%+v %v", revoked, err)
		}
		if _, err := rows.RevokeStoreKey(t.Context(), key.ID, at(10)); !errors.Is(err, auth.ErrStoreKeyNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
		if keys, err := rows.StoreKeys(t.Context(), "STO_1", ""); err != nil || len(keys) != 0 {
			t.Errorf("a revoked key is listed: %v %v", keys, err)
		}
		if got, err := rows.StoreKeyByHash(t.Context(), key.Hash); err != nil || !got.RevokedAt.Equal(at(9)) {
			t.Errorf("a revoked key is not told from an unknown one: %+v %v", got, err)
		}

		scope := key.Scope()
		if err := rows.RotateSigning(t.Context(), scope, "mer_sk_other", at(11)); err != nil {
			t.Fatal(err)
		}
		if got, err := rows.StoreKeyByHash(t.Context(), key.Hash); err != nil || got.Signing != id.Secret("mer_sk_other") {
			t.Errorf("after the rotation: %+v %v", got.Signing.Reveal(), err)
		}
		scope.Env = pay.Prod
		if err := rows.RotateSigning(t.Context(), scope, "x", at(12)); !errors.Is(err, auth.ErrNoSigningSecret) {
			t.Errorf("rotating nothing: %v", err)
		}

		unknown := storeKey(2)
		unknown.Store = "STO_3"
		if _, err := rows.InsertStoreKey(t.Context(), unknown); !errors.Is(err, pay.ErrStoreNotFound) {
			t.Errorf("no such store: %v", err)
		}
		err = store.New(db, paytest.MustKeyring(t)).Write(t.Context(), func(r pay.Records) error {
			gone, err := r.Store("STO_1")
			gone.DeletedAt = at(20)
			if err == nil {
				r.UpdateStore(gone)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rows.StoreKeyByHash(t.Context(), key.Hash); !errors.Is(err, auth.ErrStoreKeyNotFound) {
			t.Errorf("a key of a deleted store: %v", err)
		}
		if _, err := rows.InsertStoreKey(t.Context(), storeKey(3)); !errors.Is(err, pay.ErrStoreNotFound) {
			t.Errorf("a new key of a deleted store: %v", err)
		}
	})
}

func TestStoreKeyLimitHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	onBothWithStores(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		var inserts sync.WaitGroup
		for n := range auth.MaxStoreKeys + 5 {
			inserts.Go(func() {
				key := storeKey(n)
				key.Signing = id.Secret(fmt.Sprint("secret ", n))
				_, err := rows.InsertStoreKey(t.Context(), key)
				if err != nil && !errors.Is(err, auth.ErrTooManyStoreKeys) {
					t.Error(err)
				}
			})
		}
		inserts.Wait()
		keys, err := rows.StoreKeys(t.Context(), "STO_1", "waypay")
		if err != nil || len(keys) != auth.MaxStoreKeys {
			t.Errorf("%d keys, %v", len(keys), err)
		}
		secrets := map[id.Secret]bool{}
		for _, key := range keys {
			got, err := rows.StoreKeyByHash(t.Context(), key.Hash)
			if err != nil {
				t.Fatal(err)
			}
			secrets[got.Signing] = true
		}
		if len(secrets) != 1 {
			t.Errorf("the keys have %d signing secrets", len(secrets))
		}
		other := storeKey(90)
		other.Dialect = "wayl"
		if _, err := rows.InsertStoreKey(t.Context(), other); err != nil {
			t.Errorf("a key of another API: %v", err)
		}
	})
}

func TestATemporaryTokenIsSpentOnce(t *testing.T) {
	t.Parallel()
	onBothWithStores(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		token := auth.StoreToken{
			ID: "STKN_1", Store: "STO_1", Dialect: "diddo", Env: pay.Test, Nickname: "n", Hash: "h", CreatedAt: at(1), ExpiresAt: at(30),
		}
		if err := rows.InsertStoreToken(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		got, err := rows.StoreToken(t.Context(), "h")
		if err != nil || got != token {
			t.Errorf("got %+v %v", got, err)
		}
		if _, err := rows.StoreToken(t.Context(), "x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown: %v", err)
		}
		elsewhere := token
		elsewhere.ID, elsewhere.Hash, elsewhere.Store = "STKN_2", "h2", "STO_3"
		if err := rows.InsertStoreToken(t.Context(), elsewhere); !errors.Is(err, pay.ErrStoreNotFound) {
			t.Errorf("no such store: %v", err)
		}

		var redemptions sync.WaitGroup
		for n := range 6 {
			redemptions.Go(func() {
				if _, err := rows.RedeemStoreToken(t.Context(), token.ID, storeKey(n)); err != nil && !errors.Is(err, auth.ErrTokenSpent) {
					t.Error(err)
				}
			})
		}
		redemptions.Wait()
		keys, err := rows.StoreKeys(t.Context(), "STO_1", "")
		if err != nil || len(keys) != 1 {
			t.Errorf("one token gave %d keys, %v", len(keys), err)
		}
		if got, err := rows.StoreToken(t.Context(), "h"); err != nil || got.UsedAt.IsZero() {
			t.Errorf("spent: %+v %v", got, err)
		}
	})
}

func TestUsesOfAStoreKeyMoveItByAStepAtLeast(t *testing.T) {
	t.Parallel()
	onBothWithStores(t, func(t *testing.T, _ sqldb.DB, rows *store.Auth) {
		key := storeKey(1)
		if _, err := rows.InsertStoreKey(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ at, used time.Time }{{at(5), at(5)}, {at(34), at(5)}, {at(35), at(35)}, {at(1), at(35)}} {
			if err := rows.Touch(t.Context(), []auth.Touch{{StoreKey: key.ID, At: c.at}}); err != nil {
				t.Fatal(err)
			}
			if got, err := rows.StoreKeyByHash(t.Context(), key.Hash); err != nil || !got.LastUsed.Equal(c.used) {
				t.Errorf("used at %s: %s %v", c.at, got.LastUsed, err)
			}
		}
	})
}
