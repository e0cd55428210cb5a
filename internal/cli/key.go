package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"tillway/internal/auth"
	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// keyCommand groups what can be done with API keys.
type keyCommand struct {
	Create       keyCreateCommand       `cmd:"" help:"Make a key; the other keys stay valid."`
	List         keyListCommand         `cmd:"" help:"List the keys of a merchant (Pancake) or of a store (Wayl, Waypay, Diddo)."`
	Revoke       keyRevokeCommand       `cmd:"" help:"End a key at once."`
	RotateSecret keyRotateSecretCommand `cmd:"" name:"rotate-secret" help:"Make another secret key for a store's requests to the Waypay API, and for its webhooks there."`
}

// holderFlags name whose keys are meant, and where the data is. A Pancake key
// belongs to a merchant, a key of any other API to a store.
type holderFlags struct {
	config.Data `embed:""`
	Email       string `xor:"holder" required:"" placeholder:"EMAIL" help:"The merchant's e-mail address, for keys of the Pancake API."`
	Store       string `xor:"holder" required:"" placeholder:"STO_…" help:"The store, for keys of the Wayl, Waypay and Diddo APIs."`
	JSON        bool   `help:"Print one JSON object."`
}

// dialectOfMerchants is the API whose keys belong to merchants.
const dialectOfMerchants = "pancake"

// misplaced refuses a holder that does not go with an API.
func (f holderFlags) misplaced(dialect string) error {
	switch {
	case f.Store != "" && dialect == dialectOfMerchants:
		return usage("--email", "A key of the Pancake API belongs to a merchant: name it by --email")
	case f.Email != "" && dialect != "" && dialect != dialectOfMerchants:
		return usage("--store", "A key of the "+dialect+" API belongs to a store: name it by --store")
	}
	return nil
}

// usage is the refusal of flags that do not go together.
func usage(flag, message string) error {
	return outcome{exitFailed, fault.Invalidf(flag, "usage", "%s", message)}
}

type keyCreateCommand struct {
	holderFlags `embed:""`
	Dialect     string `enum:"pancake,wayl,waypay,diddo," default:"" placeholder:"API" help:"API of the key: wayl, waypay or diddo, with --store. Default with --email: pancake."`
	Env         string `name:"env" aliases:"environment" enum:"test,prod," default:"" placeholder:"ENV" help:"Environment of the key: test (the default) or prod. A key of the Wayl API serves both."`
	Nickname    string `placeholder:"NAME" help:"Name to know the key by. Default: the time, or none for a store's."`
	Temporary   bool   `help:"Make a token that is exchanged for a key within an hour, once, instead of the key (diddo)."`
	ExpiresIn   string `placeholder:"SPAN" help:"How long a store's key is good, such as 24h or 90d. Default: until it is revoked."`
}

// Run makes a key and prints its secrets this once.
func (c *keyCreateCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	if err := c.misplaced(c.Dialect); err != nil {
		return err
	}
	if c.Store != "" {
		return c.createOfStore(ctx, s)
	}
	if c.Temporary || c.ExpiresIn != "" {
		return usage("--store", "--temporary and --expires-in go with a store's key")
	}
	env := c.Env
	if env == "" {
		env = string(pay.Test)
	}
	var pair operator.KeyPair
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		pair, err = o.CreateKey(ctx, operator.CreateKeyIn{Email: c.Email, Environment: env, Nickname: c.Nickname})
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
	holderFlags `embed:""`
	Dialect     string `enum:"wayl,waypay,diddo," default:"" placeholder:"API" help:"Only keys of this API: wayl, waypay or diddo."`
}

// Run lists keys, newest first.
func (c *keyListCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	if err := c.misplaced(c.Dialect); err != nil {
		return err
	}
	if c.Store != "" {
		return c.listOfStore(ctx, s)
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
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", key.ID, key.Environment, key.Nickname, key.CreatedAt.Format(time.DateTime), everUsed(key.LastUsedAt))
	}
	return table.Flush()
}

func everUsed(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Format(time.DateTime)
}

type keyRevokeCommand struct {
	config.Data `embed:""`
	Key         string `arg:"" name:"key-id" help:"The key, as key list shows it: KEY_… of a merchant, SKEY_… of a store."`
	Email       string `placeholder:"EMAIL" help:"The merchant's e-mail address; needed for KEY_…"`
	JSON        bool   `help:"Print one JSON object."`
}

// Run ends a key.
func (c *keyRevokeCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	if strings.HasPrefix(c.Key, auth.StoreKeyPrefix+"_") {
		return c.revokeOfStore(ctx, s)
	}
	if c.Email == "" {
		return usage("--email", "Name the merchant by --email")
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
