package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tillway/internal/config"
	"tillway/internal/connector"
	"tillway/internal/connector/simulator"
	"tillway/internal/report"
	"tillway/internal/store"
)

// Verify checks the data, beside a server that may be working on it. It writes
// nothing. progress is told what is being looked at.
func Verify(ctx context.Context, where config.Data, log *slog.Logger, progress func(string)) (verdict report.Verdict, err error) {
	d, err := openDataToRead(ctx, where, log)
	if err != nil {
		return report.Verdict{}, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	return report.Verify(ctx, report.VerifyConfig{
		Facts:      store.NewFacts(d.main),
		Connectors: []connector.Connector{simulator.New(simulator.Config{DB: d.book})},
		Now:        time.Now,
		Progress:   progress,
	})
}
