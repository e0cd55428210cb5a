package cli

import (
	"context"
	"errors"
	"log/slog"

	"tillway/internal/app"
	"tillway/internal/config"
)

// serveCommand runs the server until it is told to stop.
type serveCommand struct {
	config.Config `embed:""`
}

// Run serves. An interrupt or a termination signal drains and ends it.
func (c *serveCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	log := s.log(slog.LevelInfo)
	server, err := app.New(ctx, app.Config{Config: c.Config, Log: log})
	if err != nil {
		return err
	}
	return run(ctx, server, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			log.Info("stopping")
			return nil
		case err := <-server.Failed():
			return err
		}
	})
}

// run starts a server, does the work, and stops the server whatever the work
// returned.
func run(ctx context.Context, server *app.App, work func(context.Context) error) (err error) {
	defer func() {
		// The command's own context has ended by the signal that stops it.
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), app.StopPatience+server.DrainDelay())
		defer cancel()
		err = errors.Join(err, server.Stop(patience))
	}()
	if err := server.Start(ctx); err != nil {
		return err
	}
	return work(ctx)
}
