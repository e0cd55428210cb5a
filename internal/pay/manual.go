package pay

import (
	"context"
	"slices"
	"time"

	"tillway/internal/connector"
	"tillway/internal/fault"
)

// byHand is the way of paying that a person confirms. It is our own addition
// to the dialects' matrices, so only stores with instructions offer it.
const byHand = connector.Bank

const maxInstructions = 2000

type manualRecords interface {
	// ManualInstructions is what a store tells buyers who pay by hand, "" when
	// it lets nobody.
	ManualInstructions(StoreID) (string, error)
	SetManualInstructions(store StoreID, text string, at time.Time)
}

// ManualInstructions is the input of SetManualInstructions.
type ManualInstructions struct {
	Actor Actor
	Store StoreID
	Text  string // "" stops offering it
	At    time.Time
}

// Validate checks the length.
func (in ManualInstructions) Validate() error {
	_, err := CleanProse("manualInstructions", in.Text, 0, maxInstructions)
	return err
}

// SetManualInstructions says what buyers of a store read who pay by bank
// transfer or in cash. Checkouts that are open offer it only if they were
// opened while there were instructions.
// Errors: Invalid, ErrStoreNotFound, ErrNoStoreAccess.
func SetManualInstructions(_ context.Context, tx Tx, in ManualInstructions) (Store, error) {
	if err := Permit(tx, in.Actor, in.Store, Admin); err != nil {
		return Store{}, err
	}
	store, err := tx.Store(in.Store)
	if err != nil {
		return Store{}, err
	}
	text, err := CleanProse("manualInstructions", in.Text, 0, maxInstructions)
	if err != nil {
		return Store{}, err
	}
	tx.SetManualInstructions(store.ID, text, in.At)
	return store, nil
}

// instructionsFor are those of a store when the methods need them.
func instructionsFor(r Records, store StoreID, methods []connector.Method) (string, error) {
	if !slices.Contains(methods, byHand) {
		return "", nil
	}
	return r.ManualInstructions(store)
}

// errNotByHand is the answer to paying by hand in a store that has stopped it.
func errNotByHand() error {
	return fault.Invalidf("method", "method_not_offered", "This checkout does not offer payment by %s", byHand)
}
