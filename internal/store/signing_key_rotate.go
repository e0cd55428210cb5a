package store

import (
	"context"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const (
	selectLastSigningKeys = `SELECT id, activates_at FROM signing_keys
		WHERE scheme = $1 AND env = $2 AND (retired_at = 0 OR retired_at > $3) ORDER BY activates_at DESC, created_at DESC, id DESC LIMIT 2`
	// Guarded by what was read: of two rotations at once the second finds no
	// such row, runs again and sees the first.
	retireSigningKey   = `UPDATE signing_keys SET retired_at = $3 WHERE id = $1 AND retired_at = $2`
	activateSigningKey = `UPDATE signing_keys SET activates_at = $3 WHERE id = $1 AND activates_at = $2`
	insertSigningKey   = `INSERT INTO signing_keys (id, scheme, env, private_key, public_key, created_at, activates_at, retired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`
)

// Rotate makes the next pair of an environment. The present one signs until
// overlap is over, then the new one does, on every node; with an overlap of 0
// that is at once. While an overlap runs a second rotation is refused; with an
// overlap of 0 it makes no pair, but lets the announced one begin now.
//
// It returns the pair that signs after it. Errors: Invalid "bad_overlap";
// State "rotation_running".
func (s *SigningKeys) Rotate(ctx context.Context, env webhook.Env, overlap time.Duration) (webhook.SigningKey, error) {
	if err := webhook.ValidateOverlap(overlap); err != nil {
		return webhook.SigningKey{}, err
	}
	at := s.now()
	row := id.NewSource(s.now, nil).UUID()
	made, err := s.newPair(row, pay.Env(env))
	if err != nil {
		return webhook.SigningKey{}, err
	}
	rotation := rotation{row: row, env: env, pair: made, at: sqldb.Micros(at), begins: sqldb.Micros(at.Add(overlap))}
	if err := s.db.Write(ctx, rotation.run); err != nil {
		return webhook.SigningKey{}, err
	}
	if err := s.Load(ctx); err != nil {
		return webhook.SigningKey{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.cache[pay.Env(env)]) == 0 {
		return webhook.SigningKey{}, fault.New(fault.Internal, "no_signing_key", "The new signing key is gone")
	}
	return s.cache[pay.Env(env)][0].SigningKey, nil
}

// rotation is everything about a rotation that was minted before its transaction.
type rotation struct {
	row        string
	env        webhook.Env
	pair       newPair
	at, begins int64
}

func (r rotation) run(tx sqldb.Tx) error {
	last, present, err := r.read(tx)
	switch {
	case err != nil:
		return err
	case last.activates > r.at && r.begins > r.at:
		return webhook.RotationRunning(sqldb.Moment(last.activates))
	case last.activates > r.at:
		tx.ExecOne(activateSigningKey, last.id, last.activates, r.at)
		if present.id != "" {
			tx.ExecOne(retireSigningKey, present.id, last.activates, r.at)
		}
		return nil
	}
	tx.ExecOne(retireSigningKey, last.id, 0, r.begins)
	tx.Exec(insertSigningKey, r.row, webhook.PancakeScheme, r.env, r.pair.sealed, r.pair.public, r.at, r.begins)
	return nil
}

type rotated struct {
	id        string
	activates int64
}

// read finds the pair without a successor and, during an overlap, the one
// before it.
func (r rotation) read(tx sqldb.Tx) (last, present rotated, err error) {
	rows, err := tx.Query(selectLastSigningKeys, webhook.PancakeScheme, r.env, r.at)
	if err != nil {
		return last, present, err
	}
	defer rows.Close()
	for _, into := range []*rotated{&last, &present} {
		if !rows.Next() {
			break
		}
		if err := rows.Scan(&into.id, &into.activates); err != nil {
			return last, present, err
		}
	}
	return last, present, rows.Err()
}

const listSigningKeys = `SELECT id, env, public_key, created_at, activates_at, retired_at FROM signing_keys
	WHERE scheme = $1 ORDER BY activates_at DESC, created_at DESC, id DESC LIMIT 200`

// List is every pair there was, the latest to begin first.
func (s *SigningKeys) List(ctx context.Context) (list []webhook.SigningKey, err error) {
	err = s.db.Read(ctx, func(q sqldb.Querier) error {
		list = nil
		rows, err := q.Query(listSigningKeys, webhook.PancakeScheme)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var pair webhook.SigningKey
			var created, activates, retires int64
			if err := rows.Scan(&pair.ID, &pair.Env, &pair.Public, &created, &activates, &retires); err != nil {
				return err
			}
			pair.CreatedAt, pair.ActivatesAt, pair.RetiresAt = sqldb.Moment(created), sqldb.Moment(activates), sqldb.Moment(retires)
			list = append(list, pair)
		}
		return rows.Err()
	})
	return list, err
}
