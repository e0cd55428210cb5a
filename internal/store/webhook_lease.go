package store

import (
	"context"
	"time"

	"tillway/internal/lease"
	"tillway/internal/sqldb"
	"tillway/internal/webhook"
)

const renewLease = `UPDATE webhook_deliveries SET wake_at = $2
	WHERE id = $1 AND lease_owner = $3 AND wake_at > $4`

// Renew extends leases that still stand and says which did.
func (w *Webhooks) Renew(ctx context.Context, renewal webhook.Renewal) (kept []webhook.DeliveryID, err error) {
	err = w.db.Write(ctx, func(tx sqldb.Tx) error {
		kept = kept[:0]
		for _, id := range renewal.IDs {
			n, err := tx.Count(renewLease, id, sqldb.Micros(renewal.Lease.Until), renewal.Lease.Owner, sqldb.Micros(renewal.Now))
			if err != nil {
				return err
			}
			if n == 1 {
				kept = append(kept, id)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

const releaseLease = `UPDATE webhook_deliveries SET wake_at = $3, lease_owner = ''
	WHERE id = $1 AND lease_owner = $2 AND wake_at > 0`

// Release gives unsent deliveries back: due at now, owned by nobody.
func (w *Webhooks) Release(ctx context.Context, owner lease.Owner, ids []webhook.DeliveryID, now time.Time) error {
	return w.db.Write(ctx, func(tx sqldb.Tx) error {
		for _, id := range ids {
			tx.Exec(releaseLease, id, owner, sqldb.Micros(now))
		}
		return nil
	})
}

// A lease ends soon, so that what is leased stands at the head of its queue and
// a long backlog is not looked at.
const freeOrphans = `UPDATE webhook_deliveries SET wake_at = $3, lease_owner = ''
	WHERE queue_id = $1 AND wake_at > 0 AND wake_at <= $4 AND lease_owner <> '' AND lease_owner <> $2`

// Orphans frees what other owners hold in one page of queues.
func (w *Webhooks) Orphans(ctx context.Context, o webhook.Orphans) (page webhook.QueuePage, err error) {
	err = w.db.Write(ctx, func(tx sqldb.Tx) (err error) {
		if page, err = queuePage(tx, o.After, o.Limit); err != nil {
			return err
		}
		for _, queue := range page.Queues {
			if !queue.WakeAt.After(o.Horizon) {
				tx.Exec(freeOrphans, queue.ID, o.Owner, sqldb.Micros(o.Now), sqldb.Micros(o.Horizon))
			}
		}
		return nil
	})
	return page, err
}
