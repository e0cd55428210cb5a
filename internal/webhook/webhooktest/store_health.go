package webhooktest

import (
	"sync"
	"testing"
	"time"

	"tillway/internal/webhook"
)

// told is an attempt to the endpoint whose answer disables it.
func told(endpoint webhook.Endpoint, d webhook.Delivery, reason webhook.DisabledFor) webhook.Outcome {
	outcome := failure(d.ID, nodeA, d.Attempts+1)
	outcome.Attempt.URL, outcome.Version = endpoint.Shown(), endpoint.Version()
	outcome.Place, outcome.Disable = webhook.Place{Endpoint: endpoint.ID, Queue: d.Queue}, reason
	return outcome
}

// ill is a failed attempt to the endpoint, at a time after start.
func ill(endpoint webhook.Endpoint, after time.Duration) webhook.Outcome {
	outcome := failure("delivery", nodeA, 1)
	outcome.Attempt.StartedAt = start.Add(after)
	outcome.Place, outcome.Health = webhook.Place{Endpoint: endpoint.ID}, webhook.Ill
	return outcome
}

// well is a success of the endpoint.
func well(endpoint webhook.Endpoint, after time.Duration) webhook.Outcome {
	outcome := ill(endpoint, after)
	outcome.Attempt.Class, outcome.Next, outcome.Health = "", webhook.Succeeded, webhook.Well
	return outcome
}

func (b *rig) mustReadEndpoint(id webhook.EndpointID) webhook.Endpoint {
	b.t.Helper()
	endpoint, err := b.readEndpoint(id)
	if err != nil {
		b.t.Fatalf("endpoint: %v", err)
	}
	return endpoint
}

func (b *rig) mustNotices(id webhook.EndpointID) []webhook.Notice {
	b.t.Helper()
	notices, err := b.Log.Notices(b.t.Context(), id)
	if err != nil {
		b.t.Fatalf("notices: %v", err)
	}
	return notices
}

func (b *rig) mustUpdate(in webhook.UpdateEndpointIn) {
	b.t.Helper()
	b.mustWrite(func(tx webhook.Tx) error {
		_, err := webhook.UpdateEndpoint(b.t.Context(), tx, in)
		return err
	})
}

func disableOnce(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	// The lease is another's by now: the receiver's word counts all the same.
	d := b.mustDelivery(1, held(nodeB))
	outcome := told(endpoint, d, webhook.Gone)
	want := []webhook.Notice{webhook.Notice{
		Endpoint: endpoint.ID, Store: endpoint.Store, Env: endpoint.Env, Reason: webhook.Gone, Level: 100,
		Since: outcome.Attempt.StartedAt, At: outcome.Attempt.StartedAt,
	}.Named()}
	wantEqual(t, want, b.mustRecord(outcome))
	read := b.mustReadEndpoint(endpoint.ID)
	wantEqual(t, webhook.Disabled, read.State)
	wantEqual(t, webhook.Gone, read.DisabledFor)
	wantEqual(t, outcome.Attempt.StartedAt, read.DisabledAt)
	wantEqual(t, true, read.UpdatedAt.After(endpoint.UpdatedAt))
	wantEqual(t, webhook.Pending, b.mustRead(d.ID).State)

	active := webhook.Active
	b.mustUpdate(webhook.UpdateEndpointIn{ID: endpoint.ID, State: &active, Now: start.Add(time.Hour)})
	wantEqual(t, 0, len(b.mustRecord(outcome))) // a second time
	wantEqual(t, webhook.Active, b.mustReadEndpoint(endpoint.ID).State)

	again := told(b.mustReadEndpoint(endpoint.ID), b.mustDelivery(2, held(nodeA)), webhook.ToldTo)
	again.Attempt.StartedAt = start.Add(2 * time.Hour)
	b.mustRecord(again)
	wantEqual(t, webhook.ToldTo, b.mustReadEndpoint(endpoint.ID).DisabledFor)
	wantEqual(t, 2, len(b.mustNotices(endpoint.ID)))
	wantEqual(t, want[0], b.mustNotices(endpoint.ID)[0])
}

func disableFormer(t *testing.T, b *rig) {
	for n, former := range []webhook.Endpoint{
		{ID: "http", Channel: webhook.HTTP, URL: "https://shop.example/hook"},
		{ID: "chat", Channel: webhook.Slack, URL: "https://hooks.slack.com/services/T1/B1/old"}, // which logs show by its host alone
	} {
		endpoint := b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.Channel, e.URL = former.ID, former.Channel, former.URL })
		late := told(endpoint, b.mustDelivery(2*n, held(nodeA)), webhook.Gone)
		moved := endpoint
		moved.URL, moved.UpdatedAt = former.URL+"-new", start.Add(time.Second)
		b.mustWrite(func(tx webhook.Tx) error { return tx.UpdateEndpoint(moved, endpoint) })
		wantEqual(t, 0, len(b.mustRecord(late)))
		wantEqual(t, webhook.Active, b.mustReadEndpoint(endpoint.ID).State)
		wantEqual(t, 1, len(b.mustAttempts(deliveryID(2*n))))
		wantEqual(t, 1, len(b.mustRecord(told(moved, b.mustDelivery(2*n+1, held(nodeA)), webhook.Gone))))
	}
}

func failingSpan(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	b.mustRecord(ill(endpoint, 2*time.Second), ill(endpoint, time.Second))
	b.mustRecord(ill(endpoint, time.Hour))
	read := b.mustReadEndpoint(endpoint.ID)
	wantEqual(t, start.Add(time.Second), read.FailingSince)
	wantEqual(t, true, read.Route().Failing)
	b.mustRecord(well(endpoint, 2*time.Hour))
	wantEqual(t, endpoint, b.mustReadEndpoint(endpoint.ID))

	off := b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "off", webhook.Disabled })
	b.mustRecord(ill(off, time.Hour), ill(webhook.Endpoint{ID: "removed"}, time.Hour))
	wantEqual(t, off, b.mustReadEndpoint(off.ID))
}

func failingOutweighed(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	b.mustRecord(ill(endpoint, 0))
	b.mustRecord(ill(endpoint, webhook.FailingSpan), well(endpoint, time.Hour), ill(endpoint, 2*webhook.FailingSpan))
	wantEqual(t, endpoint, b.mustReadEndpoint(endpoint.ID))
	wantEqual(t, 0, len(b.mustNotices(endpoint.ID)))
}

func failingLevels(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	day := 24 * time.Hour
	var levels []int
	for _, after := range []time.Duration{
		0, 2*day + 12*time.Hour - 1, 2*day + 12*time.Hour, 3 * day, 4*day + 12*time.Hour, 5*day - time.Microsecond, 5 * day, 6 * day,
	} {
		outcome := ill(endpoint, after)
		notices := b.mustRecord(outcome)
		wantEqual(t, 0, len(b.mustRecord(outcome)))
		for _, notice := range notices {
			wantEqual(t, start, notice.Since)
			wantEqual(t, outcome.Attempt.StartedAt, notice.At)
			wantEqual(t, notice.Named(), notice)
			levels = append(levels, notice.Level)
		}
	}
	wantEqual(t, []int{50, 90, 100}, levels)
	read := b.mustReadEndpoint(endpoint.ID)
	wantEqual(t, webhook.Disabled, read.State)
	wantEqual(t, webhook.IsFailing, read.DisabledFor)
	wantEqual(t, start.Add(5*day), read.DisabledAt)
	wantEqual(t, 100, read.Noticed)
	wantEqual(t, 3, len(b.mustNotices(endpoint.ID)))
	// Where little is sent, levels are skipped, and told together.
	seldom := b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "seldom" })
	b.mustRecord(ill(seldom, 0))
	wantEqual(t, 0, len(b.mustRecord(ill(seldom, 2*day))))
	outcome := ill(seldom, 5*day+time.Hour)
	notices := b.mustRecord(outcome)
	wantEqual(t, 3, len(notices))
	for n, level := range []int{50, 90, 100} {
		wantEqual(t, level, notices[n].Level)
		wantEqual(t, outcome.Attempt.StartedAt, notices[n].At)
	}
	wantEqual(t, 0, len(b.mustRecord(outcome)))
	wantEqual(t, 3, len(b.mustNotices(seldom.ID)))
	wantEqual(t, webhook.Disabled, b.mustReadEndpoint(seldom.ID).State)
}

func failingTogether(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	b.mustRecord(ill(endpoint, 0))
	b.mustRecord(ill(endpoint, webhook.FailingSpan/2))
	b.mustRecord(ill(endpoint, webhook.FailingSpan/10*9))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := b.Store.Record(t.Context(), []webhook.Outcome{ill(endpoint, webhook.FailingSpan)}); err != nil {
				t.Errorf("record: %v", err)
			}
		})
	}
	group.Wait()
	wantEqual(t, 3, len(b.mustNotices(endpoint.ID)))
	wantEqual(t, webhook.Disabled, b.mustReadEndpoint(endpoint.ID).State)
}

func healthKept(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	b.mustRecord(ill(endpoint, 0))
	stale := endpoint // read before the failure
	stale.Description, stale.UpdatedAt = "till 1", start.Add(time.Second)
	b.mustWrite(func(tx webhook.Tx) error { return tx.UpdateEndpoint(stale, endpoint) })
	read := b.mustReadEndpoint(endpoint.ID)
	wantEqual(t, start, read.FailingSince)
	wantEqual(t, "till 1", read.Description)
}

func healthWiped(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(func(e *webhook.Endpoint) {
		e.State, e.DisabledFor, e.DisabledAt, e.FailingSince, e.Noticed = webhook.Disabled, webhook.IsFailing, start, start.Add(-time.Hour), 100
	})
	active, disabled := webhook.Active, webhook.Disabled
	b.mustUpdate(webhook.UpdateEndpointIn{ID: endpoint.ID, State: &disabled, Now: start})
	wantEqual(t, webhook.IsFailing, b.mustReadEndpoint(endpoint.ID).DisabledFor) // it was already
	b.mustUpdate(webhook.UpdateEndpointIn{ID: endpoint.ID, State: &active, Now: start})
	read := b.mustReadEndpoint(endpoint.ID)
	want := endpoint
	want.State, want.DisabledFor, want.DisabledAt, want.FailingSince, want.Noticed = active, "", time.Time{}, time.Time{}, 0
	want.UpdatedAt = read.UpdatedAt
	wantEqual(t, want, read)
	b.mustUpdate(webhook.UpdateEndpointIn{ID: endpoint.ID, State: &disabled, Now: start.Add(time.Hour)})
	read = b.mustReadEndpoint(endpoint.ID)
	wantEqual(t, webhook.ByHand, read.DisabledFor)
	wantEqual(t, start.Add(time.Hour), read.DisabledAt)
}
