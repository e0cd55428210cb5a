package store

import (
	"cmp"
	"context"
	"slices"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

// The walk hops from queue to queue along the index, so that it costs three
// look-ups for each queue however long the queue is. Text is compared only to
// get on in the walk; any total order would do.
const walkQueues = `WITH RECURSIVE walk (queue_id, hop) AS (
		SELECT (SELECT d.queue_id FROM webhook_deliveries d
			WHERE d.wake_at > 0 AND d.queue_id > $1 ORDER BY d.queue_id LIMIT 1), 1
		UNION ALL
		SELECT (SELECT d.queue_id FROM webhook_deliveries d
			WHERE d.wake_at > 0 AND d.queue_id > walk.queue_id ORDER BY d.queue_id LIMIT 1), hop + 1
		FROM walk WHERE walk.queue_id IS NOT NULL AND hop < $2
	)
	SELECT queue_id, (SELECT d.wake_at FROM webhook_deliveries d
		WHERE d.wake_at > 0 AND d.queue_id = walk.queue_id ORDER BY d.wake_at LIMIT 1),
		COALESCE((SELECT e.updated_at FROM webhook_endpoints e WHERE e.id = walk.queue_id), 0)
	FROM walk WHERE queue_id IS NOT NULL ORDER BY hop`

// DueQueues is one page of the walk over queues in which something waits.
func (w *Webhooks) DueQueues(ctx context.Context, after webhook.QueueID, limit int) (page webhook.QueuePage, err error) {
	err = w.db.Read(ctx, func(q sqldb.Querier) (err error) {
		page, err = queuePage(q, after, limit)
		return err
	})
	return page, err
}

func queuePage(q sqldb.Querier, after webhook.QueueID, limit int) (webhook.QueuePage, error) {
	rows, err := q.Query(walkQueues, after, limit)
	if err != nil {
		return webhook.QueuePage{}, err
	}
	defer rows.Close()
	var page webhook.QueuePage
	for rows.Next() {
		var queue webhook.WaitingQueue
		var wake int64
		if err := rows.Scan(&queue.ID, &wake, &queue.Version); err != nil {
			return webhook.QueuePage{}, err
		}
		queue.WakeAt = sqldb.Moment(wake)
		page.Queues = append(page.Queues, queue)
	}
	page.Last = len(page.Queues) < limit
	return page, rows.Err()
}

// The outer guard is repeated: on PostgreSQL another node may have leased a row
// between the inner look and the write, which waits for that node's commit and
// then looks again. Its plus signs keep SQLite from finding the row by time
// instead of by id.
const claimQueue = `UPDATE webhook_deliveries SET lease_owner = $1, wake_at = $2
	WHERE +wake_at > 0 AND +wake_at <= $3 AND id IN (
		SELECT id FROM webhook_deliveries
		WHERE queue_id = $4 AND wake_at > 0 AND wake_at <= $3 ORDER BY wake_at LIMIT $5)
	RETURNING ` + deliveryColumns

const claimOne = `UPDATE webhook_deliveries SET lease_owner = $1, wake_at = $2
	WHERE id = $4 AND +wake_at > 0 AND +wake_at <= $3 RETURNING ` + deliveryColumns

// Claim leases due rows, for each share at most its room.
func (w *Webhooks) Claim(ctx context.Context, claim webhook.Claim) (claimed []webhook.Claimed, err error) {
	err = w.db.Write(ctx, func(tx sqldb.Tx) error {
		claimed = claimed[:0]
		for _, share := range claim.Shares {
			rows, err := claimShare(webhookTx{Tx: tx, keys: w.keys}, claim, share)
			if err != nil {
				return err
			}
			claimed = append(claimed, rows...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func claimShare(tx webhookTx, claim webhook.Claim, share webhook.Share) ([]webhook.Claimed, error) {
	statement, args := claimQueue, []any{claim.Lease.Owner, sqldb.Micros(claim.Lease.Until), sqldb.Micros(claim.Now), share.Queue, share.Room}
	if share.Only != "" {
		statement, args = claimOne, append(args[:3], share.Only)
	}
	rows, err := tx.Query(statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var claimed []webhook.Claimed
	for rows.Next() {
		delivery, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		claimed = append(claimed, webhook.Claimed{Delivery: delivery})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	oldestFirst(claimed) // RETURNING promises no order
	return claimed, address(tx, claimed)
}

const dueOfQueue = `SELECT ` + deliveryColumns + ` FROM webhook_deliveries
	WHERE queue_id = $1 AND wake_at > 0 AND wake_at <= $2 AND (wake_at, id) > ($3, $4) ORDER BY wake_at, id LIMIT $5`

const dueOne = `SELECT ` + deliveryColumns + ` FROM webhook_deliveries
	WHERE id = $1 AND wake_at > 0 AND wake_at <= $2`

// Due reads due rows that are not held, for each share at most its room.
func (w *Webhooks) Due(ctx context.Context, due webhook.Due) (found []webhook.Claimed, err error) {
	err = w.db.Read(ctx, func(q sqldb.Querier) error {
		found = found[:0]
		for _, share := range due.Shares {
			rows, err := w.dueShare(q, due, share)
			if err != nil {
				return err
			}
			found = append(found, rows...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// dueShare reads one share, and as many rows more as it may have to pass over.
func (w *Webhooks) dueShare(q sqldb.Querier, due webhook.Due, share webhook.Share) ([]webhook.Claimed, error) {
	statement, args := dueOfQueue, []any{share.Queue, sqldb.Micros(due.Now), sqldb.Micros(share.After.At), share.After.ID, share.Room + share.Held}
	if share.Only != "" {
		statement, args = dueOne, []any{share.Only, sqldb.Micros(due.Now)}
	}
	rows, err := q.Query(statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []webhook.Claimed
	for rows.Next() && len(found) < share.Room {
		delivery, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		if !due.Held[delivery.ID] {
			found = append(found, webhook.Claimed{Delivery: delivery})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	oldestFirst(found)
	return found, address(webhookTx{Tx: snapshot{Querier: q}, keys: w.keys}, found)
}

func oldestFirst(claimed []webhook.Claimed) {
	slices.SortFunc(claimed, func(a, b webhook.Claimed) int {
		return cmp.Or(a.Delivery.CreatedAt.Compare(b.Delivery.CreatedAt), cmp.Compare(a.Delivery.ID, b.Delivery.ID))
	})
}

// address directs the deliveries of one queue to where their endpoint is now,
// or stops them when the endpoint does not receive any more.
func address(tx webhookTx, claimed []webhook.Claimed) error {
	if len(claimed) == 0 || claimed[0].Delivery.Endpoint == "" {
		return nil
	}
	endpoint, err := tx.Endpoint(claimed[0].Delivery.Endpoint)
	var stop webhook.Class
	switch {
	case fault.Is(err, fault.NotFound):
		stop = webhook.Removed
	case err != nil:
		return err
	case endpoint.State != webhook.Active:
		stop = webhook.Halted
	case endpoint.Locked:
		stop = webhook.Locked
	}
	shown, route := endpoint.Shown(), endpoint.Route()
	for i := range claimed {
		claimed[i].Stop = stop
		if stop == "" {
			claimed[i].Delivery.URL, claimed[i].Delivery.Route = shown, route
			resign(&claimed[i].Delivery, endpoint)
		}
	}
	return nil
}

// resign has a delivery that is signed with its endpoint's own secret follow a
// change of scheme, which replaced that secret. One that the platform's pair
// signs goes on so.
func resign(d *webhook.Delivery, endpoint webhook.Endpoint) {
	if d.KeyName == string(endpoint.ID) && endpoint.Scheme.HasSecret() {
		d.Scheme = endpoint.Scheme
	}
}
