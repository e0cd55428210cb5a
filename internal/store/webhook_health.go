package store

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// nextUpdate keeps update times growing, since they guard what people write.
const nextUpdate = `updated_at = CASE WHEN updated_at < $3 THEN $3 ELSE updated_at + 1 END`

// An answer disables the endpoint that gave it: one that a person has changed
// since the request was addressed may lead elsewhere, and is not meant. The URL
// would not tell, since of a chat only its host is in the open.
const disableEndpoint = `UPDATE webhook_endpoints SET state = 'disabled', disabled_for = $2, disabled_at = $3, ` + nextUpdate + `
	WHERE id = $1 AND state = 'active' AND updated_at = $4 RETURNING store_id, env`

// recordDisable logs an attempt whose answer disables the endpoint, and does
// so. An attempt that is logged already did it already: a person may have
// enabled the endpoint since.
func recordDisable(tx sqldb.Tx, o *webhook.Outcome, logged []any) ([]webhook.Notice, error) {
	first, err := tx.Count(insertAttemptLog, logged...)
	if err != nil || first == 0 {
		return nil, err
	}
	notice := webhook.Notice{
		Endpoint: o.Place.Endpoint, Reason: o.Disable, Level: 100,
		Since: o.Attempt.StartedAt, At: o.Attempt.StartedAt,
	}
	err = tx.QueryRow(disableEndpoint, o.Place.Endpoint, o.Disable, sqldb.Micros(notice.At), int64(o.Version)).Scan(&notice.Store, &notice.Env)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []webhook.Notice{insertNotice(tx, notice)}, nil
}

// condition is what the outcomes of one call say about one endpoint.
type condition struct {
	endpoint    webhook.EndpointID
	well        bool
	first, last time.Time // failed attempts
}

// recordHealth writes how endpoints do, with at most one write for each, in the
// order of their ids, so that two nodes do not wait for each other.
func recordHealth(tx sqldb.Tx, outcomes []webhook.Outcome) (notices []webhook.Notice, err error) {
	for _, c := range conditions(outcomes) {
		if c.well {
			tx.Exec(endFailing, c.endpoint)
			continue
		}
		notice, err := recordFailing(tx, c)
		if err != nil {
			return nil, err
		}
		notices = append(notices, notice...)
	}
	return notices, nil
}

func conditions(outcomes []webhook.Outcome) (all []condition) {
	for i := range outcomes {
		o := &outcomes[i]
		if o.Health == "" {
			continue
		}
		at, found := slices.BinarySearchFunc(all, o.Place.Endpoint, func(c condition, id webhook.EndpointID) int {
			return cmp.Compare(c.endpoint, id)
		})
		if !found {
			all = slices.Insert(all, at, condition{endpoint: o.Place.Endpoint})
		}
		c, began := &all[at], o.Attempt.StartedAt
		if o.Health != webhook.Ill {
			c.well = true
			continue
		}
		if c.first.IsZero() || began.Before(c.first) {
			c.first = began
		}
		if began.After(c.last) {
			c.last = began
		}
	}
	return all
}

const (
	endFailing = `UPDATE webhook_endpoints SET failing_since = 0, noticed = 0 WHERE id = $1 AND state = 'active' AND failing_since > 0`

	selectFailing = `SELECT store_id, env, failing_since, noticed FROM webhook_endpoints WHERE id = $1 AND state = 'active'`

	beginFailing = `UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1 AND state = 'active' AND failing_since = 0`

	noteFailing = `UPDATE webhook_endpoints SET noticed = $4
	WHERE id = $1 AND state = 'active' AND failing_since = $2 AND noticed = $3`

	disableFailing = `UPDATE webhook_endpoints SET noticed = $5, state = 'disabled', disabled_for = $6, disabled_at = $3, ` + nextUpdate + `
	WHERE id = $1 AND state = 'active' AND failing_since = $2 AND noticed = $4`
)

// recordFailing begins a time of failing or, when one has reached new levels,
// tells of them; most often it only looks. Both writes that act on what was read
// are guarded by it: a miss runs the transaction again.
func recordFailing(tx sqldb.Tx, c condition) ([]webhook.Notice, error) {
	var since int64
	var noticed int
	notice := webhook.Notice{Endpoint: c.endpoint, Reason: webhook.IsFailing, At: c.last}
	err := tx.QueryRow(selectFailing, c.endpoint).Scan(&notice.Store, &notice.Env, &since, &noticed)
	switch {
	case errors.Is(err, sqldb.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case since == 0:
		tx.Exec(beginFailing, c.endpoint, sqldb.Micros(c.first))
		return nil, nil
	}
	notice.Since = sqldb.Moment(since)
	levels := webhook.NoticeLevels(notice.Since, notice.At, noticed)
	if len(levels) == 0 {
		return nil, nil
	}
	notices := make([]webhook.Notice, 0, len(levels))
	for _, notice.Level = range levels {
		notices = append(notices, insertNotice(tx, notice))
	}
	if notice.Disabled() {
		tx.ExecOne(disableFailing, c.endpoint, since, sqldb.Micros(notice.At), noticed, notice.Level, notice.Reason)
	} else {
		tx.ExecOne(noteFailing, c.endpoint, since, noticed, notice.Level)
	}
	return notices, nil
}
