package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

func calling(scheme webhook.Scheme, secret id.Secret) webhook.Callback {
	return webhook.Callback{
		ID: webhook.CallbackID("callback-" + scheme), Store: "STO_1", Env: webhook.Test, Dialect: "wayl",
		URL: "https://shop.example/told", Scheme: scheme, Secret: secret, CreatedAt: time.Unix(1, 0).UTC(),
	}
}

func mustInsertCallback(t *testing.T, db sqldb.DB, callback webhook.Callback) {
	t.Helper()
	webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { return webhooks.Tx(tx).InsertCallback(callback) }); err != nil {
		t.Fatal(err)
	}
}

func mustExecute(t *testing.T, db sqldb.DB, statement string, args ...any) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec(statement, args...); return nil }); err != nil {
		t.Fatal(err)
	}
}

// A secret that is moved to another row, store or environment does not open, and
// what would be signed with it can be neither sent nor sent again.
func TestSecretsOfCallbacksAreSealedToTheirPlace(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		const secret = "a secret of Wayl's"
		callback := calling(webhook.WaylScheme, secret)
		mustInsertCallback(t, db, callback)
		webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
		var sealed []byte
		read := func(id webhook.CallbackID) (read webhook.Callback) {
			t.Helper()
			err := db.Write(t.Context(), func(tx sqldb.Tx) (err error) {
				if err := tx.QueryRow(`SELECT secret FROM webhook_callbacks WHERE id = $1`, id).Scan(&sealed); err != nil {
					return err
				}
				read, err = webhooks.Tx(tx).Callback(id)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return read
		}
		if got := read(callback.ID); got != callback || bytes.Contains(sealed, []byte(secret)) || len(sealed) == 0 {
			t.Errorf("read %+v, sealed as %q", got, sealed)
		}
		for name, move := range map[string]string{
			"another row":         `UPDATE webhook_callbacks SET id = 'elsewhere'`,
			"another store":       `UPDATE webhook_callbacks SET store_id = 'STO_2'`,
			"another environment": `UPDATE webhook_callbacks SET env = 'prod'`,
		} {
			mustExecute(t, db, `DELETE FROM webhook_callbacks`)
			mustInsertCallback(t, db, callback)
			mustExecute(t, db, move)
			at := callback.ID
			if name == "another row" {
				at = "elsewhere"
			}
			if got := read(at); !got.Locked || !got.Secret.IsZero() {
				t.Errorf("%s: the secret opens, locked %t", name, got.Locked)
			}
			if name == "another row" {
				continue
			}
			source := store.NewEndpointKeys(db, mustWebhookKeys(t), time.Now)
			if _, err := source.Keys(t.Context(), webhook.KeyRef{Scheme: callback.Scheme, Store: callback.Store, Env: callback.Env, Name: callback.KeyName()}); fault.CodeOf(err) != "webhook_sealed" {
				t.Errorf("%s: the keys are asked for with %v", name, err)
			}
			err := db.Write(t.Context(), func(sql sqldb.Tx) error {
				tx := webhooks.Tx(sql)
				if _, err := tx.InsertDelivery(webhook.Delivery{
					ID: webhook.DeliveryID(name), Queue: callback.Queue(), Scheme: callback.Scheme, KeyName: callback.KeyName(), State: webhook.Failed, Body: []byte("{}"),
				}); err != nil {
					return err
				}
				_, err := webhook.ResendDelivery(t.Context(), tx, webhook.ResendIn{ID: webhook.DeliveryID(name), Now: time.Now()})
				return err
			})
			if !fault.Is(err, fault.State) || fault.CodeOf(err) != "webhook_sealed" {
				t.Errorf("%s: resent with %v", name, err)
			}
		}
	})
}

func TestCallbackSecretsSign(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		ids := id.NewSource(time.Now, nil)
		source := store.NewEndpointKeys(db, mustWebhookKeys(t), time.Now)
		for _, scheme := range webhook.SecretSchemes() {
			secret := webhook.NewSecret(scheme, ids)
			callback := calling(scheme, secret)
			mustInsertCallback(t, db, callback)
			ref := webhook.KeyRef{Scheme: scheme, Store: "STO_1", Env: webhook.Test, Name: callback.KeyName()}
			names, err := signedBy(t, source, ref, map[string]id.Secret{"own": secret})
			if got := fmt.Sprint(names); err != nil || got != "[own]" {
				t.Errorf("%s: signed by %s (%v)", scheme, got, err)
			}
			for name, wrong := range map[string]webhook.KeyRef{
				"another store":       {Scheme: scheme, Store: "STO_2", Env: webhook.Test, Name: ref.Name},
				"another environment": {Scheme: scheme, Store: "STO_1", Env: webhook.Prod, Name: ref.Name},
				"an endpoint's name":  {Scheme: scheme, Store: "STO_1", Env: webhook.Test, Name: string(callback.ID)},
				"no callback":         {Scheme: scheme, Store: "STO_1", Env: webhook.Test, Name: "callback:"},
			} {
				if _, err := source.Keys(t.Context(), wrong); err == nil {
					t.Errorf("%s: %s has keys", scheme, name)
				}
			}
		}
	})
}

func TestCallbackSecretsAreAnsweredFromMemory(t *testing.T) {
	t.Parallel()
	at, db := newClock(), &failing{DB: sqldbtest.OpenSQLite(t, migrations.FS)}
	callback := calling(webhook.WaylScheme, "1234567890")
	mustInsertCallback(t, db, callback)
	source := store.NewEndpointKeys(db, mustWebhookKeys(t), at.Now)
	ref := webhook.KeyRef{Scheme: callback.Scheme, Store: callback.Store, Env: callback.Env, Name: callback.KeyName()}
	for range 10 {
		if _, err := source.Keys(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	if reads := db.reads.Load(); reads != 1 {
		t.Errorf("ten deliveries looked %d times", reads)
	}
	db.failed.Store(true)
	at.advance(time.Hour)
	if _, err := source.Keys(t.Context(), ref); err != nil {
		t.Errorf("while the database fails: %v", err)
	}
}
