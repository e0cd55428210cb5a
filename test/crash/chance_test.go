package crash

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"tillway/test/harness"
)

// The span in which a kill falls, counted from the moment at which the server
// was ready and the buyers went on.
const (
	earliestKill = 10 * time.Millisecond
	latestKill   = 1500 * time.Millisecond
)

// chance decides everything that is left to chance, from one seed.
type chance struct{ seed uint64 }

func newChance(t *testing.T) chance {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("TILLWAY_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("TILLWAY_SEED must be a number: %v", err)
		}
		seed = given
	}
	t.Logf("TILLWAY_SEED=%d", seed)
	return chance{seed}
}

// stream is an independent source for one of the test's goroutines.
func (c chance) stream(which uint64) *rand.Rand { return rand.New(rand.NewPCG(c.seed, which)) }

func killDelay(r *rand.Rand) time.Duration {
	return earliestKill + time.Duration(r.Int64N(int64(latestKill-earliestKill)))
}

// kills is how often the server dies: TILLWAY_KILLS, or else usual, or ten
// times that in a soak.
func kills(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv("TILLWAY_KILLS")
	if text == "" {
		if os.Getenv("TILLWAY_SOAK") != "" {
			return 10 * usual
		}
		return usual
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 {
		t.Fatalf("TILLWAY_KILLS must be a positive number, not %q", text)
	}
	return count
}

// temper is what a buyer does at the checkout.
type temper struct {
	cards    []string // tried one after the other, while the one before is declined
	doubles  bool     // presses the pay button twice at once
	refuses  bool     // says no at the challenge
	reloads  bool     // loads the page again before each step
	goesBack bool     // gives the details a second time, as with the back button
}

// newTemper draws a buyer. Most pay at once; the rest take each of the ways in
// which a purchase can be long.
func newTemper(r *rand.Rand) temper {
	made := temper{
		doubles: r.IntN(5) == 0, refuses: r.IntN(4) == 0, reloads: r.IntN(4) == 0, goesBack: r.IntN(8) == 0,
	}
	switch r.IntN(16) {
	case 0:
		made.cards = []string{harness.DeclinedCard}
	case 1, 2:
		made.cards = []string{harness.DeclinedCard, harness.GoodCard}
	case 3:
		made.cards = []string{harness.ChallengeCard, harness.GoodCard}
	case 4:
		made.cards = []string{harness.MovedCard, harness.GoodCard}
	case 5:
		made.cards = []string{harness.NotMovedCard, harness.GoodCard}
	default:
		// The second one is for an attempt that a crash kept from the provider.
		made.cards = []string{harness.GoodCard, harness.GoodCard}
	}
	return made
}
