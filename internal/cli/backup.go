package cli

import (
	"context"
	"fmt"
	"log/slog"

	"tillway/internal/app"
	"tillway/internal/config"
)

// backupCommand saves the data, beside a running server or without one.
type backupCommand struct {
	config.Data `embed:""`
	File        string `arg:"" type:"path" help:"The file to make; one that exists is never replaced."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run makes the file.
func (c *backupCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	report, err := app.Backup(ctx, c.Data, c.File, s.log(slog.LevelWarn), s.progress)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(s.Err, "The master key is not in it. Keep a copy of it somewhere else (the file master.key of the data directory,\n"+
		"or what TILLWAY_MASTER_KEY holds): without it the secrets in the backup cannot be read by anyone, nor by you.")
	if c.JSON {
		return printJSON(s.Out, report)
	}
	const mega = 1e6
	_, err = fmt.Fprintf(s.Out, "%s holds the data as it was when the command began to pack: %.1f MB.\n", report.File, float64(report.Bytes)/mega)
	return err
}

// restoreCommand makes a data directory from a backup.
type restoreCommand struct {
	config.Data `embed:""`
	File        string `arg:"" type:"path" help:"A file that tillway backup has made."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run restores into a new directory.
func (c *restoreCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	report, err := app.Restore(ctx, c.Data, c.File, s.log(slog.LevelWarn), s.progress)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, report)
	}
	_, err = fmt.Fprintf(s.Out, "%s holds the data of %s. Next: tillway verify --data %s, then serve it.\n",
		report.Dir, report.CreatedAt.Format("2006-01-02 15:04:05 MST"), report.Dir)
	return err
}

// progress tells what is being done, on standard error.
func (s Streams) progress(what string) { _, _ = fmt.Fprintln(s.Err, what) }
