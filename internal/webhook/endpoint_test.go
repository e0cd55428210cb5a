package webhook_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/webhook"
)

// policyFunc is a URLPolicy of one rule.
type policyFunc func(rawURL string) error

func (p policyFunc) Vet(_ context.Context, rawURL string) error { return p(rawURL) }

var noRules = policyFunc(func(string) error { return nil })

func mustTarget(t *testing.T, url string) webhook.Target {
	t.Helper()
	target, err := webhook.VetTarget(t.Context(), noRules, url)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func wantFault(t *testing.T, err error, kind fault.Kind, field, code string) {
	t.Helper()
	if found := fault.From(err); found == nil || found.Kind != kind || found.Field != field || found.Code != code {
		t.Errorf("got %v, want kind %v, field %q, code %q", err, kind, field, code)
	}
}

func TestOnlyVettedURLsAreSaved(t *testing.T) {
	t.Parallel()
	refusing := policyFunc(func(string) error { return fault.New(fault.Invalid, "url_private_host", "Private.") })
	_, err := webhook.VetTarget(t.Context(), refusing, "https://backend/")
	wantFault(t, err, fault.Invalid, "url", "url_private_host")
	_, err = webhook.VetTarget(t.Context(), noRules, "")
	wantFault(t, err, fault.Invalid, "url", "url_required")
	broken := policyFunc(func(string) error { return errors.New("disk on fire") })
	_, err = webhook.VetTarget(t.Context(), broken, "https://shop.example/")
	wantFault(t, err, fault.Internal, "url", "internal")
}

func TestBadEndpointsAreRefusedByField(t *testing.T) {
	t.Parallel()
	good := webhook.AddEndpointIn{
		ID: "1", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Target: mustTarget(t, "https://shop.example/"),
	}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]struct {
		change      func(*webhook.AddEndpointIn)
		field, code string
	}{
		"an unknown channel": {func(in *webhook.AddEndpointIn) { in.Channel = "fax" }, "channel", "unknown_channel"},
		"no channel":         {func(in *webhook.AddEndpointIn) { in.Channel = "" }, "channel", "unknown_channel"},
		"no vetted URL":      {func(in *webhook.AddEndpointIn) { in.Target = webhook.Target{} }, "url", "url_required"},
		"an empty event":     {func(in *webhook.AddEndpointIn) { in.Events = []webhook.EventType{""} }, "events", "bad_event_name"},
		"a long event": {func(in *webhook.AddEndpointIn) {
			in.Events = []webhook.EventType{webhook.EventType(strings.Repeat("a", 101))}
		}, "events", "bad_event_name"},
		"many events": {func(in *webhook.AddEndpointIn) { in.Events = make([]webhook.EventType, 101) }, "events", "too_many_events"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := good
			check.change(&in)
			wantFault(t, in.Validate(), fault.Invalid, check.field, check.code)
		})
	}
}

func TestEndpointLife(t *testing.T) {
	t.Parallel()
	r, now := newRig(t, nil), time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var endpoint webhook.Endpoint
	update := func(in webhook.UpdateEndpointIn) error {
		in.ID, in.Now = "1", now // the clock stands still: update times grow all the same
		return r.write(func(tx webhook.Tx) (err error) {
			next, err := webhook.UpdateEndpoint(t.Context(), tx, in)
			if err == nil {
				endpoint = next
			}
			return err
		})
	}
	err := r.write(func(tx webhook.Tx) (err error) {
		endpoint, err = webhook.AddEndpoint(t.Context(), tx, webhook.AddEndpointIn{
			ID: "1", Store: "STO_1", Env: webhook.Test, Channel: webhook.HTTP, Target: mustTarget(t, "https://a.example/"),
			Events: []webhook.EventType{"b", "a", "b"}, Now: now,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(endpoint.Events, []webhook.EventType{"b", "a"}) || !endpoint.Wants("a") || endpoint.Wants("c") {
		t.Errorf("events %v", endpoint.Events)
	}

	target, none, secret, disabled := mustTarget(t, "https://b.example/"), []webhook.EventType{}, id.Secret("s"), webhook.Disabled
	for _, in := range []webhook.UpdateEndpointIn{{Target: &target}, {Events: &none}, {Secret: &secret}, {State: &disabled}} {
		before := endpoint.UpdatedAt
		if err := update(in); err != nil {
			t.Fatal(err)
		}
		if !endpoint.UpdatedAt.After(before) {
			t.Errorf("updated at %v after %v", endpoint.UpdatedAt, before)
		}
	}
	if endpoint.URL != "https://b.example/" || len(endpoint.Events) != 0 || endpoint.Secret != "s" || endpoint.State != disabled {
		t.Errorf("after the updates: %+v", endpoint)
	}
	unvetted, odd := webhook.Target{}, webhook.EndpointState("odd")
	wantFault(t, update(webhook.UpdateEndpointIn{Target: &unvetted}), fault.Invalid, "url", "url_required")
	wantFault(t, update(webhook.UpdateEndpointIn{State: &odd}), fault.State, "", "endpoint_state")

	remove := func() error {
		return r.write(func(tx webhook.Tx) error {
			_, err := webhook.RemoveEndpoint(t.Context(), tx, "1")
			return err
		})
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantFault(t, remove(), fault.NotFound, "", "webhook_not_found")
	wantFault(t, update(webhook.UpdateEndpointIn{Target: &target}), fault.NotFound, "", "webhook_not_found")
}

func TestDeliveryStates(t *testing.T) {
	t.Parallel()
	for _, move := range []struct {
		from, to webhook.State
		legal    bool
	}{
		{webhook.Pending, webhook.Pending, true},
		{webhook.Pending, webhook.Succeeded, true},
		{webhook.Pending, webhook.Failed, true},
		{webhook.Failed, webhook.Pending, true},
		{webhook.Succeeded, webhook.Pending, true},
		{webhook.Succeeded, webhook.Failed, false},
		{webhook.Failed, webhook.Succeeded, false},
		{webhook.Succeeded, webhook.Succeeded, false},
	} {
		if err := move.from.To(move.to); (err == nil) != move.legal {
			t.Errorf("%s to %s: %v", move.from, move.to, err)
		}
	}
}

func TestAChatsAddressIsShownWithoutItsCredential(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://hooks.slack.example/services/T/B/secret": "https://hooks.slack.example/…",
		"https://hooks.slack.example?key=secret":          "https://hooks.slack.example/…",
		"https://hooks.slack.example:8443":                "https://hooks.slack.example:8443/…",
	} {
		if got := (webhook.Endpoint{Channel: webhook.Slack, URL: address}).Shown(); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
		if got := (webhook.Endpoint{Channel: webhook.HTTP, URL: address}).Shown(); got != address {
			t.Errorf("%s of no chat is shown as %s", address, got)
		}
	}
}
