package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/report"
)

// verifyCommand checks the data, beside a running server or without one.
type verifyCommand struct {
	config.Data `embed:""`
	JSON        bool `help:"Print one JSON object."`
}

// Run exits 0 when everything agrees and 1 when something is broken, which it
// names.
func (c *verifyCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return outcome{exitFailed, err}
	}
	verdict, err := app.Verify(ctx, c.Data, s.log(slog.LevelWarn), func(what string) {
		_, _ = fmt.Fprintln(s.Err, "checking "+what)
	})
	if err != nil {
		return outcome{exitFailed, err}
	}
	if c.JSON {
		if err := printJSON(s.Out, verdict); err != nil {
			return outcome{exitFailed, err}
		}
	} else {
		printVerdict(s.Out, verdict)
	}
	if !verdict.Clean() {
		return outcome{code: exitNo}
	}
	return nil
}

func printVerdict(w io.Writer, v report.Verdict) {
	for _, finding := range v.Findings {
		_, _ = fmt.Fprintf(w, "%s: %s %s\n", finding.Rule, finding.Subject, finding.Detail)
	}
	if unlisted := v.Broken - len(v.Findings); unlisted > 0 {
		_, _ = fmt.Fprintf(w, "… and %d more\n", unlisted)
	}
	c := v.Checked
	_, _ = fmt.Fprintf(w, "checked %d orders, %d sessions, %d payments, %d attempts, %d refunds, %d ledger facts, %d events, %d provider bookings\n",
		c.Orders, c.Sessions, c.Payments, c.Attempts, c.Refunds, c.LedgerFacts, c.Events, c.Bookings)
	if v.Unsettled > 0 {
		_, _ = fmt.Fprintf(w, "%d provider bookings are still to be settled by inquiry\n", v.Unsettled)
	}
	if v.Clean() {
		_, _ = fmt.Fprintln(w, "everything agrees")
	} else {
		_, _ = fmt.Fprintf(w, "%d findings: something is broken\n", v.Broken)
	}
}
