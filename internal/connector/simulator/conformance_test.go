package simulator_test

import (
	"fmt"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/connectortest"
	"tillway/internal/connector/simulator"
	"tillway/internal/sqldb"
)

// storyScenarios tells the suite's stories by the simulator's scenarios.
var storyScenarios = map[connectortest.Story]simulator.Scenario{
	connectortest.Succeeds:            simulator.Success,
	connectortest.DeclinedSoft:        simulator.InsufficientFunds,
	connectortest.DeclinedHard:        simulator.StolenCard,
	connectortest.AsksCustomer:        simulator.Challenge,
	connectortest.AsksThenDeclines:    simulator.ChallengeDecline,
	connectortest.AsksForCode:         simulator.OneTimeCode,
	connectortest.SucceedsLater:       simulator.StaysPending,
	connectortest.CapturesAfterExpiry: simulator.LateSuccess,
	connectortest.LosesAnswerMoved:    simulator.TimeoutMoved,
	connectortest.LosesAnswerNotMoved: simulator.TimeoutNotMoved,
	connectortest.NeverSent:           simulator.NeverSent,
	connectortest.RejectsRequest:      simulator.RequestRejected,
	connectortest.RefundSucceedsLater: simulator.RefundPending,
	connectortest.RefundFailsLater:    simulator.RefundFails,
}

var storyTurns = map[connectortest.Story][]time.Duration{
	connectortest.SucceedsLater:       {prompt.Pending},
	connectortest.CapturesAfterExpiry: {prompt.Expiry, prompt.Late},
	connectortest.RefundSucceedsLater: {prompt.Refund},
	connectortest.RefundFailsLater:    {prompt.Refund},
}

func TestSimulatorConforms(t *testing.T) {
	t.Parallel()
	instruments := map[string]func(t *testing.T, scenario simulator.Scenario) connector.Charge{
		"cards": func(t *testing.T, scenario simulator.Scenario) connector.Charge {
			t.Helper()
			if scenario == simulator.OneTimeCode { // which no card asks for
				return mobileCharge("", connector.Easypaisa, "03123456789")
			}
			return cardCharge("", mustCard(t, scenario))
		},
		"mobile tokens": func(_ *testing.T, scenario simulator.Scenario) connector.Charge {
			return tokenCharge("", connector.JazzCash, simulator.Token(scenario))
		},
		"tokens": func(_ *testing.T, scenario simulator.Scenario) connector.Charge {
			return tokenCharge("", connector.Wallet, simulator.Token(scenario))
		},
	}
	eachEngine(t, func(t *testing.T, open opener) {
		db := open(t)
		for name, instrument := range instruments {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				connectortest.Run(t, connectortest.Suite{New: func(*testing.T) connectortest.Harness {
					return conformanceHarness(db, open, instrument)
				}})
			})
		}
	})
}

func conformanceHarness(
	db sqldb.DB, open opener, instrument func(*testing.T, simulator.Scenario) connector.Charge,
) connectortest.Harness {
	c := &clock{}
	sim := newSimulator(db, c)
	return connectortest.Harness{
		Connector: sim, Environment: connector.Test, Amount: dollars(25_00), Advance: c.Advance,
		Input: func(t *testing.T, story connectortest.Story) connectortest.Input {
			t.Helper()
			charge := instrument(t, storyScenarios[story])
			return connectortest.Input{
				Method: charge.Method, Instrument: charge.Instrument, Turns: storyTurns[story],
				Codes: connectortest.Codes{
					Right: "123456", Wrong: "654321", Declined: "000000", Tries: 3, Life: prompt.Challenge,
				},
			}
		},
		Callback: func(t *testing.T, ref connector.Ref) (map[string][]string, []byte) {
			t.Helper()
			headers, body, err := sim.Callback(ref)
			if err != nil {
				t.Fatal(err)
			}
			return headers, body
		},
		Dump:   func(t *testing.T) []string { t.Helper(); return dump(t, db) },
		Reopen: func(t *testing.T) connector.Connector { t.Helper(); return newSimulator(open(t), c) },
	}
}

// dump prints every value of the book.
func dump(t *testing.T, db sqldb.DB) (values []string) {
	t.Helper()
	err := db.Read(t.Context(), func(q sqldb.Querier) error {
		values = nil
		rows, err := q.Query(`SELECT reference, kind, charge_reference, method, scenario, currency, state, decline,
			reason, brand, last4, amount, expiry_month, expiry_year, tries FROM simulator_booking`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			texts, numbers := make([]string, 11), make([]int64, 4)
			dest := make([]any, 0, 15)
			for i := range texts {
				dest = append(dest, &texts[i])
			}
			for i := range numbers {
				dest = append(dest, &numbers[i])
			}
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			values = append(append(values, texts...), fmt.Sprint(numbers))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}
