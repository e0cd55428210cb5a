package store

import (
	"encoding/json"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

var errEndpointNotFound = fault.New(fault.NotFound, "webhook_not_found", "There is no such webhook.")

const endpointColumns = `id, store_id, env, dialect, channel, url, events, secret, state, created_at, updated_at`

func (t webhookTx) scanEndpoint(row sqldb.Row) (e webhook.Endpoint, err error) {
	var events string
	var sealed []byte
	var created, updated int64
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Dialect, &e.Channel, &e.URL, &events, &sealed, &e.State, &created, &updated)
	if err != nil {
		return webhook.Endpoint{}, absent(err, errEndpointNotFound)
	}
	e.CreatedAt, e.UpdatedAt = sqldb.Moment(created), sqldb.Moment(updated)
	if err := json.Unmarshal([]byte(events), &e.Events); err != nil {
		return webhook.Endpoint{}, err
	}
	if len(sealed) > 0 {
		plain, err := t.keys.Open(sealed, endpointSecret(e))
		if err != nil {
			return webhook.Endpoint{}, err
		}
		e.Secret = id.Secret(plain)
	}
	return e, nil
}

const selectEndpoints = `SELECT ` + endpointColumns + ` FROM webhook_endpoints
	WHERE store_id = $1 AND env = $2 ORDER BY created_at, id LIMIT $3`

// Endpoints lists a store's endpoints in one environment, oldest first.
func (t webhookTx) Endpoints(store webhook.StoreID, env webhook.Env) ([]webhook.Endpoint, error) {
	rows, err := t.Query(selectEndpoints, store, env, webhook.MaxEndpoints)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var endpoints []webhook.Endpoint
	for rows.Next() {
		endpoint, err := t.scanEndpoint(rows)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, endpoint)
	}
	return endpoints, rows.Err()
}

const selectEndpoint = `SELECT ` + endpointColumns + ` FROM webhook_endpoints WHERE id = $1`

// Endpoint reads one endpoint.
func (t webhookTx) Endpoint(id webhook.EndpointID) (webhook.Endpoint, error) {
	return t.scanEndpoint(t.QueryRow(selectEndpoint, id))
}

const countEndpoints = `SELECT COUNT(*) FROM webhook_endpoints WHERE store_id = $1`

// CountEndpoints counts a store's endpoints over both environments.
func (t webhookTx) CountEndpoints(store webhook.StoreID) (n int, err error) {
	err = t.QueryRow(countEndpoints, store).Scan(&n)
	return n, err
}

const insertEndpoint = `INSERT INTO webhook_endpoints (` + endpointColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// InsertEndpoint writes a new endpoint.
func (t webhookTx) InsertEndpoint(e webhook.Endpoint) error {
	sealed, err := t.sealSecret(e)
	if err != nil {
		return err
	}
	t.Exec(insertEndpoint, e.ID, e.Store, e.Env, e.Dialect, e.Channel, e.URL, toJSON(e.Events), sealed, e.State,
		sqldb.Micros(e.CreatedAt), sqldb.Micros(e.UpdatedAt))
	return nil
}

const updateEndpoint = `UPDATE webhook_endpoints SET url = $3, events = $4, secret = $5, state = $6, updated_at = $7
	WHERE id = $1 AND updated_at = $2`

// UpdateEndpoint rewrites what may change, if nobody has since it was read.
func (t webhookTx) UpdateEndpoint(e, read webhook.Endpoint) error {
	sealed, err := t.sealSecret(e)
	if err != nil {
		return err
	}
	t.ExecOne(updateEndpoint, e.ID, sqldb.Micros(read.UpdatedAt), e.URL, toJSON(e.Events), sealed, e.State, sqldb.Micros(e.UpdatedAt))
	return nil
}

const deleteEndpoint = `DELETE FROM webhook_endpoints WHERE id = $1`

// DeleteEndpoint removes the row; deliveries keep its id.
func (t webhookTx) DeleteEndpoint(id webhook.EndpointID) error {
	t.Exec(deleteEndpoint, id)
	return nil
}

// sealSecret seals anew each time a closure runs; any of the results opens to
// the same secret.
func (t webhookTx) sealSecret(e webhook.Endpoint) ([]byte, error) {
	if e.Secret.IsZero() {
		return []byte{}, nil
	}
	return t.keys.Seal([]byte(e.Secret.Reveal()), endpointSecret(e))
}

func endpointSecret(e webhook.Endpoint) seal.Binding {
	return seal.Binding{
		Table: "webhook_endpoints", Column: "secret",
		Row: string(e.ID), Store: string(e.Store), Env: string(e.Env),
	}
}
