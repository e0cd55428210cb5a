package webhooktest

import (
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

// mustCallback inserts a callback that signs with a secret of its own.
func (b *rig) mustCallback(change func(*webhook.Callback)) webhook.Callback {
	b.t.Helper()
	callback := webhook.Callback{
		ID: "4f0c0d3e-0000-7000-8000-00000000000c", Store: "STO_1", Env: webhook.Test, Dialect: "wayl",
		URL: "https://shop.example/told", Scheme: webhook.WaylScheme, Secret: "1234567890", CreatedAt: start,
	}
	if change != nil {
		change(&callback)
	}
	b.mustWrite(func(tx webhook.Tx) error { return tx.InsertCallback(callback) })
	return callback
}

// toCallback makes a delivery one of the callback's.
func toCallback(callback webhook.Callback) func(*webhook.Delivery) {
	return func(d *webhook.Delivery) {
		d.Queue, d.URL, d.Scheme, d.KeyName = callback.Queue(), callback.URL, callback.Scheme, callback.KeyName()
	}
}

func (b *rig) readCallback(id webhook.CallbackID) (callback webhook.Callback, err error) {
	err = b.Write(b.t.Context(), func(tx webhook.Tx) (err error) {
		callback, err = tx.Callback(id)
		return err
	})
	return callback, err
}

func callbackReadsBack(t *testing.T, b *rig) {
	for _, change := range []func(*webhook.Callback){
		nil,
		func(c *webhook.Callback) { c.ID, c.Scheme, c.Secret = "unsigned", "", "" },
		func(c *webhook.Callback) {
			c.ID, c.Store, c.Env, c.Dialect, c.Scheme, c.Secret = "live", "STO_2", webhook.Prod, "diddo", webhook.DiddoScheme, "whsec_<&>"
		},
	} {
		written := b.mustCallback(change)
		read, err := b.readCallback(written.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, written.Secret.Reveal(), read.Secret.Reveal())
		wantEqual(t, written, read)
	}
	if _, err := b.readCallback("absent"); fault.CodeOf(err) != "callback_not_found" || !fault.Is(err, fault.NotFound) {
		t.Errorf("an absent callback gave %v", err)
	}
}

// A delivery without an endpoint goes to no endpoint's address and is stopped by
// none, whatever endpoints there are.
func callbackClaimed(t *testing.T, b *rig) {
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID, e.State = "", webhook.Disabled }) // a row that it might be joined to
	b.mustEndpoint(func(e *webhook.Endpoint) { e.URL = "https://shop.example/registered" })
	callback := b.mustCallback(nil)
	first := b.mustDelivery(1, toCallback(callback))
	second := b.mustDelivery(2, toCallback(callback))
	share := webhook.Share{Queue: callback.Queue(), Room: 5}
	found, err := b.Store.Due(t.Context(), webhook.Due{Now: start, Shares: []webhook.Share{share}})
	if err != nil {
		t.Fatal(err)
	}
	for _, claimed := range [][]webhook.Claimed{found, b.mustClaim(nodeA, start, share)} {
		wantEqual(t, []webhook.DeliveryID{first.ID, second.ID}, ids(claimed))
		for _, row := range claimed {
			wantEqual(t, webhook.Class(""), row.Stop)
			wantEqual(t, callback.URL, row.Delivery.URL)
			wantEqual(t, webhook.Route{}, row.Delivery.Route)
			wantEqual(t, callback.KeyName(), row.Delivery.KeyName)
			wantEqual(t, true, row.Delivery.Called())
		}
	}
}

// What a callback answers is recorded with its delivery, and nowhere else.
func callbackRecorded(t *testing.T, b *rig) {
	nameless := b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "" })
	callback := b.mustCallback(nil)
	id := b.mustDelivery(1, func(d *webhook.Delivery) { toCallback(callback)(d); held(nodeA)(d) }).ID
	gone := failure(id, nodeA, 1)
	gone.Place, gone.Attempt.Status = webhook.Place{Queue: callback.Queue()}, 410
	gone.Next, gone.WakeAt = webhook.Failed, time.Time{}
	wantEqual(t, 0, len(b.mustRecord(gone)))
	wantEqual(t, webhook.Failed, b.mustRead(id).State)
	wantEqual(t, 1, len(b.mustAttempts(id)))
	wantEqual(t, nameless, b.mustReadEndpoint(""))
}

func callbackResent(t *testing.T, b *rig) {
	callback := b.mustCallback(nil)
	signed := b.mustDelivery(1, func(d *webhook.Delivery) { ended(webhook.Failed, 3)(d); toCallback(callback)(d) })
	unsigned := b.mustDelivery(2, ended(webhook.Succeeded, 1))
	for _, delivery := range []webhook.Delivery{signed, unsigned} {
		resent, err := b.resend(delivery.ID, start)
		if err != nil || resent.Effect != webhook.Restarted {
			t.Errorf("resent with %q, %v", resent.Effect, err)
		}
		wantEqual(t, webhook.Pending, b.mustRead(delivery.ID).State)
	}
}

// A recovery that names no endpoint restarts what failed to callbacks, too; one
// that names an endpoint does not.
func callbackRecovered(t *testing.T, b *rig) {
	b.mustEndpoint(func(e *webhook.Endpoint) { e.ID = "alive" })
	callback := b.mustCallback(nil)
	place := func(n int) webhook.DeliveryID {
		return b.mustDelivery(n, func(d *webhook.Delivery) { ended(webhook.Failed, 2)(d); toCallback(callback)(d) }).ID
	}
	failed := []webhook.DeliveryID{place(1), place(2)}
	page := func(endpoint webhook.EndpointID) (page webhook.Page) {
		b.mustWrite(func(tx webhook.Tx) (err error) {
			page, err = webhook.RecoverPage(tx, webhook.Recovery{
				Kind: webhook.RecoverFailed, Store: "STO_1", Env: webhook.Test, Endpoint: endpoint, Since: start, Until: start.Add(time.Hour),
			}, start)
			return err
		})
		return page
	}
	of := page("alive")
	wantEqual(t, []int{0, 0, 0}, []int{of.Found, of.Done, of.Skipped})
	of = page("")
	wantEqual(t, []int{2, 2, 0}, []int{of.Found, of.Done, of.Skipped})
	for _, id := range failed {
		wantEqual(t, webhook.Pending, b.mustRead(id).State)
	}
}
