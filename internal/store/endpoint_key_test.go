package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// signedBy says which of the secrets a scheme's deliveries are signed with, in
// order.
func signedBy(t *testing.T, source *store.EndpointKeys, ref webhook.KeyRef, secrets map[string]id.Secret) (names []string, err error) {
	t.Helper()
	keys, err := source.Keys(t.Context(), ref)
	if err != nil {
		return nil, err
	}
	sign := func(key webhook.Key) string {
		headers, err := webhook.StandardSigner{}.Sign(webhook.Signed{ID: "d", Body: []byte("{}")}, []webhook.Key{key}, time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		return headers[2].Value
	}
	for _, key := range keys {
		found := "a stranger"
		for name, secret := range secrets {
			parsed, err := webhook.ParseSecret(ref.Scheme, secret)
			if err != nil {
				t.Fatal(err)
			}
			if sign(parsed) == sign(key) {
				found = name
			}
		}
		names = append(names, found)
	}
	return names, nil
}

// rotating is an endpoint whose rotation overlaps for an hour.
func rotating(scheme webhook.Scheme, at *clock, secrets map[string]id.Secret) webhook.Endpoint {
	return webhook.Endpoint{
		ID: "endpoint-1", Store: "STO_1", Env: "test", Dialect: "pancake", Channel: webhook.HTTP, URL: "https://shop.example/",
		Events: []webhook.EventType{}, Scheme: scheme, Secret: secrets["new"], Previous: secrets["old"], PreviousUntil: at.after(time.Hour),
		State: webhook.Active, CreatedAt: at.Now(), UpdatedAt: at.Now(),
	}
}

func freshPair(scheme webhook.Scheme) map[string]id.Secret {
	ids := id.NewSource(time.Now, nil)
	return map[string]id.Secret{"new": webhook.NewSecret(scheme, ids), "old": webhook.NewSecret(scheme, ids)}
}

func mustInsertEndpoint(t *testing.T, db sqldb.DB, endpoint webhook.Endpoint) {
	t.Helper()
	webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { return webhooks.Tx(tx).InsertEndpoint(endpoint) }); err != nil {
		t.Fatal(err)
	}
}

func TestEndpointSecretsSign(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		for _, scheme := range webhook.SecretSchemes() {
			at, secrets := newClock(), freshPair(scheme)
			endpoint := rotating(scheme, at, secrets)
			endpoint.ID = webhook.EndpointID("endpoint-" + scheme)
			mustInsertEndpoint(t, db, endpoint)
			source := store.NewEndpointKeys(db, mustWebhookKeys(t), at.Now)
			ref := webhook.KeyRef{Scheme: scheme, Store: "STO_1", Env: "test", Name: string(endpoint.ID)}
			for _, step := range []struct {
				by              time.Duration
				together, alone string
			}{{0, "[new old]", "[old]"}, {time.Hour - time.Microsecond, "[new old]", "[old]"}, {time.Microsecond, "[new]", "[new]"}} {
				at.advance(step.by)
				for together, want := range map[bool]string{true: step.together, false: step.alone} {
					ref.Together = together
					names, err := signedBy(t, source, ref, secrets)
					if got := fmt.Sprint(names); err != nil || got != want {
						t.Errorf("%s at %v: signed by %s, want %s (%v)", scheme, at.Now(), got, want, err)
					}
				}
			}
			for name, wrong := range map[string]webhook.KeyRef{
				"another store":       {Scheme: scheme, Store: "STO_2", Env: "test", Name: ref.Name},
				"another environment": {Scheme: scheme, Store: "STO_1", Env: "prod", Name: ref.Name},
				"no endpoint":         {Scheme: scheme, Store: "STO_1", Env: "test"},
				"a scheme without":    {Scheme: webhook.PancakeScheme, Store: "STO_1", Env: "test", Name: ref.Name},
			} {
				if _, err := source.Keys(t.Context(), wrong); err == nil {
					t.Errorf("%s: %s has keys", scheme, name)
				}
			}
		}
	})
}

func TestEndpointSecretsAreAnsweredFromMemory(t *testing.T) {
	t.Parallel()
	at, db, secrets := newClock(), &failing{DB: sqldbtest.OpenSQLite(t, migrations.FS)}, freshPair(webhook.StandardScheme)
	endpoint := rotating(webhook.StandardScheme, at, secrets)
	endpoint.Previous, endpoint.PreviousUntil = "", time.Time{}
	mustInsertEndpoint(t, db, endpoint)
	source := store.NewEndpointKeys(db, mustWebhookKeys(t), at.Now)
	ref := webhook.KeyRef{Scheme: webhook.StandardScheme, Store: "STO_1", Env: "test", Name: string(endpoint.ID)}
	want := func(what, signed string, reads int64) {
		t.Helper()
		names, err := signedBy(t, source, ref, secrets)
		if got := fmt.Sprint(names); err != nil || got != signed || db.reads.Load() != reads {
			t.Errorf("%s: signed by %s after %d reads, want %s after %d (%v)", what, got, db.reads.Load(), signed, reads, err)
		}
	}

	var burst sync.WaitGroup
	for range 50 {
		burst.Go(func() {
			if _, err := source.Keys(t.Context(), ref); err != nil {
				t.Error(err)
			}
		})
	}
	burst.Wait()
	want("a burst reads once", "[new]", 1)

	// Somebody else's rotation is seen after five seconds, our own at once.
	swap := func(secret id.Secret) {
		t.Helper()
		next := endpoint
		next.Secret, next.UpdatedAt = secret, endpoint.UpdatedAt.Add(time.Microsecond)
		webhooks := store.NewWebhooks(db, mustWebhookKeys(t))
		if err := db.Write(t.Context(), func(tx sqldb.Tx) error { return webhooks.Tx(tx).UpdateEndpoint(next, endpoint) }); err != nil {
			t.Fatal(err)
		}
		endpoint = next
	}
	swap(secrets["old"])
	at.advance(5*time.Second - time.Microsecond)
	want("before five seconds", "[new]", 1)
	at.advance(time.Microsecond)
	want("after five seconds", "[old]", 2)
	swap(secrets["new"])
	source.Forget(endpoint.ID)
	want("once forgotten", "[new]", 3)

	db.failed.Store(true)
	at.advance(time.Hour)
	want("while the database fails", "[new]", 4)
	source.Forget(endpoint.ID)
	if _, err := source.Keys(t.Context(), ref); err == nil {
		t.Error("nothing is known and there are keys all the same")
	}
	db.failed.Store(false)
	want("when the database is back", "[new]", 6)
}

func TestRemovedAndSealedEndpointsHaveNoKeys(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at, secrets := newClock(), freshPair(webhook.WaylScheme)
		endpoint := rotating(webhook.WaylScheme, at, secrets)
		mustInsertEndpoint(t, db, endpoint)
		source := store.NewEndpointKeys(db, mustWebhookKeys(t), at.Now)
		ref := webhook.KeyRef{Scheme: webhook.WaylScheme, Store: "STO_1", Env: "test", Name: string(endpoint.ID)}
		if _, err := source.Keys(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(`UPDATE webhook_endpoints SET secret = previous_secret`) // bound to another column
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		source.Forget(endpoint.ID)
		if _, err := source.Keys(t.Context(), ref); fault.CodeOf(err) != "webhook_sealed" {
			t.Errorf("a secret that does not open gave %v", err)
		}
		if err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			tx.Exec(`DELETE FROM webhook_endpoints`)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Keys(t.Context(), ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("a removed endpoint gave %v", err)
		}
	})
}

func TestOldSecretsAreEmptiedAfterTheirEnd(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at := newClock()
		mustInsertEndpoint(t, db, rotating(webhook.WaylScheme, at, freshPair(webhook.WaylScheme)))
		sweeper := store.NewSweeper(db)
		for _, step := range []struct {
			by   time.Duration
			want int
		}{{0, 1}, {2*time.Hour - time.Microsecond, 1}, {time.Microsecond, 0}} {
			at.advance(step.by)
			if err := sweeper.Sweep(t.Context(), store.SweepTimes{Expired: at.after(-time.Hour), Next: at.after(time.Minute)}); err != nil {
				t.Fatal(err)
			}
			var kept int
			err := db.Read(t.Context(), func(q sqldb.Querier) error {
				return q.QueryRow(`SELECT COUNT(*) FROM webhook_endpoints WHERE LENGTH(previous_secret) > 0 AND previous_until > 0`).Scan(&kept)
			})
			if err != nil || kept != step.want {
				t.Errorf("at %v: %d old secrets, want %d (%v)", at.Now(), kept, step.want, err)
			}
		}
	})
}
