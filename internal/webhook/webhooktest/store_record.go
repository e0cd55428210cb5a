package webhooktest

import (
	"testing"
	"time"

	"tillway/internal/lease"
	"tillway/internal/webhook"
)

func held(owner lease.Owner) func(*webhook.Delivery) {
	return func(d *webhook.Delivery) { d.Owner, d.WakeAt = owner, start.Add(time.Minute) }
}

func success(id webhook.DeliveryID, owner lease.Owner, number int) webhook.Outcome {
	return webhook.Outcome{
		Attempt: webhook.Attempt{
			Delivery: id, Number: number, StartedAt: start.Add(time.Duration(number) * time.Second),
			URL: "https://shop.example/hook", Address: "203.0.113.7:443", Status: 200,
			Timings: webhook.Timings{
				Resolved: time.Microsecond, Connected: time.Millisecond, Secured: 2 * time.Millisecond,
				FirstByte: 3 * time.Millisecond, Total: 4 * time.Millisecond,
			},
			Request:         []webhook.Header{{Name: "User-Agent", Value: "Tillway"}, {Name: "X-Waffo-Event", Value: "order.completed"}},
			ResponseHeaders: []webhook.Header{{Name: "Content-Type", Value: "text/plain"}},
			Response:        []byte{'o', 'k', 0, 0xff},
		},
		Owner: owner, Next: webhook.Succeeded,
	}
}

func failure(id webhook.DeliveryID, owner lease.Owner, number int) webhook.Outcome {
	outcome := success(id, owner, number)
	outcome.Attempt.Status, outcome.Attempt.Class, outcome.Attempt.Reason = 500, webhook.Status, "The receiver answered 500."
	outcome.Next, outcome.WakeAt = webhook.Pending, start.Add(time.Hour)
	return outcome
}

func successUnderAnyLease(t *testing.T, b *rig) {
	id := b.mustDelivery(1, held(nodeB)).ID
	sent := success(id, nodeA, 1)
	b.mustRecord(sent)
	got := b.mustRead(id)
	wantEqual(t, webhook.Succeeded, got.State)
	wantEqual(t, 1, got.Attempts)
	wantEqual(t, lease.Lease{}, got.Lease())
	wantEqual(t, []webhook.Attempt{sent.Attempt}, b.mustAttempts(id))
	wantEqual(t, 0, len(b.mustClaim(nodeB, start.Add(24*time.Hour), webhook.Share{Queue: got.Queue, Room: 1})))
}

func successAfterEnd(t *testing.T, b *rig) {
	id := b.mustDelivery(1, held(nodeA)).ID
	last := failure(id, nodeA, 1)
	last.Next, last.WakeAt = webhook.Failed, time.Time{}
	b.mustRecord(last)
	b.mustRecord(success(id, nodeA, 2))
	got := b.mustRead(id)
	wantEqual(t, webhook.Failed, got.State)
	wantEqual(t, 1, got.Attempts)
	wantEqual(t, 2, len(b.mustAttempts(id))) // what happened is logged all the same
}

func failureUnderLease(t *testing.T, b *rig) {
	id := b.mustDelivery(1, held(nodeB)).ID
	b.mustRecord(failure(id, nodeA, 1))
	got := b.mustRead(id)
	wantEqual(t, webhook.Pending, got.State)
	wantEqual(t, 0, got.Attempts)
	wantEqual(t, lease.Lease{Owner: nodeB, Until: start.Add(time.Minute)}, got.Lease())

	b.mustRecord(failure(id, nodeB, 1))
	got = b.mustRead(id)
	wantEqual(t, 1, got.Attempts)
	wantEqual(t, lease.Lease{Until: start.Add(time.Hour)}, got.Lease())
}

func recordTwice(t *testing.T, b *rig) {
	id := b.mustDelivery(1, held(nodeA)).ID
	outcome := failure(id, nodeA, 1)
	b.mustRecord(outcome)
	share := webhook.Share{Queue: "queue-a", Room: 1}
	claimed := b.mustClaim(nodeA, outcome.WakeAt, share) // the same owner holds it again
	b.mustRecord(outcome)
	wantEqual(t, claimed[0].Delivery, b.mustRead(id))
	b.mustRecord(success(id, nodeA, 2))
	b.mustRecord(success(id, nodeA, 2))
	got := b.mustRead(id)
	wantEqual(t, webhook.Succeeded, got.State)
	wantEqual(t, 2, got.Attempts)
	wantEqual(t, 2, len(b.mustAttempts(id)))
}

func recordUnsent(t *testing.T, b *rig) {
	id := b.mustDelivery(1, held(nodeA)).ID
	outcome := webhook.Outcome{
		Attempt: webhook.Attempt{Delivery: id, Number: 1, Class: webhook.Removed, Reason: "The endpoint was removed."},
		Owner:   nodeB, Next: webhook.Failed, Unsent: true,
	}
	b.mustRecord(outcome)
	wantEqual(t, webhook.Pending, b.mustRead(id).State)
	outcome.Owner = nodeA
	b.mustRecord(outcome)
	got := b.mustRead(id)
	wantEqual(t, webhook.Failed, got.State)
	wantEqual(t, 0, got.Attempts)
	wantEqual(t, 0, len(b.mustAttempts(id)))
}
