package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"tillway/internal/fault"
	"tillway/internal/sqldb"
)

// failing is a database that fails in one way.
type failing struct {
	sqldb.DB
	err error
}

func (f failing) Read(context.Context, func(sqldb.Querier) error) error { return f.err }

func (f failing) Write(context.Context, func(sqldb.Tx) error) error { return f.err }

func TestAnswering(t *testing.T) {
	t.Parallel()
	own := fault.New(fault.Conflict, "mine", "Mine")
	for _, test := range []struct {
		name string
		err  error
		kind fault.Kind
		code string
	}{
		{"a database that is away", fmt.Errorf("%w: connection refused", sqldb.ErrUnavailable), fault.Unavailable, "database_unavailable"},
		{"a database that is closing", sqldb.ErrClosed, fault.Unavailable, "database_unavailable"},
		{"a commit without an answer", fmt.Errorf("%w: reset", sqldb.ErrUnknownCommit), fault.Unavailable, "outcome_unknown"},
		{"a fault of the closure", own, fault.Conflict, "mine"},
		{"a statement that is wrong", errors.New("no such table"), fault.Internal, "internal"},
		{"no failure", nil, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			db := answering{failing{err: test.err}}
			for what, err := range map[string]error{"Read": db.Read(t.Context(), nil), "Write": db.Write(t.Context(), nil)} {
				if fault.KindOf(err) != test.kind || fault.CodeOf(err) != test.code || !errors.Is(err, test.err) {
					t.Errorf("%s gives %v, want %v %q caused by %v", what, err, test.kind, test.code, test.err)
				}
			}
		})
	}
}

// Who asks for the log, or has the books verified, is told so too.
func TestReportsTellOfADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	db := failing{err: sqldb.ErrUnavailable}
	_, logged := NewWebhookLog(db).ScopeOf(t.Context(), "D1")
	_, facts := NewFacts(db).Orders(t.Context(), "", 1)
	for what, err := range map[string]error{"the log": logged, "the facts": facts} {
		if fault.CodeOf(err) != "database_unavailable" {
			t.Errorf("%s gives %v", what, err)
		}
	}
}
