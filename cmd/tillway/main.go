// Command tillway is a payment platform in one binary; see tillway --help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"tillway/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Streams{Out: os.Stdout, Err: os.Stderr}))
}
