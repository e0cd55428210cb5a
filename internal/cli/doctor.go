package cli

import (
	"context"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"tillway/internal/app"
	"tillway/internal/config"
)

// doctorCommand looks at everything a server needs, with the server's own
// flags, and changes nothing.
type doctorCommand struct {
	config.Config `embed:""`
	Probe         string `default:"https://example.com" placeholder:"URL" help:"Address to ask for the way out of this host and for the time; none leaves both out (${default})."`
	JSON          bool   `help:"Print one JSON object."`
}

// Run exits 0 when nothing is wrong, warnings aside, and 1 otherwise.
func (c *doctorCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return outcome{exitFailed, err}
	}
	probe := c.Probe
	if probe == "none" {
		probe = ""
	}
	diagnosis := app.Diagnose(ctx, app.DiagnoseConfig{Config: c.Config, Probe: probe, Log: s.log(slog.LevelError)})
	if c.JSON {
		if err := printJSON(s.Out, diagnosis); err != nil {
			return outcome{exitFailed, err}
		}
	} else {
		table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
		for _, finding := range diagnosis.Findings {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", finding.Verdict, finding.Check, finding.Detail)
			if finding.Remedy != "" {
				_, _ = fmt.Fprintf(table, "\t\t→ %s\n", finding.Remedy)
			}
		}
		if err := table.Flush(); err != nil {
			return outcome{exitFailed, err}
		}
	}
	if !diagnosis.Healthy {
		return outcome{code: exitNo}
	}
	return nil
}
