package crash

import (
	"testing"

	"tillway/internal/sqldb/sqldbtest"
)

func TestKilledServerOnPostgres(t *testing.T) {
	t.Parallel()
	surviveKills(t, sqldbtest.NewVictim(t).URL(), kills(t, 2))
}

// TestKilledPostgres kills the database under a server that goes on.
func TestKilledPostgres(t *testing.T) {
	t.Parallel()
	victim := sqldbtest.NewVictim(t)
	scene := newScene(t, victim.URL())
	process := scene.server.Process()
	killer := scene.chance.stream(0)
	times := kills(t, 2)
	for range times {
		pauseFor(killDelay(killer))
		victim.Kill()
		// The server meets an absent database for a while.
		pauseFor(killDelay(killer) / 2)
		victim.Start()
	}
	pauseFor(killDelay(killer))
	if scene.server.Process() != process {
		t.Error("the server did not survive its database")
	}
	scene.audit(t, times)
}
