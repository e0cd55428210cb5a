package manual_test

import (
	"strings"
	"testing"

	"tillway/internal/connector"
	"tillway/internal/connector/manual"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

func TestDesk(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		d := newDuty(t, db)
		slow := manual.New(manual.Config{DB: db, Now: d.clock, IDs: id.NewSource(d.clock, nil)})
		begin := func(reference string) connector.Result {
			t.Helper()
			result := slow.Begin(t.Context(), connector.Charge{
				Reference: reference, Environment: connector.Live, Amount: money.New(1000, "PKR"), Method: connector.Bank,
				Instructions: "IBAN PK00\nthank you",
			})
			if result.Outcome != connector.RequiresAction || result.Action.Kind != connector.ShowCode ||
				result.Action.Data[connector.ActionInstructions] != "IBAN PK00\nthank you" || len(result.Action.Code) != 9 || result.Action.Code != result.ProviderID {
				t.Fatalf("Begin answers %+v", result)
			}
			return result
		}
		decide := func(reference string, verdict manual.State) (fresh bool, err error) {
			err = db.Write(t.Context(), func(tx sqldb.Tx) (err error) {
				_, fresh, err = manual.NewDesk(tx).Decide(manual.Decision{Reference: reference, Verdict: verdict, By: "Ann", Note: "seen", At: d.clock()})
				return err
			})
			return fresh, err
		}

		first := begin("ATT_1")
		if again := begin("ATT_1"); again.Action.Code != first.Action.Code {
			t.Errorf("a replay shows the code %s, not %s", again.Action.Code, first.Action.Code)
		}
		begin("ATT_2")
		var waiting []manual.Entry
		err := db.Read(t.Context(), func(q sqldb.Querier) (err error) { waiting, err = manual.Waiting(q, 10); return err })
		if err != nil || len(waiting) != 2 || waiting[0].Reference != "ATT_1" {
			t.Fatalf("waiting: %+v %v", waiting, err)
		}

		if fresh, err := decide("ATT_1", manual.Confirmed); err != nil || !fresh {
			t.Fatalf("confirmed: %v %v", fresh, err)
		}
		if fresh, err := decide("ATT_1", manual.Confirmed); err != nil || fresh {
			t.Errorf("confirmed again: fresh %v, %v; want no change", fresh, err)
		}
		if _, err := decide("ATT_1", manual.Refused); fault.CodeOf(err) != "already_decided" {
			t.Errorf("a word was taken back: %v", err)
		}
		if _, err := decide("ATT_3", manual.Refused); fault.CodeOf(err) != "manual_entry_not_found" {
			t.Errorf("an unknown entry: %v", err)
		}
		var kept manual.Entry
		err = db.Write(t.Context(), func(tx sqldb.Tx) (err error) {
			kept, err = manual.NewDesk(tx).FindCode(" " + strings.ToLower(strings.ReplaceAll(first.Action.Code, "-", "")))
			return err
		})
		if err != nil || kept.Reference != "ATT_1" || kept.DecidedBy != "Ann" || kept.Note != "seen" || !kept.DecidedAt.Equal(d.clock()) {
			t.Errorf("the book keeps %+v %v", kept, err)
		}

		if result := slow.Cancel(t.Context(), connector.Ref{Reference: "ATT_2"}); result.Reason != connector.ReasonCancelled {
			t.Errorf("Cancel answers %+v", result)
		}
		if _, err := decide("ATT_2", manual.Confirmed); fault.CodeOf(err) != "already_decided" {
			t.Errorf("a withdrawn charge was confirmed: %v", err)
		}
	})
}
