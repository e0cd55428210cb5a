package cli

import (
	"context"
	"fmt"

	"tillway/internal/config"
	"tillway/internal/operator"
	"tillway/internal/pay"
)

// storeCommand groups what the operator decides about stores.
type storeCommand struct {
	Approve storeApproveCommand `cmd:"" help:"Let a store sell for real money."`
	Set     storeSetCommand     `cmd:"" help:"Change anything about a store."`
	Show    storeShowCommand    `cmd:"" help:"Show everything about a store: what can be set, and what it is."`
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
