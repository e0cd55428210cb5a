package store

import (
	"errors"

	"tillway/internal/pay"
	"tillway/internal/seal"
	"tillway/internal/sqldb"
)

const claimKey = `INSERT INTO idempotency_keys (scope, key_value, status, created_at, expires_at) VALUES ($1, $2, 0, $3, $4)
	ON CONFLICT (scope, key_value) DO UPDATE SET status = 0, answer = NULL, created_at = EXCLUDED.created_at,
	expires_at = EXCLUDED.expires_at WHERE idempotency_keys.expires_at <= EXCLUDED.created_at`

const selectAnswer = `SELECT status, answer FROM idempotency_keys WHERE scope = $1 AND key_value = $2`

// ClaimKey takes a key for this transaction, or returns what it answered. On
// several nodes the insert waits for the other's commit, so a claim without an
// answer is never seen.
func (r records) ClaimKey(c pay.Claim) (*pay.Answer, error) {
	n, err := r.tx.Count(claimKey, c.Key.Scope, c.Key.Value, sqldb.Micros(c.At), sqldb.Micros(c.At.Add(c.Key.Keep)))
	if err != nil || n == 1 {
		return nil, err
	}
	var answer pay.Answer
	var sealed []byte
	if err := r.QueryRow(selectAnswer, c.Key.Scope, c.Key.Value).Scan(&answer.Status, &sealed); err != nil {
		if errors.Is(err, sqldb.ErrNoRows) {
			// It expired and was swept between the two statements: run again.
			return nil, sqldb.ErrConflict
		}
		return nil, err
	}
	answer.Body, err = r.keys.Open(sealed, answerBinding(c.Key))
	return &answer, err
}

const saveAnswer = `UPDATE idempotency_keys SET status = $3, answer = $4 WHERE scope = $1 AND key_value = $2`

// SaveAnswer stores, sealed, what the claimed key answers from now on.
func (r records) SaveAnswer(c pay.Claim, a pay.Answer) error {
	sealed, err := r.keys.Seal(a.Body, answerBinding(c.Key))
	if err != nil {
		return err
	}
	r.tx.ExecOne(saveAnswer, c.Key.Scope, c.Key.Value, a.Status, sealed)
	return nil
}

func answerBinding(key pay.Key) seal.Binding {
	return seal.Binding{Table: "idempotency_keys", Column: "answer", Row: key.Scope + "\n" + key.Value}
}
