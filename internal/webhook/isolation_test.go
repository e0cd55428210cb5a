package webhook_test

import (
	"fmt"
	"testing"

	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// However many receivers hang, a healthy one gets everything while they still
// do. Nothing here measures time: the hanging requests outlast the healthy ones
// or the test fails.
func TestHangingReceiversDoNotDelayAHealthyOne(t *testing.T) {
	t.Parallel()
	for _, hanging := range []int{1, 100} {
		t.Run(fmt.Sprint(hanging, " hanging"), func(t *testing.T) {
			t.Parallel()
			const healthyDeliveries = 200
			// Far fewer slots than the hanging endpoints would like to have.
			r := startRig(t, func(c *webhook.Config) { c.Slots = 32 })
			hung, healthy := webhooktest.NewReceiver(t).Set(webhooktest.Hang), webhooktest.NewReceiver(t)
			for range hanging {
				r.mustSend(r.mustEndpoint(hung.URL), 10)
			}
			hung.Wait(t, min(hanging, 16))
			deliveries := r.mustSend(r.mustEndpoint(healthy.URL), healthyDeliveries)
			healthy.Wait(t, healthyDeliveries)
			if held := hung.Holding(); held < min(hanging, 16) {
				t.Errorf("only %d requests still hang: the healthy ones waited for them", held)
			}
			wantEachOnce(t, healthy, deliveries)
		})
	}
}

// The same for rows that wait in the table: a long backlog of a receiver that
// hangs hides nobody behind it.
func TestABacklogHidesNoOtherEndpoint(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *webhook.Config) { c.Slots = 8 })
	hung, healthy := webhooktest.NewReceiver(t).Set(webhooktest.Hang), webhooktest.NewReceiver(t)
	stuck := r.mustEndpoint(hung.URL)
	var backlog []webhook.Delivery
	for range 2000 {
		backlog = append(backlog, due(r.birth(stuck).Delivery()))
	}
	r.mustInsert(backlog...)
	r.mustInsert(due(r.birth(r.mustEndpoint(healthy.URL)).Delivery()))
	r.Start(t.Context())
	healthy.Wait(t, 1)
	hung.Wait(t, 1)
	if held := hung.Holding(); held == 0 {
		t.Error("nothing hangs any more: the healthy one waited")
	}
}
