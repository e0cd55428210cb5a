package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"

	"tillway/internal/app"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
)

// setupCommand makes a merchant with everything an integration needs.
type setupCommand struct {
	config.Data `embed:""`
	Email       string `required:"" placeholder:"EMAIL" help:"The merchant's e-mail address; one merchant each."`
	StoreName   string `name:"store-name" placeholder:"NAME" help:"Name of its store. Default: the part of the e-mail before the @."`
	JSON        bool   `help:"Print one JSON object."`
	EnvFile     string `name:"env-file" type:"path" placeholder:"FILE" help:"Also write a new file with the keys, in the variables that the SDKs read."`
}

// Run sets the merchant up. Private keys and the keys of the store are printed
// this once and kept nowhere.
func (c *setupCommand) Run(ctx context.Context, s Streams) (err error) {
	if err := c.Resolve(); err != nil {
		return err
	}
	var file *os.File
	if c.EnvFile != "" {
		// Made first: keys must not be made and then find no place.
		if file, err = newEnvFile(c.EnvFile); err != nil {
			return err
		}
		defer func() {
			err = errors.Join(err, file.Close())
			if err != nil {
				err = errors.Join(err, os.Remove(c.EnvFile))
			}
		}()
	}
	var made operator.SetupOut
	// The one work of the operator that makes the data it is done on.
	open := func() (operator.Operator, func() error, error) {
		return app.OpenOperator(ctx, c.Data, s.log(slog.LevelWarn))
	}
	err = operateOn(open, func(o operator.Operator) (err error) {
		made, err = o.Setup(ctx, operator.SetupIn{Email: c.Email, StoreName: c.StoreName})
		return err
	})
	if err != nil {
		return err
	}
	if file != nil {
		if err := writeEnv(file, made); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(s.Out, made)
	}
	printSetup(s.Out, made, c.EnvFile)
	return nil
}

// operate opens who does the operator's work, has it done, and closes. Data that
// is not there is refused: a slip in --data must not make another installation.
func operate(ctx context.Context, where config.Data, s Streams, work func(operator.Operator) error) error {
	return operateUnder(ctx, where, app.Rules{}, s, work)
}

// operateUnder is operate for work that depends on how webhooks go out. A running
// server does it by its own rules; these count without one.
func operateUnder(ctx context.Context, where config.Data, rules app.Rules, s Streams, work func(operator.Operator) error) error {
	return operateOn(func() (operator.Operator, func() error, error) {
		return app.OpenOperatorUnder(ctx, where, rules, s.log(slog.LevelWarn))
	}, work)
}

// operateOn has the work done by whom open finds, and closes.
func operateOn(open func() (operator.Operator, func() error, error), work func(operator.Operator) error) (err error) {
	o, closeIt, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIt()) }()
	return work(o)
}

func printSetup(w io.Writer, made operator.SetupOut, envFile string) {
	_, _ = fmt.Fprintf(w, "Merchant %s with store %s is ready.\n\n", made.MerchantID, made.StoreID)
	if envFile != "" {
		_, _ = fmt.Fprintf(w, "Its keys are in %s (only you can read it).\n", envFile)
		return
	}
	for _, env := range []struct {
		name string
		key  operator.PancakeKey
	}{{"test", made.Pancake.Test}, {"prod", made.Pancake.Prod}} {
		_, _ = fmt.Fprintf(w, "Private key of the Pancake API in the %s environment, shown only now:\n\n%s\n", env.name, env.key.PrivateKey)
		_, _ = fmt.Fprintf(w, "Public key that verifies its webhooks:\n\n%s\n", env.key.WebhookPublicKey)
	}
	_, _ = fmt.Fprint(w, "Keys of the store for the other APIs, shown only now:\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range [][4]string{
		{"API", "ENVIRONMENT", "API KEY", "SECRET KEY"},
		{"waypay", "test", made.Waypay.Test.APIKey, made.Waypay.Test.SecretKey},
		{"waypay", "prod", made.Waypay.Live.APIKey, made.Waypay.Live.SecretKey},
		{"wayl", "both", made.Wayl.Token, "-"},
		{"diddo", "test", made.Diddo.Test.APIKey, "-"},
		{"diddo", "prod", made.Diddo.Live.APIKey, "-"},
	} {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", row[0], row[1], row[2], row[3])
	}
	_ = table.Flush()
	_, _ = fmt.Fprintln(w, "\nNext: give merchant id and private key to the SDK, and the server's address as its baseUrl.")
}

// newEnvFile makes a file that only its owner can read, and never replaces one.
func newEnvFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fault.Invalidf("--env-file", "env_file_exists", "The file %s exists already", path).
			WithHint("Move it away, or name another with --env-file; it is never overwritten")
	}
	if err != nil {
		return nil, fault.Invalidf("--env-file", "env_file", "The file %s cannot be made", path).
			WithHint("Name a file in a directory that you can write to").WithCause(err)
	}
	return file, nil
}
