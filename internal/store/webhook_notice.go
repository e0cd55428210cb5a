package store

import (
	"context"
	"slices"

	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const noticeColumns = `id, endpoint_id, store_id, env, reason, level, since, at`

const addNotice = `INSERT INTO webhook_notices (` + noticeColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (endpoint_id, since, level) DO NOTHING`

// insertNotice writes a notice and returns it with its id.
func insertNotice(tx sqldb.Tx, n webhook.Notice) webhook.Notice {
	n = n.Named()
	tx.Exec(addNotice, n.ID, n.Endpoint, n.Store, n.Env, n.Reason, n.Level, sqldb.Micros(n.Since), sqldb.Micros(n.At))
	return n
}

// noticeLimit bounds a list of notices.
const noticeLimit = 100

const selectNotices = `SELECT ` + noticeColumns + ` FROM webhook_notices
	WHERE endpoint_id = $1 ORDER BY since DESC, level DESC LIMIT $2`

// Notices lists an endpoint's latest notices, oldest first.
func (w *Webhooks) Notices(ctx context.Context, id webhook.EndpointID) (notices []webhook.Notice, err error) {
	err = w.db.Read(ctx, func(q sqldb.Querier) (err error) {
		notices, err = list(q, scanNotice, selectNotices, id, noticeLimit)
		return err
	})
	slices.Reverse(notices)
	return notices, err
}

func scanNotice(row sqldb.Row) (n webhook.Notice, err error) {
	var since, at int64
	err = row.Scan(&n.ID, &n.Endpoint, &n.Store, &n.Env, &n.Reason, &n.Level, &since, &at)
	n.Since, n.At = sqldb.Moment(since), sqldb.Moment(at)
	return n, err
}
