package cli

import (
	"context"
	"fmt"
	"strings"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// storeCommand groups what the operator decides about stores.
type storeCommand struct {
	Approve storeApproveCommand `cmd:"" help:"Let a store sell for real money."`
	Set     storeSetCommand     `cmd:"" help:"Change what only the operator sets of a store."`
}

type storeApproveCommand struct {
	config.Data `embed:""`
	Store       string `arg:"" name:"store-id" help:"The store, STO_…"`
	JSON        bool   `help:"Print one JSON object."`
}

// Run approves a store. Approving twice changes nothing.
func (c *storeApproveCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var store operator.Store
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		store, err = o.ApproveStore(ctx, operator.ApproveStoreIn{Store: pay.StoreID(c.Store)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, store)
	}
	_, err = fmt.Fprintf(s.Out, "Store %s (%s) may sell in the prod environment. Events that were kept until now are not sent by this.\n", store.ID, store.Name)
	return err
}

type storeSetCommand struct {
	config.Data        `embed:""`
	Store              string  `arg:"" name:"store-id" help:"The store, STO_…"`
	ManualInstructions *string `xor:"manual" required:"" placeholder:"TEXT" help:"What buyers read who pay by bank transfer or in cash; an empty text stops offering it."`
	ManualFile         string  `xor:"manual" required:"" placeholder:"FILE" help:"The same, read from a file; - reads standard input."`
	JSON               bool    `help:"Print one JSON object."`
}

// maxInstructionsFile is more than a text of the longest length takes, in bytes.
const maxInstructionsFile = 16 << 10

// Run changes a store's settings.
func (c *storeSetCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	in := operator.SetStoreIn{Store: pay.StoreID(c.Store)}
	if c.ManualInstructions != nil {
		in.ManualInstructions = *c.ManualInstructions
	} else {
		text, err := readSmallFile(c.ManualFile, maxInstructionsFile)
		if err != nil {
			return outcome{exitFailed, err}
		}
		in.ManualInstructions = text
	}
	var store operator.Store
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		store, err = o.SetStore(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, store)
	}
	said := "offers payment by bank transfer or in cash in checkouts that are opened from now on"
	if strings.TrimSpace(in.ManualInstructions) == "" {
		said = "offers no payment by bank transfer or in cash any more"
	}
	_, err = fmt.Fprintf(s.Out, "Store %s (%s) %s.\n", store.ID, store.Name, said)
	return err
}
