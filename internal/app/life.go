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

// DrainDelay is how long a stop lingers before StopPatience begins to count.
func (a *App) DrainDelay() time.Duration { return a.config.DrainDelay }

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
	if err := a.planSweep(ctx); err != nil {
		return err
	}
	if err := a.planRetention(ctx); err != nil {
		return err
	}
	life := context.WithoutCancel(ctx)
	a.dispatcher.Start(life)
	a.jobs.Start(life)
	a.serve(a.server, a.listener, a.tls)
	if a.socket != nil {
		a.serve(a.commands, a.socket, nil)
	}
	if a.aside != nil {
		a.serve(a.admin, a.aside, nil)
	}
	a.started.Store(true)
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

func (a *App) serve(server *http.Server, listener net.Listener, cert *certificate) {
	a.serving.Go(func() {
		var err error
		if cert != nil {
			server.TLSConfig = cert.config()
			err = server.ServeTLS(listener, "", "")
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fault.New(fault.Internal, "listener_broken", "The server cannot accept connections any more").
				WithHint("Start it again; its log says what happened").WithCause(err)
		}
	})
}

// Stop drains in the order in which work flows: /readyz says no for
// --drain-delay, then listeners are sent away, then no new requests, no new timers, then the provider calls
// under way, then the deliveries that they made, and the data last. The admin
// address answers until all work has ended. What ctx cuts off is taken up after
// the next start. It returns what could not be ended in time. A second Stop
// waits for the first; an App that was never started is released.
func (a *App) Stop(ctx context.Context) error {
	a.stop.Do(func() {
		a.draining.Store(true)
		a.linger(ctx)
		var errs []error
		shut := func(server *http.Server) {
			if err := server.Shutdown(ctx); err != nil {
				errs = append(errs, err, server.Close())
			}
		}
		a.listeners.Close()
		shut(a.server)
		shut(a.commands)
		errs = append(errs, a.jobs.Stop(ctx))
		a.core.Stop(ctx)
		errs = append(errs, a.dispatcher.Stop(ctx))
		a.auth.Stop()
		shut(a.admin)
		a.serving.Wait()
		errs = append(errs, a.release())
		a.stopped = errors.Join(errs...)
		a.log.Info("stopped")
	})
	return a.stopped
}

// linger serves on while whoever balances the load finds out by /readyz that
// this server is leaving. Clients that keep their connections are told to let
// them go.
func (a *App) linger(ctx context.Context) {
	if !a.started.Load() || a.config.DrainDelay <= 0 {
		return
	}
	a.log.Info("draining", "delay", a.config.DrainDelay)
	a.server.SetKeepAlivesEnabled(false)
	limited, cancel := context.WithTimeout(ctx, a.config.DrainDelay)
	defer cancel()
	select {
	case <-limited.Done():
	case <-a.drained:
	}
}

// release gives back what New took, whatever of it there is.
func (a *App) release() (err error) {
	for _, listener := range []net.Listener{a.listener, a.socket, a.aside} {
		if listener == nil {
			continue
		}
		if closed := listener.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) {
			err = errors.Join(err, closed)
		}
	}
	for _, client := range a.outward {
		client.Close()
	}
	if a.data != nil {
		err = errors.Join(err, a.data.close())
	}
	return err
}
