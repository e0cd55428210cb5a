package report

import (
	"context"
	"errors"
	"time"

	"tillway/internal/connector"
)

// verifyPage is how many facts one snapshot reads: a few milliseconds, unless
// the database is busy or has not yet counted its rows.
const verifyPage = 500

// VerifyConfig is what Verify looks at.
type VerifyConfig struct {
	Facts      Facts
	Connectors []connector.Connector // those that keep a book are compared with ours
	Now        func() time.Time
	// Progress is told what is being looked at; nil is silent.
	Progress func(what string)
}

// Verify compares every fact with what must belong to it and names what does
// not. It reads in bounded snapshots beside a working server.
//
// Totals are not compared: they would differ by whatever commits between two
// snapshots. Instead every posting is compared with its fact, every fact with
// its postings, every line of a provider's book with our attempt, and every
// capture of ours with the book. Where none of these differs, the balances
// are equal; where one does, it is named.
//
// The error is that of a read that failed; findings are no error.
func Verify(ctx context.Context, config VerifyConfig) (Verdict, error) {
	v := verification{VerifyConfig: config, started: config.Now()}
	if v.Progress == nil {
		v.Progress = func(string) {}
	}
	for _, step := range []struct {
		what string
		run  func(context.Context) error
	}{
		{"ledger", v.ledger},
		{"payments", v.payments},
		{"attempts", v.attempts},
		{"refunds", v.refunds},
		{"orders", v.orders},
		{"sessions", v.sessions},
		{"events", v.events},
		{"provider books", v.books},
	} {
		v.Progress(step.what)
		if err := step.run(ctx); err != nil {
			return Verdict{}, err
		}
	}
	return v.verdict, nil
}

// verification is one run of Verify.
type verification struct {
	VerifyConfig
	started time.Time
	verdict Verdict
}

// walk pages through facts and judges each.
func walk[F any](
	ctx context.Context, count *int, page func(context.Context, string, int) ([]F, error),
	key func(F) string, judge func(context.Context, F) error,
) error {
	after, limit := "", verifyPage
	for {
		facts, err := page(ctx, after, limit)
		if errors.Is(err, ErrSlowPage) && limit > 1 {
			limit /= 2
			continue
		}
		if err != nil {
			return err
		}
		for _, fact := range facts {
			if err := judge(ctx, fact); err != nil {
				return err
			}
		}
		*count += len(facts)
		if len(facts) < limit {
			return nil
		}
		after = key(facts[len(facts)-1])
	}
}
