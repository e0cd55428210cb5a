// Package connectortest is the suite that every connector passes: it holds the
// port (package connector) to what the engine relies on when money moves and
// answers get lost (spec/connectors.md §5.5).
//
// A connector brings a Harness with the inputs that make its provider, or a
// fake of it at the network's edge, tell each Story. What a provider cannot be
// made to do is declared with a reason, and the suite holds the declaration
// against the connector's Capabilities; nothing is skipped in silence.
//
// The package may know no connector.
package connectortest

import (
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/money"
)

// Suite is the connector under test.
type Suite struct {
	// New gives a connector and its instruments. It is called once for each
	// case; the cases run in parallel and may share one provider, because each
	// makes its own references and moves only its own clock.
	New func(t *testing.T) Harness
}

// Harness is a connector and what makes its provider misbehave on demand.
type Harness struct {
	Connector   connector.Connector
	Environment connector.Environment // one that the connector serves
	Amount      money.Amount          // one that every story's charge can have; at least 8 minor units
	// Input arranges for a story and gives what the charge must carry. It is
	// called right before the story's Begin.
	Input func(t *testing.T, story Story) Input
	// NoInstrument says that the connector draws on nothing that the buyer
	// gives: a charge with an instrument makes no sense to it.
	NoInstrument bool
	// Unsupported says why the provider cannot be made to tell a story.
	Unsupported map[Story]string
	// Advance moves the provider's clock.
	Advance func(d time.Duration)
	// Callback is the call that the provider would make about a charge; nil
	// when it makes none.
	Callback func(t *testing.T, ref connector.Ref) (headers map[string][]string, body []byte)
	// Dump prints all that the connector stores on its own, one value each;
	// nil when it stores nothing.
	Dump func(t *testing.T) []string
	// Reopen replaces the connector by one that a new process would have: the
	// old one is closed, and only what is durable is left. Nil when the
	// connector has no state of its own.
	Reopen func(t *testing.T) connector.Connector
}

// Input is what a charge must carry for its story.
type Input struct {
	Method     connector.Method
	Instrument connector.Instrument
	// Instructions are the store's, for a connector that shows them.
	Instructions string
	// Turns are the story's later events, each as the time that passes since
	// the one before; Story says which. A refund's turn counts from the refund.
	Turns []time.Duration
	// Codes are what the customer may type; only AsksForCode has them.
	Codes Codes
}

// Codes are the answers to a one-time code.
type Codes struct {
	Right string
	Wrong string
	// Declined is declined at once; "" when the provider has no such code.
	Declined string
	// Tries is how many wrong codes decline the charge; at least 2.
	Tries int
	// Life is how long the provider waits for a code.
	Life time.Duration
}

// testCase is one sentence of the port.
type testCase struct {
	name  string
	needs []Story
	run   func(t *testing.T, b *bench)
}

// Run runs every case against the connector.
func Run(t *testing.T, suite Suite) {
	t.Helper()
	groups := [][]testCase{
		capabilityCases(), beginCases(), refusedRequestCases(), lostAnswerCases(), challengeCases(), codeCases(), pendingCases(),
		cancelCases(), refundCases(), refundLaterCases(), callbackCases(), secrecyCases(), settledCases(), reopenCases(),
	}
	for _, group := range groups {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				h := suite.New(t)
				for _, story := range c.needs {
					if why, unsupported := h.Unsupported[story]; unsupported {
						t.Logf("not applicable: the provider cannot tell %q: %s", story, why)
						return
					}
				}
				c.run(t, newBench(t, h))
			})
		}
	}
}
