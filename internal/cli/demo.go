package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
)

// demoCommand shows the whole way of a sale on this host, with nothing to
// install: the store's calls are signed as an integration signs them, and the
// webhooks are verified as an integration verifies them.
type demoCommand struct {
	// No variable sets the first two: one that is meant for a server must not lead a
	// demo into its data.
	Data   string `env:"-" placeholder:"DIR" help:"Keep the data in this directory. Default: a temporary one."`
	Listen string `env:"-" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve on (${default}); another port is taken when this one is in use."`
	Once   bool   `help:"Pay by itself, wait for the verified webhook, check the books, and exit."`
}

// onceLimit is how long the whole story may take by itself.
const onceLimit = time.Minute

// Run shows the demo until it is interrupted or, with --once, has ended well.
func (c *demoCommand) Run(ctx context.Context, s Streams) (err error) {
	s.say("Tillway demo: starting a server with a store of its own …")
	where := config.Data{Dir: c.Data}
	if where.Dir == "" {
		if where.Dir, err = os.MkdirTemp("", "tillway-demo-"); err != nil {
			return fault.New(fault.Unavailable, "temp_dir", "No temporary directory can be made").
				WithHint("Name a directory with --data").WithCause(err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(where.Dir)) }()
	}
	if err := where.Resolve(); err != nil {
		return err
	}
	if c.Once {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, onceLimit)
		defer cancel()
	}
	server, err := c.server(ctx, where, s)
	if err != nil {
		return err
	}
	return run(ctx, server, func(ctx context.Context) error {
		return c.show(ctx, s, server, where)
	})
}

// server builds the server, on another port when its own is taken.
func (c *demoCommand) server(ctx context.Context, where config.Data, s Streams) (*app.App, error) {
	cfg := app.Config{
		Config: config.Config{Data: where, Listen: c.Listen, Dev: true},
		Log:    s.log(slog.LevelWarn),
	}
	if err := cfg.Resolve(); err != nil {
		return nil, err
	}
	server, err := app.New(ctx, cfg)
	if fault.CodeOf(err) == app.CodeAddressInUse {
		cfg.Listen = "127.0.0.1:0"
		server, err = app.New(ctx, cfg)
	}
	return server, err
}

func (c *demoCommand) show(ctx context.Context, s Streams, server *app.App, where config.Data) (err error) {
	// Every run has a merchant of its own, so that a directory can be used again.
	made, err := server.Operator().Setup(ctx, operator.SetupIn{
		Email: fmt.Sprintf("demo-%d@example.com", time.Now().UnixMilli()), StoreName: "Demo Bookshop",
	})
	if err != nil {
		return err
	}
	receiver, err := openReceiver(ctx, made.Pancake.Test.WebhookPublicKey)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, receiver.close()) }()
	shop, err := openShop(ctx, server.URL(), made, receiver.url())
	if err != nil {
		return err
	}
	link, err := shop.sell(ctx)
	if err != nil {
		return err
	}
	s.say("  server    %s", server.URL())
	s.say("  data      %s%s", where.Dir, map[bool]string{true: "", false: " (removed when the demo ends)"}[c.Data != ""])
	s.say("  store     Demo Bookshop, %s", made.StoreID)
	s.say("  product   %s, %s %s", demoProduct, demoPrice, demoCurrency)
	s.say("  receiver  %s verifies every webhook's RSA signature", receiver.url())
	if c.Once {
		return c.once(ctx, s, link, receiver, where)
	}
	return c.watch(ctx, s, link, shop, receiver, server)
}

// watch prints what the receiver gets, and a new link after each sale.
func (c *demoCommand) watch(ctx context.Context, s Streams, link string, shop *demoShop, receiver *demoReceiver, server *app.App) error {
	s.offer(link)
	for {
		select {
		case <-ctx.Done():
			s.say("\nStopping …")
			return nil
		case err := <-server.Failed():
			return err
		case got := <-receiver.received:
			s.say("%s", got)
			if got.err != nil {
				continue
			}
			link, err := shop.sell(ctx)
			if err != nil {
				return err
			}
			s.offer(link)
		}
	}
}

func (s Streams) offer(link string) {
	s.say("\nBuy something: open\n  %s\nwith the card 4576 7500 0000 0110, any future expiry, any CVC; or without a browser:\n  %s pay %s\n\nWaiting for webhooks (Ctrl-C ends) …", link, program(), link)
}

// program is how this program was called, so that a printed line can be copied.
func program() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/tillway"
	}
	return os.Args[0]
}

// once plays the buyer, and tells the story as it happens.
func (c *demoCommand) once(ctx context.Context, s Streams, link string, receiver *demoReceiver, where config.Data) error {
	s.say("  checkout  %s", link)
	walker, err := newPayer(link, purchase{Card: demoCard})
	if err != nil {
		return err
	}
	answer, err := walker.pay(ctx)
	if err != nil {
		return err
	}
	result := resultOf(answer)
	if result.code != exitDone {
		return outcome{exitFailed, fault.New(fault.Internal, "demo_unpaid", "The demo's purchase was not paid: "+result.Message)}
	}
	s.say("  paid      %s %s: order %s, payment %s", result.Amount, result.Currency, result.OrderID, result.PaymentID)
	for {
		select {
		case <-ctx.Done():
			return outcome{exitFailed, fault.New(fault.Unavailable, "demo_silent", "No webhook of the purchase has arrived").
				WithHint("See the warnings above").WithCause(context.Cause(ctx))}
		case got := <-receiver.received:
			s.say("%s", got)
			if got.err != nil {
				return outcome{exitFailed, fault.New(fault.Internal, "demo_forged", "The webhook does not verify").WithCause(got.err)}
			}
			if got.EventID == string(result.PaymentID) {
				return c.prove(ctx, s, where)
			}
		}
	}
}

// prove checks the books beside the running server.
func (c *demoCommand) prove(ctx context.Context, s Streams, where config.Data) error {
	verdict, err := app.Verify(ctx, where, s.log(slog.LevelWarn), nil)
	if err != nil {
		return err
	}
	if !verdict.Clean() {
		printVerdict(s.Err, verdict)
		return outcome{code: exitFailed}
	}
	s.say("  books     order, payment, ledger, event, delivery and the provider's book agree")
	return nil
}

func (s Streams) say(format string, args ...any) { _, _ = fmt.Fprintf(s.Out, format+"\n", args...) }
