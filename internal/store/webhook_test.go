package store_test

import (
	"bytes"
	"context"
	"testing"

	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

func mustWebhookKeys(t testing.TB) *seal.Keyring {
	t.Helper()
	keys, err := seal.NewKeyring(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func webhookBackend(t *testing.T, db sqldb.DB) webhooktest.Backend {
	webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
	return webhooktest.Backend{
		Store: webhooks, Log: webhooks,
		Write: func(ctx context.Context, fn func(tx webhook.Tx) error) error {
			return db.Write(ctx, func(tx sqldb.Tx) error { return fn(webhooks.Tx(tx)) })
		},
	}
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		webhooktest.Store(t, func(t *testing.T) webhooktest.Backend {
			return webhookBackend(t, sqldbtest.OpenSQLite(t, migrations.FS))
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		webhooktest.Store(t, func(t *testing.T) webhooktest.Backend {
			return webhookBackend(t, sqldbtest.OpenPostgres(t, migrations.FS))
		})
	})
}
