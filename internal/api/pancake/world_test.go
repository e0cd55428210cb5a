package pancake_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tillway/internal/api"
	"tillway/internal/api/pancake"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// world is the dialect over a real core on a real database: a merchant with an
// approved store and a product, and a stranger with another one.
type world struct {
	*paytest.Shop
	auth     *auth.Auth
	kernel   *api.Kernel
	keys     map[pay.Env]pancakeclient.Client
	stranger tenant
	tokens   map[pay.Actor]string // by the merchant that issued them
}

// tenant is somebody else.
type tenant struct {
	merchant pay.Merchant
	shop     pay.Store
	keys     map[pay.Env]pancakeclient.Client
}

// option changes the dialect's configuration before it is used.
type option func(*pancake.Config)

func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	return newWorldOn(t, paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS)), options...)
}

func newWorldOn(t *testing.T, shop *paytest.Shop, options ...option) *world {
	t.Helper()
	w := &world{Shop: shop}
	var err error
	credentials := store.NewAuth(shop.DB, paytest.MustKeyring(t))
	if w.auth, err = auth.New(auth.Config{Store: credentials, Core: shop.Core}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.auth.Stop)
	hooks := store.NewWebhooks(shop.DB, paytest.MustKeyring(t))
	config := pancake.Config{
		Core: shop.Core, Auth: w.auth, PublicURL: "https://pay.example.test/",
		Endpoints: func(r pay.Records) webhook.Tx { return hooks.Tx(store.TxOf(r)) },
		Keys:      credentials.Keys,
		Targets:   func(pay.Env) webhook.URLPolicy { return httpsOnly{} },
	}
	for _, option := range options {
		option(&config)
	}
	w.kernel = pancake.New(config)
	w.keys = w.mustKeys(t, shop.Merchant.ID, 0)
	w.mustApprove(t, shop.Shop.ID)
	w.stranger.merchant = paytest.MustRun(t, shop.Core, pay.CreateMerchant, pay.NewMerchant{
		ID: pay.MerchantID(shop.IDs.New("MER")), Email: "other@shop.example", At: shop.Core.Now(),
	})
	w.stranger.shop = paytest.MustRun(t, shop.Core, pay.CreateStore, pay.NewStore{
		ID: pay.StoreID(shop.IDs.New("STO")), Slug: shop.IDs.Slug("Other"), Name: "Other", Owner: w.stranger.merchant.ID, At: shop.Core.Now(),
	})
	w.stranger.keys = w.mustKeys(t, w.stranger.merchant.ID, 2)
	w.mustApprove(t, w.stranger.shop.ID)
	return w
}

// httpsOnly stands for the egress rules, which have tests of their own.
type httpsOnly struct{}

func (httpsOnly) Vet(_ context.Context, raw string) error {
	if !strings.HasPrefix(raw, "https://") {
		return fault.New(fault.Invalid, "url_not_https", "url must be an https address")
	}
	return nil
}

// pairs are four key pairs that all worlds share, because making one is slow.
var pairs = sync.OnceValues(func() (made [4]auth.KeyPair, err error) {
	for i := range made {
		if made[i], err = auth.NewKeyPair(); err != nil {
			return made, err
		}
	}
	return made, nil
})

// mustKeys registers a key for each environment, from the pair of that number on.
func (w *world) mustKeys(t *testing.T, merchant pay.MerchantID, first int) map[pay.Env]pancakeclient.Client {
	t.Helper()
	made, err := pairs()
	if err != nil {
		t.Fatal(err)
	}
	clients := map[pay.Env]pancakeclient.Client{}
	for i, env := range []pay.Env{pay.Test, pay.Prod} {
		_, err := w.auth.CreateAPIKey(t.Context(), auth.NewAPIKey{
			Merchant: merchant, Env: env, Nickname: "server", PublicKey: made[first+i].Public,
		})
		if err != nil {
			t.Fatal(err)
		}
		key, err := pancakeclient.ParseKey(made[first+i].Private.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		clients[env] = pancakeclient.Client{MerchantID: string(merchant), Key: key, Now: w.Clock.Now}
	}
	return clients
}

func (w *world) mustApprove(t *testing.T, id pay.StoreID) {
	t.Helper()
	err := w.Store.Write(t.Context(), func(r pay.Records) error {
		shop, err := r.Store(id)
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

// client is a merchant's client that reaches the kernel without a network.
func (w *world) client(env pay.Env) pancakeclient.Client {
	client := w.keys[env]
	client.BaseURL, client.HTTP = "http://tillway.test", w.http()
	return client
}

func (w *world) http() *http.Client { return &http.Client{Transport: direct{w.kernel}} }

// mustToken issues a session token for a buyer of the merchant's store.
func (w *world) mustToken(t *testing.T, env pay.Env, buyer string) string {
	t.Helper()
	return w.mustTokenOf(t, pay.Actor{Kind: pay.ByMerchant, Env: env, Merchant: w.Merchant.ID}, w.Shop.Shop.ID, buyer)
}

func (w *world) mustTokenOf(t *testing.T, actor pay.Actor, shop pay.StoreID, buyer string) string {
	t.Helper()
	token, err := w.auth.IssueSessionToken(t.Context(), auth.TokenRequest{Actor: actor, Buyer: buyer, Store: shop})
	if err != nil {
		t.Fatal(err)
	}
	return token.Text.Reveal()
}

// mintTokens issues a token of each merchant in each environment.
func (w *world) mintTokens(t *testing.T) {
	t.Helper()
	w.tokens = map[pay.Actor]string{}
	for _, env := range []pay.Env{pay.Test, pay.Prod} {
		mine := pay.Actor{Kind: pay.ByMerchant, Env: env, Merchant: w.Merchant.ID}
		w.tokens[mine] = w.mustTokenOf(t, mine, w.Shop.Shop.ID, "u-9")
		others := pay.Actor{Kind: pay.ByMerchant, Env: env, Merchant: w.stranger.merchant.ID}
		w.tokens[others] = w.mustTokenOf(t, others, w.stranger.shop.ID, "u-9")
	}
}

// rows is a fingerprint of everything in the database.
func (w *world) rows(t *testing.T) string {
	t.Helper()
	return paytest.Fingerprint(t, w.DB)
}
