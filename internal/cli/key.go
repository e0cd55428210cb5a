package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"tillway/internal/auth"
	"tillway/internal/config"
	"tillway/internal/operator"
)

// keyCommand groups what can be done with API keys.
type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make a key pair; the merchant's other keys stay valid."`
	List   keyListCommand   `cmd:"" help:"List a merchant's keys."`
	Revoke keyRevokeCommand `cmd:"" help:"End a key at once."`
}

// merchantFlags name the merchant and its data.
type merchantFlags struct {
	config.Data `embed:""`
	Email       string `required:"" placeholder:"EMAIL" help:"The merchant's e-mail address."`
	JSON        bool   `help:"Print one JSON object."`
}

type keyCreateCommand struct {
	merchantFlags `embed:""`
	Environment   string `default:"test" enum:"test,prod" help:"Environment of the key: test or prod (${default})."`
	Nickname      string `placeholder:"NAME" help:"Name to know the key by. Default: the time."`
}

// Run makes a key pair and prints its private half this once.
func (c *keyCreateCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var pair operator.KeyPair
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		pair, err = o.CreateKey(ctx, operator.CreateKeyIn{Email: c.Email, Environment: c.Environment, Nickname: c.Nickname})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, pair)
	}
	_, err = fmt.Fprintf(s.Out, "Key %s (%s) of merchant %s for the %s environment.\nPrivate key, shown only now:\n\n%s",
		pair.ID, pair.Nickname, pair.MerchantID, pair.Environment, pair.PrivateKey)
	return err
}

type keyListCommand struct {
	merchantFlags `embed:""`
}

// Run lists keys, newest first.
func (c *keyListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var list operator.Keys
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		list, err = o.ListKeys(ctx, operator.ListKeysIn{Email: c.Email})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, list)
	}
	table := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tENVIRONMENT\tNICKNAME\tCREATED\tLAST USED")
	for _, key := range list.Keys {
		used := "never"
		if key.LastUsedAt != nil {
			used = key.LastUsedAt.Format(time.DateTime)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", key.ID, key.Environment, key.Nickname, key.CreatedAt.Format(time.DateTime), used)
	}
	return table.Flush()
}

type keyRevokeCommand struct {
	merchantFlags `embed:""`
	Key           string `arg:"" name:"key-id" help:"The key, KEY_…"`
}

// Run ends a key.
func (c *keyRevokeCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var revoked operator.Key
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		revoked, err = o.RevokeKey(ctx, operator.RevokeKeyIn{Email: c.Email, Key: auth.KeyID(c.Key)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, revoked)
	}
	_, err = fmt.Fprintf(s.Out, "Key %s (%s) is revoked: requests signed with it are refused from now on.\n", revoked.ID, revoked.Nickname)
	return err
}
