package connectortest_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"tillway/internal/connector"
	"tillway/internal/connector/connectortest"
	"tillway/internal/connector/simulator"
	"tillway/internal/money"
	"tillway/internal/sqldb/sqldbtest"
)

// mutant is a connector with one fault that would lose or double money, and a
// case that has to notice it.
type mutant struct {
	noticedBy string
	spoil     func(sound connector.Connector) connector.Connector
}

var mutants = map[string]mutant{
	"books a replay again": {"a replay books nothing and answers the same", func(c connector.Connector) connector.Connector {
		calls := &counter{}
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			charge.Reference += calls.suffix(charge.Reference)
			return c.Begin(ctx, charge)
		}}
	}},
	"books concurrent replays again": {"32 callers with one reference make one booking", func(c connector.Connector) connector.Connector {
		calls := &counter{}
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			charge.Reference += calls.suffix(charge.Reference)
			return c.Begin(ctx, charge)
		}}
	}},
	"calls a lost answer a decline": {"a call that is cut off is unknown", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			if result.Outcome == connector.Unknown {
				return declined
			}
			return result
		}}
	}},
	"calls a lost answer not attempted": {"dropped after the send is unknown, and the inquiry finds the money", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			if result.Outcome == connector.Unknown {
				return connector.Result{Outcome: connector.NotAttempted}
			}
			return result
		}}
	}},
	"calls an abandoned call a decline": {"a call that is over before it starts is no decline", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			if ctx.Err() != nil {
				return declined
			}
			return c.Begin(ctx, charge)
		}}
	}},
	"says not found when it cannot ask": {"an inquiry that is cut off finds nothing out", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, inquire: func(ctx context.Context, ref connector.Ref) connector.Observation {
			if ctx.Err() != nil {
				return connector.Observation{Finding: connector.NotFound}
			}
			return c.Inquire(ctx, ref)
		}}
	}},
	"forgets what it lost": {"dropped after the send is unknown, and the inquiry finds the money", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, inquire: func(context.Context, connector.Ref) connector.Observation {
			return connector.Observation{Finding: connector.NotFound}
		}}
	}},
	"does not look for late captures": {"a charge that expired is captured late", func(c connector.Connector) connector.Connector {
		var expired sync.Map
		return faulty{Connector: c, inquire: func(ctx context.Context, ref connector.Ref) connector.Observation {
			if kept, found := expired.Load(ref.Reference); found {
				return kept.(connector.Observation)
			}
			o := c.Inquire(ctx, ref)
			if o.Result.Reason == connector.ReasonExpired {
				expired.Store(ref.Reference, o)
			}
			return o
		}}
	}},
	"takes live charges": {"an environment that is not served is rejected", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			charge.Environment = connector.Test
			return c.Begin(ctx, charge)
		}}
	}},
	"reports the amount asked, not the one moved": {"a replay with another amount tells what moved", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			if result.Outcome == connector.Succeeded {
				result.Captured = charge.Amount
			}
			return result
		}}
	}},
	"lets a refused challenge through": {"a refused challenge is declined", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, _ connector.CustomerInput) connector.Result {
			return c.Continue(ctx, ref, connector.CustomerInput{Fields: map[string]string{"answer": "approve"}})
		}}
	}},
	"takes any code": {"a wrong code leaves one try less", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
			if in.Fields["code"] != "" {
				in.Fields = map[string]string{"code": "123456"}
			}
			return c.Continue(ctx, ref, in)
		}}
	}},
	"does not count wrong codes": {"the last wrong code declines", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
			if in.Fields["code"] == wrong {
				in.Fields = nil
			}
			return c.Continue(ctx, ref, in)
		}}
	}},
	"counts a stray answer": {"an approval is no code", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
			if in.Fields["code"] == "" {
				in.Fields = map[string]string{"code": wrong}
			}
			return c.Continue(ctx, ref, in)
		}}
	}},
	"hides the tries": {"a one-time code moves nothing until it is typed", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			if result.Action != nil {
				result.Action.Data = nil
			}
			return result
		}}
	}},
	"tells the code that was typed": {"no answer and no stored value tells a secret", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
			result := c.Continue(ctx, ref, in)
			result.Message += " for code " + in.Fields["code"]
			return result
		}}
	}},
	"gives up an attempt whose answer did not leave": {"an answer that is cut off leaves the attempt open", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, proceed: func(ctx context.Context, ref connector.Ref, in connector.CustomerInput) connector.Result {
			if ctx.Err() != nil {
				return connector.Result{Outcome: connector.NotAttempted}
			}
			return c.Continue(ctx, ref, in)
		}}
	}},
	"only says that it cancelled": {"a cancelled pending charge is never captured", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, cancel: func(context.Context, connector.Ref) connector.Result {
			result := declined
			result.Reason = connector.ReasonCancelled
			return result
		}}
	}},
	"refunds a replay again": {"a full refund goes back once", func(c connector.Connector) connector.Connector {
		calls := &counter{}
		return faulty{Connector: c, refund: func(ctx context.Context, refund connector.Refund) connector.Result {
			refund.Reference += calls.suffix(refund.Reference)
			return c.Refund(ctx, refund)
		}}
	}},
	"trims a refund that is too large": {"more than was captured is refused", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, refund: func(ctx context.Context, refund connector.Refund) connector.Result {
			result := c.Refund(ctx, refund)
			if result.Outcome == connector.Rejected && refund.Amount.Minor() == amount.Minor()+1 {
				refund.Amount = amount
				return c.Refund(ctx, refund)
			}
			return result
		}}
	}},
	"believes every callback": {"a forged callback is not believed", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, callback: func(ctx context.Context, h map[string][]string, body []byte) ([]connector.Signal, error) {
			signals, err := c.ParseCallback(ctx, h, body)
			for i := range signals {
				signals[i].Authenticated = true
			}
			return signals, err
		}}
	}},
	"tells the card's number": {"no answer and no stored value tells a secret", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			if charge.Instrument.Card != nil {
				result.Message += " for card " + charge.Instrument.Card.Number
			}
			return result
		}}
	}},
	"gives a success without an amount": {"a success is booked and found", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, begin: func(ctx context.Context, charge connector.Charge) connector.Result {
			result := c.Begin(ctx, charge)
			result.Captured = money.Amount{}
			return result
		}}
	}},
	"hides that it captures late": {"capabilities agree with the stories", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, describe: func() connector.Capabilities {
			can := c.Describe()
			can.LateCapture = 0
			return can
		}}
	}},
	"lists a page again and again": {"the book lists what moved, oldest first and once each", func(c connector.Connector) connector.Connector {
		return faulty{Connector: c, list: func(ctx context.Context, from, until time.Time, cursor string) ([]connector.Settled, string, error) {
			if cursor == "again" {
				return c.ListSettled(ctx, from, until, "")
			}
			items, _, err := c.ListSettled(ctx, from, until, cursor)
			return items, "again", err
		}}
	}},
}

// chosen names, in the environment of a run of this test's own program, the
// mutant to put to the suite.
const chosen = "CONNECTORTEST_MUTANT"

// TestSuiteNoticesFaults runs the suite on each mutant in a process of its
// own, since a test cannot outlive its own failure, and wants the right case
// to fail. That a sound connector passes it is TestMutant's own run, in which
// nothing is spoilt.
func TestSuiteNoticesFaults(t *testing.T) {
	t.Parallel()
	noticed := func(t *testing.T, name, only string) (failed bool, output string) {
		t.Helper()
		pattern := "^TestMutant$/^" + strings.ReplaceAll(only, " ", "_") + "$"
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+pattern, "-test.v")
		command.Env = append(os.Environ(), chosen+"="+name)
		var printed bytes.Buffer
		command.Stdout, command.Stderr = &printed, &printed
		return command.Run() != nil, printed.String()
	}
	for name, m := range mutants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, output := noticed(t, name, m.noticedBy)
			want := "--- FAIL: TestMutant/" + strings.ReplaceAll(m.noticedBy, " ", "_")
			if !failed || !strings.Contains(output, want) {
				t.Errorf("the suite does not notice; it printed:\n%s", output)
			}
		})
	}
}

// TestMutant puts one connector to the suite: the mutant that the environment
// names, and else the sound one.
func TestMutant(t *testing.T) {
	t.Parallel()
	db := sqldbtest.OpenSQLite(t, simulator.Migrations)
	connectortest.Run(t, connectortest.Suite{New: func(*testing.T) connectortest.Harness {
		clock := &clock{}
		sim := simulator.New(simulator.Config{DB: db, Now: clock.now, Timing: timing, CallbackKey: []byte("key")})
		h := connectortest.Harness{
			Connector: sim, Environment: connector.Test, Amount: amount, Input: input, Advance: clock.advance,
			Callback: func(t *testing.T, ref connector.Ref) (map[string][]string, []byte) {
				t.Helper()
				headers, body, err := sim.Callback(ref)
				if err != nil {
					t.Fatal(err)
				}
				return headers, body
			},
		}
		if m, found := mutants[os.Getenv(chosen)]; found {
			h.Connector = m.spoil(sim)
		}
		return h
	}})
}
