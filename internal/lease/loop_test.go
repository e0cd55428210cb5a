package lease_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tillway/internal/lease"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a claim function that notes when it was called and answers from a
// list; the last answer repeats.
type script struct {
	began   time.Time
	calls   []time.Duration
	reports []func(now time.Time) (lease.Report, error)
}

func (s *script) claim(_ context.Context, now time.Time) (lease.Report, error) {
	s.calls = append(s.calls, now.Sub(s.began))
	return s.reports[min(len(s.calls), len(s.reports))-1](now)
}

func nothing(time.Time) (lease.Report, error) { return lease.Report{}, nil }
func more(time.Time) (lease.Report, error)    { return lease.Report{More: true}, nil }
func trouble(time.Time) (lease.Report, error) {
	return lease.Report{}, errors.New("the database is away")
}

func overdue(now time.Time) (lease.Report, error) {
	return lease.Report{Due: now.Add(-time.Hour)}, nil
}

func dueIn(pause time.Duration) func(time.Time) (lease.Report, error) {
	return func(now time.Time) (lease.Report, error) { return lease.Report{Due: now.Add(pause)}, nil }
}

// play runs a loop for a while of fake time.
func play(t *testing.T, length time.Duration, during func(*lease.Loop), reports ...func(time.Time) (lease.Report, error)) []time.Duration {
	t.Helper()
	var calls []time.Duration
	synctest.Test(t, func(t *testing.T) {
		s := &script{began: time.Now(), reports: reports}
		loop := lease.NewLoop(lease.LoopConfig{Name: "test", Claim: s.claim, Log: slog.New(slog.DiscardHandler)})
		loop.Start(t.Context())
		if during != nil {
			during(loop)
		}
		time.Sleep(length)
		synctest.Wait()
		if err := loop.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		calls = s.calls
	})
	return calls
}

func wantCalls(t *testing.T, got []time.Duration, want ...time.Duration) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("claimed at %v, want %v", got, want)
	}
}

func TestLoopClaimsAtOnceAndThenPolls(t *testing.T) {
	t.Parallel()
	wantCalls(t, play(t, 2500*time.Millisecond, nil, nothing), 0, time.Second, 2*time.Second)
}

func TestLoopClaimsAgainWhileThereIsMore(t *testing.T) {
	t.Parallel()
	wantCalls(t, play(t, time.Second/2, nil, more, more, nothing), 0, 0, 0)
}

func TestLoopWakesWhenTheNextRowIsDue(t *testing.T) {
	t.Parallel()
	wantCalls(t, play(t, time.Second, nil, dueIn(300*time.Millisecond), nothing), 0, 300*time.Millisecond)
}

func TestLoopPollsBeforeARowThatIsDueLate(t *testing.T) {
	t.Parallel()
	wantCalls(t, play(t, 1500*time.Millisecond, nil, dueIn(time.Hour)), 0, time.Second)
}

func TestLoopDoesNotSpinOnWhatItCannotClaim(t *testing.T) {
	t.Parallel()
	calls := play(t, 100*time.Millisecond, nil, overdue)
	if len(calls) < 2 || len(calls) > 30 {
		t.Errorf("claimed %d times in 100 ms", len(calls))
	}
}

func TestLoopClaimsOnWake(t *testing.T) {
	t.Parallel()
	calls := play(t, 900*time.Millisecond, func(loop *lease.Loop) {
		time.Sleep(100 * time.Millisecond)
		loop.Wake()
	}, nothing)
	wantCalls(t, calls, 0, 100*time.Millisecond)
}

func TestLoopPausesLongerAfterEachFailure(t *testing.T) {
	t.Parallel()
	calls := play(t, 17*time.Second, nil, trouble, trouble, trouble, trouble, nothing)
	wantCalls(t, calls[:6], 0, time.Second, 3*time.Second, 7*time.Second, 12*time.Second, 13*time.Second)
}

func TestLoopStopIsLegalAtAnyTime(t *testing.T) {
	t.Parallel()
	loop := lease.NewLoop(lease.LoopConfig{Claim: func(context.Context, time.Time) (lease.Report, error) {
		t.Error("claimed after a stop")
		return lease.Report{}, nil
	}})
	for range 2 {
		if err := loop.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	loop.Start(t.Context())
}

func TestLoopStopWaitsForTheClaimUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		loop := lease.NewLoop(lease.LoopConfig{Claim: func(ctx context.Context, _ time.Time) (lease.Report, error) {
			<-ctx.Done()
			<-release
			return lease.Report{}, ctx.Err()
		}})
		loop.Start(t.Context())
		synctest.Wait() // the claim is under way
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := loop.Stop(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stop gave %v, want the deadline's error", err)
		}
		close(release)
		if err := loop.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestLeases(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	held := lease.Lease{Owner: "me", Until: now.Add(time.Minute)}
	if !held.Covers(now, time.Minute) || held.Covers(now, time.Minute+1) {
		t.Error("a lease covers work that ends with it, and no longer work")
	}
	if held.Lapsed(now.Add(time.Minute-1)) || !held.Lapsed(now.Add(time.Minute)) {
		t.Error("a lease lapses at its end")
	}
	if nobody := (lease.Lease{Until: now.Add(time.Minute)}); !nobody.Lapsed(now) || nobody.Covers(now, 0) {
		t.Error("a lease of nobody covers nothing")
	}
}
