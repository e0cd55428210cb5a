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
	selectDeadTokens   = `SELECT id FROM session_tokens WHERE expires_at < $1 ORDER BY expires_at, id LIMIT $2`
	deleteToken        = `DELETE FROM session_tokens WHERE id = $1 AND expires_at < $2`
)

// InsertSessionToken writes a new token and forgets a few that ran out.
func (a *Auth) InsertSessionToken(ctx context.Context, t auth.SessionToken) error {
	return a.db.Write(ctx, func(tx sqldb.Tx) error {
		dead, err := deadTokens(tx, sqldb.Micros(t.CreatedAt))
		if err != nil {
			return err
		}
		for _, id := range dead {
			tx.Exec(deleteToken, id, sqldb.Micros(t.CreatedAt))
		}
		tx.Exec(insertSessionToken, t.ID, t.Hash, t.Store, t.Env, t.Role, t.Buyer, sqldb.Micros(t.CreatedAt), sqldb.Micros(t.ExpiresAt))
		return nil
	})
}

// deadTokens are some tokens that ran out before a moment, longest ago first.
func deadTokens(q sqldb.Querier, before int64) ([]auth.TokenID, error) {
	rows, err := q.Query(selectDeadTokens, before, forgottenPerToken)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var dead []auth.TokenID
	for rows.Next() {
		var id auth.TokenID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		dead = append(dead, id)
	}
	return dead, rows.Err()
}

const selectSessionToken = `SELECT ` + sessionTokenColumns + ` FROM session_tokens WHERE id = $1`

// SessionToken reads one token, whether or not it ran out.
func (a *Auth) SessionToken(ctx context.Context, id auth.TokenID) (t auth.SessionToken, err error) {
	err = a.db.Read(ctx, func(q sqldb.Querier) error {
		var created, expires int64
		err := q.QueryRow(selectSessionToken, id).Scan(&t.ID, &t.Hash, &t.Store, &t.Env, &t.Role, &t.Buyer, &created, &expires)
		t.CreatedAt, t.ExpiresAt = sqldb.Moment(created), sqldb.Moment(expires)
		return absent(err, errSessionTokenNotFound)
	})
	return t, err
}
