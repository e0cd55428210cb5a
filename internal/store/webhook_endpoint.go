package store

import (
	"encoding/json"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

var errEndpointNotFound = fault.New(fault.NotFound, "webhook_not_found", "There is no such webhook.")

const endpointColumns = `id, store_id, env, dialect, channel, url, description, events, scheme, schedule, ordered, rate_per_minute,
	state, disabled_for, disabled_at, failing_since, noticed, used_at, created_at, updated_at,
	secret, previous_secret, previous_until, address, headers`

func (t webhookTx) scanEndpoint(row sqldb.Row) (e webhook.Endpoint, err error) {
	var events string
	var sealed sealedEndpoint
	var disabled, failing, used, created, updated, previousUntil int64
	err = row.Scan(&e.ID, &e.Store, &e.Env, &e.Dialect, &e.Channel, &e.URL, &e.Description, &events, &e.Scheme, &e.Schedule, &e.Ordered, &e.RatePerMinute,
		&e.State, &e.DisabledFor, &disabled, &failing, &e.Noticed, &used, &created, &updated,
		&sealed.secret, &sealed.previous, &previousUntil, &sealed.address, &sealed.headers)
	if err != nil {
		return webhook.Endpoint{}, absent(err, errEndpointNotFound)
	}
	e.DisabledAt, e.FailingSince, e.UsedAt = sqldb.Moment(disabled), sqldb.Moment(failing), sqldb.Moment(used)
	e.CreatedAt, e.UpdatedAt, e.PreviousUntil = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(previousUntil)
	if err := json.Unmarshal([]byte(events), &e.Events); err != nil {
		return webhook.Endpoint{}, err
	}
	sealed.open(t.keys, &e)
	return e, nil
}

const selectEndpoints = `SELECT ` + endpointColumns + ` FROM webhook_endpoints
	WHERE store_id = $1 AND env = $2 ORDER BY created_at, id LIMIT $3`

// Endpoints lists a store's endpoints in one environment, oldest first.
func (t webhookTx) Endpoints(store webhook.StoreID, env webhook.Env) ([]webhook.Endpoint, error) {
	rows, err := t.Query(selectEndpoints, store, env, webhook.MaxEndpoints+webhook.MaxListeners)
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

const countEndpoints = `SELECT COUNT(*) FROM webhook_endpoints WHERE store_id = $1 AND channel <> 'listener'`

// CountEndpoints counts a store's endpoints over both environments, without
// its listeners.
func (t webhookTx) CountEndpoints(store webhook.StoreID) (n int, err error) {
	err = t.QueryRow(countEndpoints, store).Scan(&n)
	return n, err
}

const insertEndpoint = `INSERT INTO webhook_endpoints (` + endpointColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`

// InsertEndpoint writes a new endpoint.
func (t webhookTx) InsertEndpoint(e webhook.Endpoint) error {
	sealed, err := sealEndpoint(t.keys, e)
	if err != nil {
		return err
	}
	t.Exec(insertEndpoint, e.ID, e.Store, e.Env, e.Dialect, e.Channel, e.Shown(), e.Description, toJSON(e.Events), e.Scheme, e.Schedule, e.Ordered, e.RatePerMinute,
		e.State, e.DisabledFor, sqldb.Micros(e.DisabledAt), sqldb.Micros(e.FailingSince), e.Noticed, sqldb.Micros(e.UsedAt),
		sqldb.Micros(e.CreatedAt), sqldb.Micros(e.UpdatedAt),
		sealed.secret, sealed.previous, sqldb.Micros(e.PreviousUntil), sealed.address, sealed.headers)
	return nil
}

const updateEndpoint = `UPDATE webhook_endpoints SET url = $3, description = $4, events = $5, scheme = $6, schedule = $7, ordered = $8, rate_per_minute = $9,
	failing_since = CASE WHEN state <> $10 AND $10 = 'active' THEN 0 ELSE failing_since END,
	noticed = CASE WHEN state <> $10 AND $10 = 'active' THEN 0 ELSE noticed END,
	state = $10, disabled_for = $11, disabled_at = $12, used_at = $13, updated_at = $14,
	secret = $15, previous_secret = $16, previous_until = $17, address = $18, headers = $19
	WHERE id = $1 AND updated_at = $2`

// UpdateEndpoint rewrites what a person may change, if nobody has since it was
// read. Health is Record's to write; being made active wipes it.
func (t webhookTx) UpdateEndpoint(e, read webhook.Endpoint) error {
	sealed, err := sealEndpoint(t.keys, e)
	if err != nil {
		return err
	}
	t.ExecOne(updateEndpoint, e.ID, sqldb.Micros(read.UpdatedAt), e.Shown(), e.Description, toJSON(e.Events), e.Scheme, e.Schedule, e.Ordered, e.RatePerMinute,
		e.State, e.DisabledFor, sqldb.Micros(e.DisabledAt), sqldb.Micros(e.UsedAt), sqldb.Micros(e.UpdatedAt),
		sealed.secret, sealed.previous, sqldb.Micros(e.PreviousUntil), sealed.address, sealed.headers)
	return nil
}

const deleteEndpoint = `DELETE FROM webhook_endpoints WHERE id = $1`

// DeleteEndpoint removes the row; deliveries keep its id.
func (t webhookTx) DeleteEndpoint(id webhook.EndpointID) error {
	t.Exec(deleteEndpoint, id)
	return nil
}

const touchListener = `UPDATE webhook_endpoints SET used_at = $2 WHERE id = $1 AND channel = 'listener'`

// TouchListener notes when a listener was connected last.
func (t webhookTx) TouchListener(id webhook.EndpointID, at time.Time) error {
	t.Exec(touchListener, id, sqldb.Micros(at))
	return nil
}

// sealedEndpoint is what of an endpoint's row is sealed; an empty column stands
// for an empty member.
type sealedEndpoint struct{ secret, previous, address, headers []byte }

// sealEndpoint seals anew each time a closure runs; any of the results opens to
// the same plain text.
func sealEndpoint(keys *seal.Keyring, e webhook.Endpoint) (sealed sealedEndpoint, err error) {
	if e.Locked {
		return sealed, fault.New(fault.State, "webhook_sealed", "What is sealed of this webhook does not open with this master key.").
			WithHint("Start with the right master key, or remove the webhook and add it anew")
	}
	cover := func(column, plain string) []byte {
		if plain == "" || err != nil {
			return []byte{}
		}
		var made []byte
		made, err = keys.Seal([]byte(plain), endpointSecret(e, column))
		return made
	}
	var address, headers string
	if e.Channel.Chat() {
		address = e.URL
	}
	if len(e.Headers) > 0 {
		headers = toJSON(e.Headers)
	}
	sealed = sealedEndpoint{
		secret: cover("secret", e.Secret.Reveal()), previous: cover("previous_secret", e.Previous.Reveal()),
		address: cover("address", address), headers: cover("headers", headers),
	}
	return sealed, err
}

// open fills what is sealed into an endpoint; one that does not open is Locked.
// Most have nothing sealed, and each sale reads them.
func (s *sealedEndpoint) open(keys *seal.Keyring, e *webhook.Endpoint) {
	reveal := func(column string, sealed []byte) string {
		if len(sealed) == 0 || e.Locked {
			return ""
		}
		plain, err := keys.Open(sealed, endpointSecret(*e, column))
		e.Locked = err != nil
		return string(plain)
	}
	secret, previous := reveal("secret", s.secret), reveal("previous_secret", s.previous)
	address, headers := reveal("address", s.address), reveal("headers", s.headers)
	if headers != "" && json.Unmarshal([]byte(headers), &e.Headers) != nil {
		e.Locked = true
	}
	if e.Locked {
		e.Headers = nil
		return
	}
	e.Secret, e.Previous = id.Secret(secret), id.Secret(previous)
	if address != "" {
		e.URL = address
	}
}

func endpointSecret(e webhook.Endpoint, column string) seal.Binding {
	return seal.Binding{
		Table: "webhook_endpoints", Column: column,
		Row: string(e.ID), Store: string(e.Store), Env: string(e.Env),
	}
}
