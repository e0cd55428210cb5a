// Package cli is the command line: one file per command. A command reads its
// flags, calls one function of package app or operator, or a server over HTTP,
// and words the answer for a person or, with --json, for a program.
//
// What was asked for goes to standard output, everything else to standard
// error. It decides nothing about payments.
package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"

	"tillway/internal/config"
	"tillway/internal/telemetry"
)

// Streams are where a command writes.
type Streams struct {
	Out io.Writer
	Err io.Writer
}

// log is the log of a command, on standard error.
func (s Streams) log(level slog.Level) *slog.Logger {
	file, ok := s.Err.(*os.File)
	return telemetry.NewLog(telemetry.LogConfig{Output: s.Err, Terminal: ok && telemetry.Terminal(file), Level: level})
}

// commands is the grammar of the command line.
type commands struct {
	Config kong.ConfigFlag `placeholder:"FILE" help:"Read flags from this file, one JSON object such as {\"public_url\": \"https://pay.example.com\"}."`

	Demo       demoCommand       `cmd:"" help:"See it work: a server, a store, a checkout link, and a receiver that verifies the webhooks it gets."`
	Serve      serveCommand      `cmd:"" help:"Run the server."`
	Setup      setupCommand      `cmd:"" help:"Make a merchant with a store and the keys of every API."`
	Key        keyCommand        `cmd:"" help:"Make, list and revoke the API keys of merchants and stores."`
	Store      storeCommand      `cmd:"" help:"Approve, change and show stores."`
	Payment    paymentCommand    `cmd:"" help:"List, confirm and refuse payments by bank transfer or in cash."`
	Refund     refundCommand     `cmd:"" help:"Refund payments; list, approve and reject refunds that were asked for."`
	Link       linkCommand       `cmd:"" help:"List and show payment links; mark them delivered, returned or rejected."`
	Tax        taxCommand        `cmd:"" help:"Load and show the tax rates."`
	Webhook    webhookCommand    `cmd:"" help:"See what became of webhooks, and send again: one, those that failed, those that were missed."`
	WebhookKey webhookKeyCommand `cmd:"" name:"webhook-key" help:"List and rotate the keys that sign webhooks."`
	Listen     listenCommand     `cmd:"" help:"Receive webhooks in a program on this machine, without an address that the Internet can reach."`
	Trigger    triggerCommand    `cmd:"" help:"Send a sample of an event to a store's webhooks, really signed."`
	Pay        payCommand        `cmd:"" help:"Complete a checkout of the test environment without a browser."`
	Verify     verifyCommand     `cmd:"" help:"Prove that orders, payments, ledger, deliveries and the provider's book agree."`

	Backup  backupCommand  `cmd:"" help:"Save the data into a file, while the server runs."`
	Restore restoreCommand `cmd:"" help:"Make a data directory from a backup."`
	Migrate migrateCommand `cmd:"" help:"Bring the data to this program's version."`
	Doctor  doctorCommand  `cmd:"" help:"Say what is wrong with this installation, and the remedy."`
	Version versionCommand `cmd:"" help:"Say which program this is."`
}

const description = `Tillway is a payment platform in one binary: stores, hosted checkout, orders, ledger and signed webhooks.

Every flag can also be set by a variable: --public-url is TILLWAY_PUBLIC_URL.

Exit codes: 0 done; 1 the answer is no (a declined payment, broken data, a refused command); 2 it could not be done.`

// Run runs one command and returns the process's exit code.
func Run(ctx context.Context, args []string, streams Streams) int {
	var grammar commands
	exited, code := false, 0
	parser, err := kong.New(
		&grammar,
		kong.Name("tillway"), kong.Description(description), kong.DefaultEnvars(config.EnvPrefix),
		kong.Configuration(config.File), config.Spans(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(streams.Out, streams.Err),
		kong.Exit(func(c int) { exited, code = true, c }), // --help
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams),
	)
	if err != nil {
		return complain(streams.Err, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		if usage, ok := errors.AsType[*kong.ParseError](err); ok && usage.Context != nil {
			err = misuse(usage)
		}
		return complain(streams.Err, err)
	}
	if err := parsed.Run(); err != nil {
		return complain(streams.Err, err)
	}
	return exitDone
}
