package store

import (
	"tillway/internal/pay"
)

const insertHandle = `INSERT INTO checkout_handles (handle, session_id) VALUES ($1, $2) ON CONFLICT (handle) DO NOTHING`

// InsertHandle gives a session a public name.
func (r records) InsertHandle(handle string, session pay.SessionID) (fresh bool, err error) {
	n, err := r.tx.Count(insertHandle, handle, session)
	return n == 1, err
}

const selectSessionByHandle = `SELECT ` + sessionColumns + ` FROM checkout_sessions
	WHERE id = (SELECT session_id FROM checkout_handles WHERE handle = $1)`

// SessionByHandle finds the session that a name belongs to.
func (r records) SessionByHandle(handle string) (pay.Session, error) {
	return scanSession(r.QueryRow(selectSessionByHandle, handle))
}
