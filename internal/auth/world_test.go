package auth_test

import (
	"crypto/rsa"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/auth"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an Auth over a real shop.
type world struct {
	*paytest.Shop
	auth *auth.Auth
	rows *store.Auth
}

func newWorld(t *testing.T) *world {
	t.Helper()
	shop := paytest.NewShop(t, sqldbtest.OpenSQLite(t, migrations.FS))
	w := &world{Shop: shop, rows: store.NewAuth(shop.DB, paytest.MustKeyring(t))}
	w.auth = w.mustAuth(t, 0)
	return w
}

func (w *world) mustAuth(t *testing.T, window time.Duration) *auth.Auth {
	t.Helper()
	made, err := auth.New(auth.Config{Store: w.rows, Core: w.Core, Window: window})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.Stop)
	return made
}

// pairs are key pairs that all tests share, because making one is slow.
var pairs = sync.OnceValues(func() (made [3]auth.KeyPair, err error) {
	for i := range made {
		if made[i], err = auth.NewKeyPair(); err != nil {
			return made, err
		}
	}
	return made, nil
})

func mustPair(t testing.TB, i int) (auth.KeyPair, *rsa.PrivateKey) {
	t.Helper()
	made, err := pairs()
	if err != nil {
		t.Fatal(err)
	}
	private, err := pancakeclient.ParseKey(made[i].Private.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return made[i], private
}

// mustKey registers the pair of that number for the shop's merchant.
func (w *world) mustKey(t *testing.T, i int, env pay.Env, nickname string) auth.APIKey {
	t.Helper()
	pair, _ := mustPair(t, i)
	key, err := w.auth.CreateAPIKey(t.Context(), auth.NewAPIKey{
		Merchant: w.Merchant.ID, Env: env, Nickname: nickname, PublicKey: pair.Public,
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const path = "/v1/actions/store/create-store"

// signed is a request that the pair of that number signs at a time.
func (w *world) signed(t testing.TB, i int, timestamp string) auth.Presented {
	t.Helper()
	_, private := mustPair(t, i)
	body := []byte(`{"name":"Acme"}`)
	signature, err := pancakeclient.Sign(private, path, timestamp, body)
	if err != nil {
		t.Fatal(err)
	}
	return auth.Presented{Method: http.MethodPost, Path: path, Body: body, Header: http.Header{
		"X-Merchant-Id": {string(w.Merchant.ID)}, "X-Timestamp": {timestamp}, "X-Signature": {signature},
	}}
}

func (w *world) seconds(shift time.Duration) string {
	return strconv.FormatInt(w.Clock.Now().Add(shift).Unix(), 10)
}
