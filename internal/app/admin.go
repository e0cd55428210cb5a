package app

import (
	"context"
	"log/slog"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/operator"
)

// adminHandler is what is served beside the shop, for the operator's own
// network (--admin-listen).
func (a *App) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.showHealth)
	mux.HandleFunc("GET /readyz", a.showReadiness)
	mux.Handle("GET /metrics", a.metrics.Handler())
	return mux
}

// commandHandler is what the socket in the data directory does.
func (a *App) commandHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", operator.Handler(a.operator))
	operator.HandleDataCopy(mux, func(ctx context.Context, _ operator.DataCopyIn) (operator.DataCopy, error) {
		dir, err := a.data.copy(ctx)
		if err == nil {
			a.log.Info("data copied for a backup", "dir", dir)
		}
		return operator.DataCopy{Dir: dir}, err
	})
	return mux
}

// newQuietServer makes a server for callers that need no bounds: whoever may
// open the socket may do everything, and a copy of much data takes its time.
func (a *App) newQuietServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: defaultTimes.Header, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
}

// limiter bounds how often one credential may call (--rate-limit).
func (a *App) limiter() api.Limiter {
	if a.config.RateLimit == 0 {
		return nil
	}
	const burst = 2 // seconds' worth at once
	return api.NewBuckets(api.BucketsConfig{PerSecond: float64(a.config.RateLimit), Burst: burst * a.config.RateLimit})
}
