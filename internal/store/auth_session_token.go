package store

import (
	"context"

	"tillway/internal/auth"
	"tillway/internal/fault"
	"tillway/internal/sqldb"
)

var errSessionTokenNotFound = fault.New(fault.NotFound, "session_token_not_found", "Session token not found")

const sessionTokenColumns = `id, hash, store_id, env, role, buyer, created_at, expires_at`

// forgottenPerToken is how many old tokens go with each new one: more than
// come, so that the table stays as small as what is in use.
const forgottenPerToken = 4

const (
	insertSessionToken = `INSERT INTO session_tokens (` + sessionTokenColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	forgetTokens       = `DELETE FROM session_tokens WHERE id IN (
	SELECT id FROM session_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)`
)

// InsertSessionToken writes a new token and forgets a few that ran out.
func (a *Auth) InsertSessionToken(ctx context.Context, t auth.SessionToken) error {
	return a.db.Write(ctx, func(tx sqldb.Tx) error {
		tx.Exec(forgetTokens, micros(t.CreatedAt), forgottenPerToken)
		tx.Exec(insertSessionToken, t.ID, t.Hash, t.Store, t.Env, t.Role, t.Buyer, micros(t.CreatedAt), micros(t.ExpiresAt))
		return nil
	})
}

const selectSessionToken = `SELECT ` + sessionTokenColumns + ` FROM session_tokens WHERE id = $1`

// SessionToken reads one token, whether or not it ran out.
func (a *Auth) SessionToken(ctx context.Context, id auth.TokenID) (t auth.SessionToken, err error) {
	err = a.db.Read(ctx, func(q sqldb.Querier) error {
		var created, expires int64
		err := q.QueryRow(selectSessionToken, id).Scan(&t.ID, &t.Hash, &t.Store, &t.Env, &t.Role, &t.Buyer, &created, &expires)
		t.CreatedAt, t.ExpiresAt = moment(created), moment(expires)
		return absent(err, errSessionTokenNotFound)
	})
	return t, err
}
