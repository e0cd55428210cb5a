package crash

import (
	"context"
	"errors"
	"testing"
	"time"

	"tillway/test/harness"
)

// settleTime bounds how long it takes until the last crash is digested. That an
// attempt which was cut off never reached the provider is believed after 45 s.
// On PostgreSQL, where a server does not know that it is alone, a crash may cut
// off the inquiry too, which is made again when its lease of 90 s lapses.
const settleTime = 3 * time.Minute

func TestKilledServerOnSQLite(t *testing.T) {
	t.Parallel()
	surviveKills(t, t.TempDir(), kills(t, 5))
}

// surviveKills kills the server under load, again and again, and audits what
// is left.
func surviveKills(t *testing.T, place string, times int) {
	t.Helper()
	scene := newScene(t, place)
	killer := scene.chance.stream(0)
	for range times {
		pauseFor(killDelay(killer))
		scene.server.Kill()
		scene.server.Start()
	}
	// The load goes on a little, so that the last start has work of its own.
	pauseFor(killDelay(killer))
	scene.audit(t, times)
}

// scene is a shop under load, and a receiver that nobody kills.
type scene struct {
	place    string
	server   *harness.Server
	receiver *harness.Receiver
	chance   chance
	storm    *storm
	ctx      context.Context
}

var errStuck = errors.New("the buyers did not finish in time")

func newScene(t *testing.T, place string) *scene {
	t.Helper()
	s := &scene{place: place, chance: newChance(t)}
	made := harness.Setup(t, place)
	s.receiver = harness.NewReceiver(t, made.Pancake.Test.WebhookPublicKey, nil)
	s.server = harness.Serve(t, harness.Options{Place: place})
	shop := harness.OpenShop(t, s.server, made, s.receiver)
	ctx, cancel := context.WithCancelCause(t.Context())
	s.ctx = ctx
	s.storm = raise(ctx, t, shop, s.chance)
	t.Cleanup(func() {
		cancel(errStuck)
		s.storm.crowd.Wait()
	})
	return s
}

// audit lets everything come to rest and compares all that is known.
func (s *scene) audit(t *testing.T, kills int) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(s.ctx, settleTime, errStuck)
	defer cancel()
	harness.Verify(t, s.place) // under load
	purchases, err := s.storm.calm(ctx)
	if err != nil {
		t.Errorf("a buyer met what must not be: %v", err)
	}
	quiet(ctx, t, s.place)
	harness.Verify(t, s.place)
	s.server.Stop()
	harness.Verify(t, s.place)

	db := harness.Inspect(t, s.place)
	auditTables(t, db)
	auditBook(t, db, harness.InspectBook(t, s.place))
	auditAnswers(t, db, purchases)
	duplicates := auditWebhooks(t, db, s.receiver)

	ends := count(purchases)
	t.Logf("%d kills, %d purchases: %d paid, %d given up, %d webhooks, %d of them duplicates",
		kills, len(purchases), ends[paid], ends[gaveUp], len(s.receiver.Webhooks()), duplicates)
	if ends[paid] < kills {
		t.Errorf("only %d purchases were paid in %d lives of the server: too few to prove anything", ends[paid], kills+1)
	}
}

// pauseFor lets the load run. The moment of a kill is the one thing here that
// is meant to be a matter of time.
func pauseFor(d time.Duration) {
	<-time.After(d)
}
