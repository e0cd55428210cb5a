package store_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tillway/internal/fault"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
	"tillway/internal/webhook/webhooktest"
)

// clock is a time that tests move, for several nodes at once.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) Now() time.Time                   { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *clock) advance(by time.Duration)         { c.micros.Add(by.Microseconds()) }
func (c *clock) after(by time.Duration) time.Time { return c.Now().Add(by) }

func mustSigningKeys(t *testing.T, db sqldb.DB, at *clock) *store.SigningKeys {
	t.Helper()
	keys := store.NewSigningKeys(db, mustWebhookKeys(t), at.Now)
	if err := keys.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return keys
}

// mustSignWith signs as a delivery of the environment would be, and says which
// of the pairs verifies it.
func mustSignWith(t *testing.T, keys *store.SigningKeys, env webhook.Env, at *clock, pairs ...webhook.SigningKey) string {
	t.Helper()
	found, err := keys.Keys(t.Context(), webhook.KeyRef{Scheme: webhook.PancakeScheme, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	headers, err := webhook.PancakeSigner{}.Sign(webhook.Signed{Body: []byte("{}")}, found, at.Now())
	if err != nil {
		t.Fatal(err)
	}
	received := webhooktest.Received{Header: map[string][]string{headers[0].Name: {headers[0].Value}}, Body: []byte("{}")}
	for _, pair := range pairs {
		public, err := parsePublic(pair.Public)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := webhooktest.VerifyPancake(received, public, at.Now()); err == nil {
			return pair.ID
		}
	}
	return "none of them"
}

func mustPair(t *testing.T, keys *store.SigningKeys, env webhook.Env, state webhook.SigningKeyState, at *clock) webhook.SigningKey {
	t.Helper()
	list, err := keys.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range list {
		if pair.Env == env && pair.State(at.Now()) == state {
			return pair
		}
	}
	t.Fatalf("no pair of %s is %s", env, state)
	return webhook.SigningKey{}
}

func TestSigningKeysRotateWithAnOverlap(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at := newClock()
		here, there := mustSigningKeys(t, db, at), mustSigningKeys(t, db, at)
		first, prod := mustPair(t, here, "test", webhook.Signing, at), mustPair(t, here, "prod", webhook.Signing, at)
		ends := at.after(24 * time.Hour)
		next, err := here.Rotate(t.Context(), "test", 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if next.State(at.Now()) != webhook.Announced || !next.ActivatesAt.Equal(ends) || here.PublicPEM(pay.Test) != first.PEM() {
			t.Errorf("the next pair is %+v", next)
		}
		if published := here.Published(t.Context()); len(published) != 3 {
			t.Errorf("%d pairs are published, want both of test and one of prod", len(published))
		}
		at.advance(time.Minute)
		// The other node has read the pairs before the rotation.
		if published := there.Published(t.Context()); len(published) != 3 {
			t.Errorf("the other node publishes %d pairs after a minute", len(published))
		}
		at.advance(24*time.Hour - time.Minute - time.Microsecond)
		for name, node := range map[string]*store.SigningKeys{"here": here, "there": there} {
			if got := mustSignWith(t, node, "test", at, first, next); got != first.ID {
				t.Errorf("%s, before the overlap ends: signed by %s", name, got)
			}
		}
		at.advance(time.Microsecond)
		for name, node := range map[string]*store.SigningKeys{"here": here, "there": there, "after a restart": mustSigningKeys(t, db, at)} {
			if got := mustSignWith(t, node, "test", at, first, next); got != next.ID {
				t.Errorf("%s, when the overlap ends: signed by %s", name, got)
			}
			if node.PublicPEM(pay.Test) != next.PEM() || len(node.Published(t.Context())) != 2 {
				t.Errorf("%s: the pair that ended is still shown", name)
			}
			if got := mustSignWith(t, node, "prod", at, prod); got != prod.ID {
				t.Errorf("%s: the other environment is signed by %s", name, got)
			}
		}
		if retired := mustPair(t, here, "test", webhook.Retired, at); retired.ID != first.ID || !retired.RetiresAt.Equal(ends) {
			t.Errorf("the pair that ended is listed as %+v", retired)
		}
	})
}

func TestSigningKeysRotateAtOnce(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at := newClock()
		here, there := mustSigningKeys(t, db, at), mustSigningKeys(t, db, at)
		first := mustPair(t, here, "test", webhook.Signing, at)
		rotate := func(overlap time.Duration) webhook.SigningKey {
			t.Helper()
			pair, err := here.Rotate(t.Context(), "test", overlap)
			if err != nil {
				t.Fatal(err)
			}
			return pair
		}
		second := rotate(0)
		if got := mustSignWith(t, here, "test", at, first, second); got != second.ID {
			t.Errorf("here: signed by %s", got)
		}
		at.advance(10 * time.Second)
		if got := mustSignWith(t, there, "test", at, first, second); got != second.ID {
			t.Errorf("the other node ten seconds later: signed by %s", got)
		}
		// A rotation that overlaps is ended early, and no third pair appears.
		third := rotate(time.Hour)
		_, err := here.Rotate(t.Context(), "test", time.Hour)
		if fault.CodeOf(err) != "rotation_running" || !fault.Is(err, fault.State) || fault.From(err).Hint == "" {
			t.Errorf("a second rotation gave %v", err)
		}
		at.advance(time.Minute)
		if ended := rotate(0); ended.ID != third.ID || ended.State(at.Now()) != webhook.Signing {
			t.Errorf("ending the overlap gave %+v, want %s", ended, third.ID)
		}
		if got := mustSignWith(t, here, "test", at, first, second, third); got != third.ID {
			t.Errorf("after the overlap was ended: signed by %s", got)
		}
		if list, err := here.List(t.Context()); err != nil || len(list) != 4 { // three and the one of prod
			t.Errorf("%d pairs, %v", len(list), err)
		}
	})
}

func TestRotationsAtTheSameTime(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at := newClock()
		nodes := []*store.SigningKeys{mustSigningKeys(t, db, at), mustSigningKeys(t, db, at), mustSigningKeys(t, db, at)}
		var rotations sync.WaitGroup
		refused := make([]error, len(nodes))
		for i, node := range nodes {
			rotations.Go(func() { _, refused[i] = node.Rotate(context.WithoutCancel(t.Context()), "test", time.Hour) })
		}
		rotations.Wait()
		done := 0
		for _, err := range refused {
			switch {
			case err == nil:
				done++
			case fault.CodeOf(err) != "rotation_running":
				t.Errorf("refused with %v", err)
			}
		}
		if done != 1 {
			t.Errorf("%d rotations were made, want one", done)
		}
		list, err := nodes[0].List(t.Context())
		if err != nil || len(list) != 3 {
			t.Errorf("%d pairs, want two of test and one of prod: %v", len(list), err)
		}
	})
}

func TestPrivateHalvesAreEmptiedAfterTheirEnd(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		at := newClock()
		keys, sweeper := mustSigningKeys(t, db, at), store.NewSweeper(db)
		first := mustPair(t, keys, "test", webhook.Signing, at)
		if _, err := keys.Rotate(t.Context(), "test", time.Hour); err != nil {
			t.Fatal(err)
		}
		private := func() (filled int) {
			t.Helper()
			err := db.Read(t.Context(), func(q sqldb.Querier) error {
				return q.QueryRow(`SELECT COUNT(*) FROM signing_keys WHERE LENGTH(private_key) > 0`).Scan(&filled)
			})
			if err != nil {
				t.Fatal(err)
			}
			return filled
		}
		for _, step := range []struct {
			by   time.Duration
			want int
		}{{0, 3}, {time.Hour, 3}, {59 * time.Minute, 3}, {time.Minute, 2}, {time.Hour, 2}} {
			at.advance(step.by)
			if err := sweeper.Sweep(t.Context(), store.SweepTimes{Expired: at.after(-time.Hour), Next: at.after(time.Minute)}); err != nil {
				t.Fatal(err)
			}
			if got := private(); got != step.want {
				t.Errorf("at %v: %d private halves, want %d", at.Now(), got, step.want)
			}
		}
		again := mustSigningKeys(t, db, at)
		if retired := mustPair(t, again, "test", webhook.Retired, at); retired.PEM() != first.PEM() {
			t.Error("the public half is gone too")
		}
		if again.PublicPEM(pay.Test) != keys.PublicPEM(pay.Test) {
			t.Error("after a restart another pair signs")
		}
	})
}

func TestOverlapsOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	at := newClock()
	keys := mustSigningKeys(t, sqldbtest.OpenSQLite(t, migrations.FS), at)
	for _, overlap := range []time.Duration{-time.Second, webhook.MaxOverlap + time.Second} {
		if _, err := keys.Rotate(t.Context(), "test", overlap); fault.CodeOf(err) != "bad_overlap" {
			t.Errorf("%v gave %v", overlap, err)
		}
	}
}

func TestPairsSignOnWithoutADatabase(t *testing.T) {
	t.Parallel()
	at, db := newClock(), &failing{DB: sqldbtest.OpenSQLite(t, migrations.FS)}
	keys := mustSigningKeys(t, db, at)
	first := mustPair(t, keys, "test", webhook.Signing, at)
	db.failed.Store(true)
	at.advance(time.Hour)
	if got := mustSignWith(t, keys, "test", at, first); got != first.ID {
		t.Errorf("signed by %s", got)
	}
}

// failing is a database whose reads fail when told to, and which counts them.
type failing struct {
	sqldb.DB
	failed atomic.Bool
	reads  atomic.Int64
}

func (f *failing) Read(ctx context.Context, fn func(sqldb.Querier) error) error {
	f.reads.Add(1)
	if f.failed.Load() {
		return errors.New("the disk is on fire")
	}
	return f.DB.Read(ctx, fn)
}

func parsePublic(spki []byte) (*rsa.PublicKey, error) {
	parsed, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, err
	}
	return parsed.(*rsa.PublicKey), nil
}
