package manual_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/connector"
	"tillway/internal/connector/connectortest"
	"tillway/internal/connector/manual"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("os/exec.(*Cmd).watchCtx")) // PostgreSQL is watched until the end
}

func TestManualConforms(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		connectortest.Run(t, connectortest.Suite{New: func(t *testing.T) connectortest.Harness {
			t.Helper()
			return newDuty(t, db).harness()
		}})
	})
}

// payout is how long the operator takes for a refund that is not made at once.
const payout = time.Hour

// duty is an operator who does as the story says. A word that is given at once
// is given in the transaction that opens the entry, so that no caller comes
// between.
type duty struct {
	sqldb.DB // whose answers get lost when the story says so
	t        *testing.T
	mu       sync.Mutex
	now      time.Time
	story    connectortest.Story
	stories  map[string]connectortest.Story // of each charge
}

func newDuty(t *testing.T, db sqldb.DB) *duty {
	t.Helper()
	return &duty{DB: db, t: t, now: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), stories: map[string]connectortest.Story{}}
}

func (d *duty) connector() *manual.Manual {
	return manual.New(manual.Config{DB: d, Now: d.clock, IDs: id.NewSource(time.Now, nil)})
}

func (d *duty) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Write loses the answer, or the request, when the story says so.
func (d *duty) Write(ctx context.Context, fn func(sqldb.Tx) error) error {
	d.mu.Lock()
	story := d.story
	if story == connectortest.LosesAnswerMoved {
		d.story = connectortest.Succeeds // the next answer arrives
	}
	d.mu.Unlock()
	if story == connectortest.LosesAnswerNotMoved {
		return sqldb.ErrUnknownCommit
	}
	err := d.DB.Write(ctx, func(tx sqldb.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return d.decide(tx)
	})
	if err == nil && story == connectortest.LosesAnswerMoved {
		return sqldb.ErrUnknownCommit
	}
	return err
}

// advance lets time pass, and the operator work off what is due.
func (d *duty) advance(by time.Duration) {
	d.mu.Lock()
	d.now = d.now.Add(by)
	d.mu.Unlock()
	if err := d.DB.Write(context.Background(), d.decide); err != nil {
		d.t.Error(err)
	}
}

// decide gives the operator's word on everything of theirs that is due.
func (d *duty) decide(tx sqldb.Tx) error {
	waiting, err := manual.Waiting(tx, 10_000)
	if err != nil {
		return err
	}
	for _, entry := range waiting {
		verdict := d.verdict(entry)
		if verdict == manual.Awaiting {
			continue
		}
		_, _, err := manual.NewDesk(tx).Decide(manual.Decision{
			Reference: entry.Reference, Verdict: verdict, By: "Ann", Note: "seen", At: d.clock(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *duty) verdict(entry manual.Entry) manual.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	if entry.Kind == manual.ChargeKind && entry.Instructions == instructions(d) {
		d.stories[entry.Reference] = d.story
		if d.story == connectortest.DeclinedHard {
			return manual.Refused
		}
		return manual.Confirmed
	}
	story, mine := d.stories[entry.ChargeReference]
	slow := story == connectortest.RefundSucceedsLater || story == connectortest.RefundFailsLater
	switch {
	case !mine, slow && d.now.Before(entry.CreatedAt.Add(payout)):
		return manual.Awaiting
	case story == connectortest.RefundFailsLater:
		return manual.Refused
	}
	return manual.Confirmed
}

// instructions tell the entries of one duty from those of the others, who
// share the book.
func instructions(d *duty) string { return "Pay " + d.t.Name() }

func (d *duty) harness() connectortest.Harness {
	return connectortest.Harness{
		Connector: d.connector(), Environment: connector.Live, Amount: money.New(25_00, "USD"), NoInstrument: true,
		Input: func(_ *testing.T, story connectortest.Story) connectortest.Input {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.story = story
			input := connectortest.Input{Method: connector.Bank, Instructions: instructions(d)}
			switch story {
			case connectortest.RefundSucceedsLater, connectortest.RefundFailsLater:
				input.Turns = []time.Duration{payout}
			case connectortest.RejectsRequest:
				input.Instructions = ""
			}
			return input
		},
		Unsupported: map[connectortest.Story]string{
			connectortest.DeclinedSoft:        "a person's refusal is final",
			connectortest.AsksCustomer:        "the buyer is told how to pay, and asked nothing",
			connectortest.AsksThenDeclines:    "the buyer is told how to pay, and asked nothing",
			connectortest.AsksForCode:         "the buyer is told how to pay, and asked nothing",
			connectortest.SucceedsLater:       "until the person decides, the buyer has something to do, so it is never merely pending",
			connectortest.CapturesAfterExpiry: "an entry does not expire, and a refusal is final",
			connectortest.NeverSent:           "a write that failed may have been kept, so nothing provably never left",
		},
		Advance: d.advance,
		Reopen:  func(*testing.T) connector.Connector { return d.connector() },
	}
}
