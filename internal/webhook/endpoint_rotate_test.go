package webhook_test

import (
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/webhook"
)

// freshSecrets are a new secret for each scheme.
func freshSecrets() map[webhook.Scheme]id.Secret {
	ids, fresh := id.NewSource(time.Now, nil), map[webhook.Scheme]id.Secret{}
	for _, scheme := range webhook.SecretSchemes() {
		fresh[scheme] = webhook.NewSecret(scheme, ids)
	}
	return fresh
}

func TestSecretRotation(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	rotate := func(t *testing.T, r *rig, id webhook.EndpointID, scheme webhook.Scheme, overlap time.Duration, at time.Time) (out webhook.RotateSecretOut, err error) {
		t.Helper()
		in := webhook.RotateSecretIn{ID: id, Scheme: scheme, Fresh: freshSecrets(), Overlap: overlap, Now: at}
		err = r.write(func(tx webhook.Tx) (err error) {
			out, err = webhook.RotateSecret(t.Context(), tx, in)
			return err
		})
		if err == nil && out.Secret != "" && !out.Secret.Equal(in.Fresh[out.Endpoint.Scheme]) {
			t.Error("the secret is not the one that was drawn")
		}
		return out, err
	}
	must := func(t *testing.T, r *rig, id webhook.EndpointID, scheme webhook.Scheme, overlap time.Duration, at time.Time) webhook.RotateSecretOut {
		t.Helper()
		out, err := rotate(t, r, id, scheme, overlap, at)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}

	t.Run("a scheme of its own begins at once", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		out := must(t, r, endpoint.ID, webhook.StandardScheme, time.Hour, began)
		if e := out.Endpoint; e.Scheme != webhook.StandardScheme || !e.Secret.Equal(out.Secret) || !e.Previous.IsZero() || !e.PreviousUntil.IsZero() {
			t.Errorf("the endpoint is %+v", e)
		}
	})
	t.Run("old and new overlap, and a second rotation is refused meanwhile", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		first := must(t, r, endpoint.ID, webhook.StandardScheme, 0, began)
		second := must(t, r, endpoint.ID, "", time.Hour, began)
		if e := second.Endpoint; !e.Previous.Equal(first.Secret) || !e.Secret.Equal(second.Secret) || !e.PreviousUntil.Equal(began.Add(time.Hour)) {
			t.Errorf("the endpoint is %+v", e)
		}
		_, err := rotate(t, r, endpoint.ID, "", time.Hour, began.Add(59*time.Minute))
		wantFault(t, err, fault.State, "", "rotation_running")
		third := must(t, r, endpoint.ID, "", time.Hour, began.Add(time.Hour))
		if !third.Endpoint.Previous.Equal(second.Secret) {
			t.Error("after the overlap the next rotation is free")
		}
	})
	t.Run("no overlap ends a running one and makes no secret", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		must(t, r, endpoint.ID, webhook.WaylScheme, 0, began)
		second := must(t, r, endpoint.ID, "", time.Hour, began)
		ended := must(t, r, endpoint.ID, "", 0, began.Add(time.Minute))
		if e := ended.Endpoint; ended.Secret != "" || !e.Secret.Equal(second.Secret) || !e.Previous.IsZero() || !e.PreviousUntil.IsZero() {
			t.Errorf("the endpoint is %+v", e)
		}
		again := must(t, r, endpoint.ID, "", 0, began.Add(2*time.Minute))
		if again.Secret == "" || again.Endpoint.Secret.Equal(second.Secret) || !again.Endpoint.Previous.IsZero() {
			t.Error("a rotation without an overlap changes at once")
		}
	})
	t.Run("another scheme takes no old secret along", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		must(t, r, endpoint.ID, webhook.StandardScheme, 0, began)
		must(t, r, endpoint.ID, "", time.Hour, began)
		out := must(t, r, endpoint.ID, webhook.DiddoScheme, time.Hour, began)
		if e := out.Endpoint; e.Scheme != webhook.DiddoScheme || !e.Secret.Equal(out.Secret) || !e.Previous.IsZero() {
			t.Errorf("the endpoint is %+v", e)
		}
	})
	t.Run("what has no secret is refused", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		_, err := rotate(t, r, endpoint.ID, "", time.Hour, began)
		wantFault(t, err, fault.State, "", "platform_signed")
		_, err = rotate(t, r, endpoint.ID, webhook.PancakeScheme, time.Hour, began)
		wantFault(t, err, fault.Invalid, "scheme", "unknown_scheme")
		_, err = rotate(t, r, "absent", webhook.StandardScheme, time.Hour, began)
		wantFault(t, err, fault.NotFound, "", "webhook_not_found")
		for _, overlap := range []time.Duration{-1, webhook.MaxOverlap + 1} {
			_, err = rotate(t, r, endpoint.ID, webhook.StandardScheme, overlap, began)
			wantFault(t, err, fault.Invalid, "overlap", "bad_overlap")
		}
	})
	t.Run("a signing secret that is set by hand is checked", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		endpoint := r.mustEndpoint("https://shop.example/")
		must(t, r, endpoint.ID, webhook.StandardScheme, 0, began)
		set := func(secret id.Secret) error {
			return r.write(func(tx webhook.Tx) error {
				_, err := webhook.UpdateEndpoint(t.Context(), tx, webhook.UpdateEndpointIn{ID: endpoint.ID, Secret: &secret, Now: began})
				return err
			})
		}
		for _, secret := range []id.Secret{"", "short", "whsec_c2hvcnQ="} {
			wantFault(t, set(secret), fault.Invalid, "secret", "bad_secret")
		}
		if err := set(standardSecret); err != nil {
			t.Error(err)
		}
	})
	t.Run("a chat is refused", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, nil)
		if err := r.write(func(tx webhook.Tx) error {
			return tx.InsertEndpoint(webhook.Endpoint{
				ID: "chat", Store: "STO_1", Env: webhook.Test, Channel: webhook.Slack, URL: "https://hooks.slack.com/services/T/B/x",
				State: webhook.Active, CreatedAt: began, UpdatedAt: began,
			})
		}); err != nil {
			t.Fatal(err)
		}
		_, err := rotate(t, r, "chat", webhook.StandardScheme, time.Hour, began)
		wantFault(t, err, fault.State, "", "webhook_unsigned")
	})
}

func TestSigningKeyStates(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for name, check := range map[string]struct {
		key  webhook.SigningKey
		want webhook.SigningKeyState
	}{
		"the only one":          {webhook.SigningKey{}, webhook.Signing},
		"one that begins now":   {webhook.SigningKey{ActivatesAt: at}, webhook.Signing},
		"one that begins later": {webhook.SigningKey{ActivatesAt: at.Add(1)}, webhook.Announced},
		"one that ends later":   {webhook.SigningKey{RetiresAt: at.Add(1)}, webhook.Signing},
		"one that ends now":     {webhook.SigningKey{RetiresAt: at}, webhook.Retired},
	} {
		if got := check.key.State(at); got != check.want {
			t.Errorf("%s is %s, want %s", name, got, check.want)
		}
	}
}
