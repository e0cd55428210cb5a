package crash

import (
	"testing"

	"tillway/internal/sqldb/sqldbtest"
)

func TestKilledDatabase(t *testing.T) {
	t.Parallel()
	t.Run("everything that was answered holds, and the server goes on", func(t *testing.T) {
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
	})
}
