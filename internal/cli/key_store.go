package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"tillway/internal/auth"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// dialectOfOneToken is the API whose keys serve both environments.
const dialectOfOneToken = "wayl"

// createOfStore makes a key of a store, or the token for one.
func (c *keyCreateCommand) createOfStore(ctx context.Context, s Streams) error {
	if c.Dialect == "" {
		return usage("--dialect", "Name the API of the key: --dialect wayl, waypay or diddo")
	}
	if c.Temporary {
		return c.issue(ctx, s)
	}
	in := operator.CreateStoreKeyIn{Store: pay.StoreID(c.Store), Dialect: c.Dialect, Environment: pay.Env(c.Env), Nickname: c.Nickname}
	if in.Environment == "" && c.Dialect != dialectOfOneToken {
		in.Environment = pay.Test
	}
	if c.ExpiresIn != "" {
		span, ok := config.ParseSpan(c.ExpiresIn)
		if !ok || span == 0 {
			return outcome{exitFailed, fault.Invalidf("--expires-in", "bad_span", "--expires-in is no length of time: %q", c.ExpiresIn).
				WithHint("Write 24h or 90d")}
		}
		in.ExpiresAt = time.Now().Add(span).UTC()
	}
	var made operator.StoreKeySecret
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		made, err = o.CreateStoreKey(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, made)
	}
	return printStoreKey(s.Out, made)
}

func printStoreKey(w io.Writer, made operator.StoreKeySecret) error {
	until := ""
	if made.ExpiresAt != nil {
		until = ", good until " + made.ExpiresAt.Format(time.DateTime) + " UTC"
	}
	_, err := fmt.Fprintf(w, "Key %s of store %s for the %s API, %s%s.\nAPI key, shown only now:\n\n%s\n",
		made.ID, made.Store, made.Dialect, inEnvironment(made.Environment), until, made.APIKey)
	if err == nil && made.SecretKey != "" {
		_, err = fmt.Fprintf(w, "\nSecret key that requests are signed with, the same for every key of the store in this environment:\n\n%s\n", made.SecretKey)
	}
	return err
}

func inEnvironment(env pay.Env) string {
	if env == "" {
		return "for both environments"
	}
	return "for the " + string(env) + " environment"
}

// issue makes a temporary token.
func (c *keyCreateCommand) issue(ctx context.Context, s Streams) error {
	if c.ExpiresIn != "" {
		return usage("--expires-in", "--expires-in is of a key; a temporary token is always good for one hour")
	}
	var issued operator.StoreToken
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		issued, err = o.IssueStoreToken(ctx, operator.IssueStoreTokenIn{
			Store: pay.StoreID(c.Store), Dialect: c.Dialect, Environment: pay.Env(c.Env), Nickname: c.Nickname,
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, issued)
	}
	which := "of either environment"
	if issued.Environment != "" {
		which = "of the " + string(issued.Environment) + " environment"
	}
	_, err = fmt.Fprintf(s.Out, "Temporary token of store %s, good for one key %s until %s UTC, shown only now:\n\n%s\n",
		issued.Store, which, issued.ExpiresAt.Format(time.DateTime), issued.Token)
	return err
}

// listOfStore lists a store's keys.
func (c *keyListCommand) listOfStore(ctx context.Context, s Streams) error {
	var list operator.StoreKeys
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListStoreKeys(ctx, operator.ListStoreKeysIn{Store: pay.StoreID(c.Store), Dialect: c.Dialect})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tAPI\tENVIRONMENT\tENDS IN\tNICKNAME\tCREATED\tLAST USED\tRUNS OUT")
	for _, key := range list.Keys {
		env, nickname := string(key.Environment), key.Nickname
		if env == "" {
			env = "both"
		}
		if nickname == "" {
			nickname = "-"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", key.ID, key.Dialect, env, key.LastFour, nickname,
			key.CreatedAt.Format(time.DateTime), everUsed(key.LastUsedAt), dated(key.ExpiresAt))
	}
	return table.Flush()
}

// revokeOfStore ends a store's key.
func (c *keyRevokeCommand) revokeOfStore(ctx context.Context, s Streams) error {
	var revoked operator.StoreKey
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		revoked, err = o.RevokeStoreKey(ctx, operator.RevokeStoreKeyIn{Key: auth.StoreKeyID(c.Key)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, revoked)
	}
	_, err = fmt.Fprintf(s.Out, "Key %s (…%s) of store %s is revoked: requests with it are refused from now on.\n", revoked.ID, revoked.LastFour, revoked.Store)
	return err
}

// keyRotateSecretCommand replaces what requests to the Waypay API are signed with.
type keyRotateSecretCommand struct {
	config.Data `embed:""`
	Store       string `required:"" placeholder:"STO_…" help:"The store."`
	Dialect     string `enum:"waypay" default:"waypay" placeholder:"API" help:"The API whose requests are signed (${default})."`
	Env         string `name:"env" required:"" enum:"test,prod" placeholder:"ENV" help:"Environment: test or prod."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run makes another secret key and prints it this once.
func (c *keyRotateSecretCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var made operator.StoreSecret
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		made, err = o.RotateStoreSecret(ctx, operator.RotateStoreSecretIn{
			Store: pay.StoreID(c.Store), Dialect: c.Dialect, Environment: pay.Env(c.Env),
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, made)
	}
	_, err = fmt.Fprintf(s.Out, "New secret key of store %s for the %s API, %s, shown only now:\n\n%s\n\nRequests signed with the one before are refused from now on, and webhooks are signed with this one; the API keys stay as they are.\n",
		made.Store, made.Dialect, inEnvironment(made.Environment), made.SecretKey)
	return err
}
