package cli

import (
	"fmt"
	"io"
	"time"

	"tillway/internal/config"
	"tillway/internal/pay"
)

// webhookCommand groups what the operator does with stores' webhooks.
type webhookCommand struct {
	List       webhookListCommand       `cmd:"" help:"List a store's webhooks and how they do."`
	Log        webhookLogCommand        `cmd:"" help:"List deliveries, newest first."`
	Show       webhookShowCommand       `cmd:"" help:"Show one delivery: what was sent and answered in each try."`
	Unmatched  webhookUnmatchedCommand  `cmd:"" help:"List events of which nobody was told."`
	Resend     webhookResendCommand     `cmd:"" help:"Send one delivery now: the same id and bytes, signed afresh."`
	Recover    webhookRecoverCommand    `cmd:"" help:"Send all deliveries again that failed since a moment."`
	Replay     webhookReplayCommand     `cmd:"" help:"Send the events since a moment that a webhook was never sent."`
	Recoveries webhookRecoveriesCommand `cmd:"" help:"List a store's recoveries and replays, newest first."`
	Cancel     webhookCancelCommand     `cmd:"" help:"End a recovery or a replay; what it made due until then stays due."`
	Add        webhookAddCommand        `cmd:"" help:"Register an address that is told of a store's events."`
	Remove     webhookRemoveCommand     `cmd:"" help:"Delete a webhook; its log stays."`
	Set        webhookSetCommand        `cmd:"" help:"Change a webhook's rate, order, retries, headers and description."`
	Enable     webhookEnableCommand     `cmd:"" help:"Let a webhook receive again."`
	Disable    webhookDisableCommand    `cmd:"" help:"Let a webhook receive no more; its log stays."`
	Check      webhookCheckCommand      `cmd:"" help:"Say whether webhooks may go to a URL, and which rule refuses it."`
	Ping       webhookPingCommand       `cmd:"" help:"Connect to where a webhook leads, without sending anything."`
}

// webhookPageFlags name a part of a store's log.
type webhookPageFlags struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO" help:"The store, STO_…"`
	Env         string `default:"test" enum:"test,prod" help:"Environment: test or prod (${default})."`
	Since       string `placeholder:"TIME" help:"Only what was made at or after: 2026-11-20T09:00:00Z, 2026-11-20 (in UTC), or 24h and 7d for so long ago."`
	Until       string `placeholder:"TIME" help:"Only what was made before; as --since."`
	Limit       int    `default:"50" placeholder:"N" help:"How many at once, 100 at most (${default})."`
	After       string `placeholder:"CURSOR" help:"Go on where the last page ended."`
	JSON        bool   `help:"Print one JSON object."`
}

func (f webhookPageFlags) store() pay.StoreID { return pay.StoreID(f.Store) }

// span is the part of time that is asked for.
func (f webhookPageFlags) span() (since, until time.Time, err error) {
	now := time.Now()
	if since, err = parseMoment("--since", f.Since, now); err != nil {
		return since, until, err
	}
	until, err = parseMoment("--until", f.Until, now)
	return since, until, err
}

// printNext says how a list goes on.
func printNext(w io.Writer, next string, incomplete bool) {
	switch {
	case incomplete:
		_, _ = fmt.Fprintf(w, "\nMany rows were looked at, and there are more: go on with --after %s, or ask for a shorter time.\n", next)
	case next != "":
		_, _ = fmt.Fprintf(w, "\nThere is more: --after %s\n", next)
	}
}

// shortTime is a time in a list, "-" for none.
func shortTime(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format(time.DateTime)
}

// orDash is a text in a list, "-" for none.
func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
