package store

import (
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// Webhooks implements the ports of package webhook: webhook.Store and
// webhook.Log on its own transactions, webhook.Tx on somebody else's.
type Webhooks struct {
	db   sqldb.DB
	keys *seal.Keyring
}

// NewWebhooks makes the ports over a migrated database.
func NewWebhooks(db sqldb.DB, keys *seal.Keyring) *Webhooks { return &Webhooks{db: db, keys: keys} }

// Tx is webhook.Tx on an open transaction, so that deliveries commit with the
// fact they report.
func (w *Webhooks) Tx(tx sqldb.Tx) webhook.Tx { return webhookTx{Tx: tx, keys: w.keys} }

// webhookTx implements webhook.Tx.
type webhookTx struct {
	sqldb.Tx
	keys *seal.Keyring
}
