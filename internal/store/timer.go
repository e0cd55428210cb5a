package store

import (
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const setTimer = `INSERT INTO timers (kind, subject, store_id, env, at, wake_at, tries, lease_owner, lease_until)
	VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0)
	ON CONFLICT (kind, subject) DO UPDATE SET at = EXCLUDED.at, wake_at = EXCLUDED.wake_at, tries = EXCLUDED.tries,
	lease_owner = '', lease_until = 0`

// SetTimer makes a timer or moves it, and ends any lease on it.
func (r records) SetTimer(t pay.Timer) {
	r.tx.Exec(setTimer, t.Kind, t.Subject, t.Store, t.Env, sqldb.Micros(t.At), sqldb.Micros(t.WakeAt), t.Tries)
}

const dropTimer = `DELETE FROM timers WHERE kind = $1 AND subject = $2`

// DropTimer removes a timer; it may be absent.
func (r records) DropTimer(kind pay.TimerKind, subject string) { r.tx.Exec(dropTimer, kind, subject) }
