package webhooktest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/webhook"
)

func (b *rig) readEndpoint(id webhook.EndpointID) (endpoint webhook.Endpoint, err error) {
	err = b.Write(b.t.Context(), func(tx webhook.Tx) (err error) {
		endpoint, err = tx.Endpoint(id)
		return err
	})
	return endpoint, err
}

func endpointReadsBack(t *testing.T, b *rig) {
	for i, change := range []func(*webhook.Endpoint){
		nil,
		func(e *webhook.Endpoint) { e.Secret = "whsec_abc" },
		func(e *webhook.Endpoint) { e.Events = []webhook.EventType{} },
		func(e *webhook.Endpoint) { e.State, e.Env, e.Channel = webhook.Disabled, webhook.Prod, webhook.Slack },
		func(e *webhook.Endpoint) {
			e.Description, e.Scheme, e.Schedule, e.Ordered, e.RatePerMinute = "till 1", webhook.StandardScheme, "patient", true, 90
			e.Previous, e.PreviousUntil = "whsec_old", start.Add(time.Hour)
			e.Headers = []webhook.Header{{Name: "Authorization", Value: "Bearer <&>"}}
			e.DisabledFor, e.DisabledAt, e.FailingSince, e.Noticed, e.UsedAt = webhook.Gone, start, start.Add(-time.Hour), 50, start
		},
	} {
		written := b.mustEndpoint(func(e *webhook.Endpoint) {
			e.ID = webhook.EndpointID(fmt.Sprintf("endpoint-%d", i))
			if change != nil {
				change(e)
			}
		})
		read, err := b.readEndpoint(written.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, written.Secret.Reveal(), read.Secret.Reveal())
		wantEqual(t, written.Previous.Reveal(), read.Previous.Reveal())
		wantEqual(t, written, read)
	}
	if _, err := b.readEndpoint("absent"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an absent endpoint gave %v, want a fault of kind NotFound", err)
	}
}

func endpointsAreListed(t *testing.T, b *rig) {
	place := func(id webhook.EndpointID, store webhook.StoreID, env webhook.Env, age time.Duration) {
		b.mustEndpoint(func(e *webhook.Endpoint) {
			e.ID, e.Store, e.Env, e.CreatedAt = id, store, env, start.Add(-age)
		})
	}
	place("young", "STO_1", webhook.Test, 0)
	place("old", "STO_1", webhook.Test, time.Hour)
	place("live", "STO_1", webhook.Prod, 0)
	place("foreign", "STO_2", webhook.Test, 0)
	var listed []webhook.EndpointID
	var count int
	b.mustWrite(func(tx webhook.Tx) error {
		listed = nil
		endpoints, err := tx.Endpoints("STO_1", webhook.Test)
		for _, endpoint := range endpoints {
			listed = append(listed, endpoint.ID)
		}
		if err != nil {
			return err
		}
		count, err = tx.CountEndpoints("STO_1")
		return err
	})
	wantEqual(t, []webhook.EndpointID{"old", "young"}, listed)
	wantEqual(t, 3, count)
}

func endpointRace(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	runs := 0
	err := b.Write(t.Context(), func(tx webhook.Tx) error {
		runs++
		read, err := tx.Endpoint(endpoint.ID)
		if err != nil {
			return err
		}
		stale := read
		if runs == 1 {
			stale.UpdatedAt = start.Add(-time.Second) // as if somebody had written since
		}
		next := read
		next.URL, next.UpdatedAt = "https://shop.example/new", start.Add(time.Second)
		return tx.UpdateEndpoint(next, stale)
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, 2, runs)
	read, err := b.readEndpoint(endpoint.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "https://shop.example/new", read.URL)
}

// anyURL is a policy without rules; package egress tests the real ones.
type anyURL struct{}

func (anyURL) Vet(context.Context, string) error { return nil }

func endpointLimit(t *testing.T, b *rig) {
	target, err := webhook.VetTarget(t.Context(), anyURL{}, "https://shop.example/hook")
	if err != nil {
		t.Fatal(err)
	}
	add := func(n int) error {
		env := []webhook.Env{webhook.Test, webhook.Prod}[n%2]
		return b.Write(t.Context(), func(tx webhook.Tx) error {
			_, err := webhook.AddEndpoint(t.Context(), tx, webhook.AddEndpointIn{
				ID: webhook.EndpointID(fmt.Sprintf("endpoint-%d", n)), Store: "STO_1", Env: env,
				Dialect: "pancake", Channel: webhook.HTTP, Target: target, Now: start,
			})
			return err
		})
	}
	for n := range webhook.MaxEndpoints {
		if err := add(n); err != nil {
			t.Fatalf("endpoint %d: %v", n+1, err)
		}
	}
	if err := add(webhook.MaxEndpoints); fault.From(err) == nil || fault.From(err).Code != "too_many_webhooks" {
		t.Errorf("endpoint %d gave %v, want too_many_webhooks", webhook.MaxEndpoints+1, err)
	}
}

func endpointRemoved(t *testing.T, b *rig) {
	endpoint := b.mustEndpoint(nil)
	delivery := b.mustDelivery(1, func(d *webhook.Delivery) {
		d.Endpoint, d.Queue = endpoint.ID, webhook.QueueID(endpoint.ID)
	})
	b.mustWrite(func(tx webhook.Tx) error {
		snapshot, err := webhook.RemoveEndpoint(t.Context(), tx, endpoint.ID)
		wantEqual(t, endpoint, snapshot)
		return err
	})
	if _, err := b.readEndpoint(endpoint.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the removed endpoint gave %v, want a fault of kind NotFound", err)
	}
	wantEqual(t, delivery, b.mustRead(delivery.ID))
}
