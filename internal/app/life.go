package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"tillway/internal/fault"
)

// StopPatience is how long a stop should let requests, provider calls and
// deliveries under way take: the longest of them, a delivery's attempt and a
// buyer's wait, fit into it.
const StopPatience = 15 * time.Second

// Start frees what a dead predecessor held, and begins to serve. Its context
// bounds the start alone; Stop ends what was started.
func (a *App) Start(ctx context.Context) error {
	if a.alone() {
		if err := a.timers.FreeTimers(ctx, a.owner); err != nil {
			return err
		}
		if err := a.timers.WakeCalling(ctx, a.core.Now()); err != nil {
			return err
		}
	}
	life := context.WithoutCancel(ctx)
	a.dispatcher.Start(life)
	a.jobs.Start(life)
	a.serve(a.server, a.listener, a.config.TLSCert, a.config.TLSKey)
	if a.socket != nil {
		a.serve(a.commands, a.socket, "", "")
	}
	if a.config.PublicURL == "" && !isLoopback(a.listener.Addr()) {
		a.log.Warn("links lead to this host only; give the address that buyers use with --public-url", "url", a.url)
	}
	a.log.Info("serving", "url", a.url, "listen", a.Addr(), "data", a.place())
	return nil
}

// place is where the data is, without a password.
func (a *App) place() string {
	if a.config.Postgres() {
		return "PostgreSQL"
	}
	return a.config.Dir
}

func (a *App) serve(server *http.Server, listener net.Listener, cert, key string) {
	a.serving.Go(func() {
		var err error
		if cert != "" {
			err = server.ServeTLS(listener, cert, key)
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fault.New(fault.Internal, "listener_broken", "The server cannot accept connections any more").
				WithHint("Start it again; its log says what happened").WithCause(err)
		}
	})
}

// Stop drains in the order in which work flows: no new requests, no new
// timers, then the provider calls under way, then the deliveries that they
// made, and the data last. What ctx cuts off is taken up after the next start.
// It returns what could not be ended in time. A second Stop waits for the
// first; an App that was never started is released.
func (a *App) Stop(ctx context.Context) error {
	a.stop.Do(func() {
		a.draining.Store(true)
		var errs []error
		for _, server := range []*http.Server{a.server, a.commands} {
			if err := server.Shutdown(ctx); err != nil {
				errs = append(errs, err, server.Close())
			}
		}
		a.serving.Wait()
		errs = append(errs, a.jobs.Stop(ctx))
		a.core.Stop(ctx)
		errs = append(errs, a.dispatcher.Stop(ctx))
		a.auth.Stop()
		errs = append(errs, a.release())
		a.stopped = errors.Join(errs...)
		a.log.Info("stopped")
	})
	return a.stopped
}

// release gives back what New took, whatever of it there is.
func (a *App) release() (err error) {
	for _, listener := range []net.Listener{a.listener, a.socket} {
		if listener == nil {
			continue
		}
		if closed := listener.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	if a.data != nil {
		err = errors.Join(err, a.data.close())
	}
	return err
}
