package cli

import (
	"context"
	"fmt"
	"log/slog"

	"tillway/internal/app"
	"tillway/internal/config"
)

// migrateCommand brings the data to this program's version. A server does the
// same when it starts.
type migrateCommand struct {
	config.Data `embed:""`
	JSON        bool `help:"Print one JSON object."`
}

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	done, err := app.Migrate(ctx, c.Data, s.log(slog.LevelInfo))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, struct {
			Migrated app.Migrated `json:"migrated"`
		}{done})
	}
	for _, step := range done {
		text := fmt.Sprintf("%s was of version %d already", step.Database, step.To)
		if step.From != step.To {
			text = fmt.Sprintf("%s went from version %d to %d", step.Database, step.From, step.To)
		}
		if _, err := fmt.Fprintln(s.Out, text); err != nil {
			return err
		}
	}
	return nil
}
