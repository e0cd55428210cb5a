package webhooktest

import (
	"fmt"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func listenIn(name string, now time.Time) webhook.ListenIn {
	return webhook.ListenIn{
		Store: "STO_1", Env: webhook.Test, Dialect: "pancake", Name: name, Forward: "http://localhost:3000/hook",
		Events: []webhook.EventType{"order.completed"}, Now: now,
	}
}

func (b *rig) listen(in webhook.ListenIn) (endpoint webhook.Endpoint, err error) {
	err = b.Write(b.t.Context(), func(tx webhook.Tx) (err error) {
		endpoint, err = webhook.Listen(b.t.Context(), tx, in)
		return err
	})
	return endpoint, err
}

func (b *rig) mustListen(in webhook.ListenIn) webhook.Endpoint {
	b.t.Helper()
	endpoint, err := b.listen(in)
	if err != nil {
		b.t.Fatal(err)
	}
	read, err := b.readEndpoint(endpoint.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	wantEqual(b.t, endpoint, read)
	return endpoint
}

func listenerFoundAgain(t *testing.T, b *rig) {
	first := b.mustListen(listenIn("till", start))
	again := b.mustListen(listenIn("till", start.Add(time.Hour)))
	if again.ID != first.ID || !again.UsedAt.Equal(start.Add(time.Hour)) || !again.CreatedAt.Equal(start) {
		t.Errorf("found %+v, want the first, used an hour later", again)
	}
	changed := listenIn("till", start.Add(2*time.Hour))
	changed.Forward, changed.Events = "http://localhost:4000/", []webhook.EventType{"refund.succeeded"}
	moved := b.mustListen(changed)
	if moved.ID != first.ID || moved.URL != "http://localhost:4000/" || len(moved.Events) != 1 || moved.Events[0] != "refund.succeeded" {
		t.Errorf("found %+v, want the first as it is now", moved)
	}
	elsewhere := listenIn("till", start)
	elsewhere.Env = webhook.Prod
	if b.mustListen(elsewhere).ID == first.ID {
		t.Error("two environments share a listener")
	}
}

// What waited for one that is gone is not sent to the next of its name.
func listenerBeginsAnew(t *testing.T, b *rig) {
	first := b.mustListen(listenIn("till", start))
	b.mustWrite(func(tx webhook.Tx) error { return tx.DeleteEndpoint(first.ID) })
	next := b.mustListen(listenIn("till", start.Add(25*time.Hour)))
	if next.ID == first.ID || next.Queue() == first.Queue() {
		t.Errorf("it goes on as %s, and what waited goes with it", next.ID)
	}
	if again := b.mustListen(listenIn("till", start.Add(26*time.Hour))); again.ID != next.ID {
		t.Errorf("found %s, want %s", again.ID, next.ID)
	}
}

func listenerKeepsItsName(t *testing.T, b *rig) {
	listener := b.mustListen(listenIn("till", start))
	for name, refused := range map[string]bool{"till": false, "another": true} {
		err := b.Write(t.Context(), func(tx webhook.Tx) error {
			_, err := webhook.UpdateEndpoint(t.Context(), tx, webhook.UpdateEndpointIn{ID: listener.ID, Description: &name, Now: start})
			return err
		})
		if got := fault.CodeOf(err) == "listener_name"; got != refused || !refused && err != nil {
			t.Errorf("the description %q gave %v", name, err)
		}
	}
}

func listenersCountApart(t *testing.T, b *rig) {
	for n := range webhook.MaxListeners {
		b.mustListen(listenIn(fmt.Sprint("till ", n), start.Add(time.Duration(n)*time.Second)))
	}
	if _, err := b.listen(listenIn("one more", start)); fault.CodeOf(err) != "too_many_listeners" {
		t.Errorf("one more gave %v, want too_many_listeners", err)
	}
	b.mustListen(listenIn("till 3", start.Add(time.Hour)))
	endpointLimit(t, b) // as if there were no listeners
	b.mustWrite(func(tx webhook.Tx) error {
		listed, err := tx.Endpoints("STO_1", webhook.Test)
		if want := webhook.MaxEndpoints/2 + webhook.MaxListeners; len(listed) != want {
			t.Errorf("%d endpoints are listed, want %d", len(listed), want)
		}
		return err
	})
}

func listenerTouched(t *testing.T, b *rig) {
	listener, other := b.mustListen(listenIn("till", start)), b.mustEndpoint(nil)
	later := start.Add(time.Minute)
	b.mustWrite(func(tx webhook.Tx) error {
		for _, id := range []webhook.EndpointID{listener.ID, other.ID, "absent"} {
			if err := tx.TouchListener(id, later); err != nil {
				return err
			}
		}
		return nil
	})
	listener.UsedAt = later
	for _, want := range []webhook.Endpoint{listener, other} {
		read, err := b.readEndpoint(want.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, want, read)
	}
}

func listenerUnleased(t *testing.T, b *rig) {
	listener := b.mustListen(listenIn("till", start))
	born := webhook.Birth{
		ID: deliveryID(1), Endpoint: listener, EventID: "event-1", EventType: "order.completed", EventKey: "PAY_1",
		Body: []byte("{}"), Scheme: webhook.PancakeScheme, Schedule: "pancake", Owner: nodeA, Now: start,
	}.Delivery()
	b.mustWrite(func(tx webhook.Tx) error {
		_, err := tx.InsertDelivery(born)
		return err
	})
	if born.Queue == webhook.QueueID(listener.ID) || born.Queue != listener.Queue() {
		t.Errorf("the queue is %s", born.Queue)
	}
	claimed := b.mustClaim(nodeB, start, webhook.Share{Queue: born.Queue, Room: 10})
	if len(claimed) != 1 || claimed[0].Stop != "" || claimed[0].Delivery.URL != listener.URL {
		t.Errorf("another node claimed %+v, want the delivery at once", claimed)
	}
}
