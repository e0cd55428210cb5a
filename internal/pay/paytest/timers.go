package paytest

import (
	"context"
	"testing"
	"time"

	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

// due is one timer that has to be run.
type due struct {
	kind    pay.TimerKind
	subject string
	tries   int
}

// Timers counts the timers that are set.
func (s *Shop) Timers(t testing.TB) int {
	t.Helper()
	return int(s.Int(t, `SELECT COUNT(*) FROM timers`))
}

// PlayTimers runs every timer that is due, in order, until none is: what the
// job runner does, without its clock.
func (s *Shop) PlayTimers(t testing.TB) {
	t.Helper()
	for range 1000 {
		next, ok := s.nextTimer(t)
		if !ok {
			return
		}
		if err := s.run(next); err != nil {
			t.Fatalf("timer %s %s: %v", next.kind, next.subject, err)
		}
	}
	t.Fatalf("timers never come to rest")
}

// PlayTimer runs the first timer that is due, and reports whether there was
// one. A timer whose run fails is due again a second later, as with the job
// runner.
func (s *Shop) PlayTimer(t testing.TB) (played bool, err error) {
	t.Helper()
	next, due := s.nextTimer(t)
	if !due {
		return false, nil
	}
	failed := s.run(next)
	if failed == nil {
		return true, nil
	}
	if err := s.DB.Write(context.Background(), func(tx sqldb.Tx) error {
		tx.Exec(`UPDATE timers SET wake_at = $1 WHERE kind = $2 AND subject = $3`,
			s.Clock.Now().Add(time.Second).UnixMicro(), string(next.kind), next.subject)
		return nil
	}); err != nil {
		t.Fatalf("postpone timer: %v", err)
	}
	return true, failed
}

func (s *Shop) run(next due) error {
	ctx := context.Background()
	switch next.kind {
	case pay.TimerInquiry:
		return s.Core.Inquire(ctx, pay.AttemptID(next.subject), next.tries)
	case pay.TimerRefund:
		return s.Core.ExecuteRefund(ctx, pay.RefundID(next.subject), next.tries)
	case pay.TimerExpiry:
		return s.Core.Expire(ctx, pay.SessionID(next.subject), next.tries)
	}
	return nil
}

func (s *Shop) nextTimer(t testing.TB) (next due, ok bool) {
	t.Helper()
	err := s.DB.Read(context.Background(), func(q sqldb.Querier) error {
		rows, err := q.Query(`SELECT kind, subject, tries FROM timers WHERE wake_at <= $1 ORDER BY wake_at, kind, subject LIMIT 1`,
			s.Clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		defer rows.Close()
		if rows.Next() {
			ok = true
			return rows.Scan(&next.kind, &next.subject, &next.tries)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("read timers: %v", err)
	}
	return next, ok
}

// Int reads one number.
func (s *Shop) Int(t testing.TB, sql string, args ...any) (n int64) {
	t.Helper()
	err := s.DB.Read(context.Background(), func(q sqldb.Querier) error { return q.QueryRow(sql, args...).Scan(&n) })
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Balances sums the ledger by account, in minor units; accounts at zero are
// left out.
func (s *Shop) Balances(t testing.TB) map[string]int64 {
	t.Helper()
	balances := map[string]int64{}
	err := s.DB.Read(context.Background(), func(q sqldb.Querier) error {
		rows, err := q.Query(`SELECT account, CAST(SUM(amount) AS BIGINT) FROM ledger_entries GROUP BY account`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var account string
			var sum int64
			if err := rows.Scan(&account, &sum); err != nil {
				return err
			}
			if sum != 0 {
				balances[account] = sum
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("balances: %v", err)
	}
	return balances
}
