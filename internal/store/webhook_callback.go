package store

import (
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

var errCallbackNotFound = fault.New(fault.NotFound, "callback_not_found", "There is no such callback.")

const callbackColumns = `id, store_id, env, dialect, url, scheme, secret, created_at`

// scanCallback opens the secret; one that does not open makes the callback
// Locked, and what is told to it fails instead of the event.
func (t webhookTx) scanCallback(row sqldb.Row) (c webhook.Callback, err error) {
	var sealed []byte
	var created int64
	err = row.Scan(&c.ID, &c.Store, &c.Env, &c.Dialect, &c.URL, &c.Scheme, &sealed, &created)
	if err != nil {
		return webhook.Callback{}, absent(err, errCallbackNotFound)
	}
	c.CreatedAt = sqldb.Moment(created)
	if len(sealed) == 0 {
		return c, nil
	}
	plain, err := t.keys.Open(sealed, callbackSecret(c))
	if c.Locked = err != nil; !c.Locked {
		c.Secret = id.Secret(plain)
	}
	return c, nil
}

const insertCallback = `INSERT INTO webhook_callbacks (` + callbackColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertCallback writes an address that came with a request. Its secret is
// sealed anew each time a closure runs; any of the results opens to the same.
func (t webhookTx) InsertCallback(c webhook.Callback) (err error) {
	sealed := []byte{}
	if !c.Secret.IsZero() {
		if sealed, err = t.keys.Seal([]byte(c.Secret.Reveal()), callbackSecret(c)); err != nil {
			return err
		}
	}
	t.Exec(insertCallback, c.ID, c.Store, c.Env, c.Dialect, c.URL, c.Scheme, sealed, sqldb.Micros(c.CreatedAt))
	return nil
}

const selectCallback = `SELECT ` + callbackColumns + ` FROM webhook_callbacks WHERE id = $1`

// Callback reads an address that came with a request.
func (t webhookTx) Callback(id webhook.CallbackID) (webhook.Callback, error) {
	return t.scanCallback(t.QueryRow(selectCallback, id))
}

func callbackSecret(c webhook.Callback) seal.Binding {
	return seal.Binding{
		Table: "webhook_callbacks", Column: "secret",
		Row: string(c.ID), Store: string(c.Store), Env: string(c.Env),
	}
}
