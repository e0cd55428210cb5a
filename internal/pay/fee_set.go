package pay

import (
	"context"
	"time"
)

// maxFeeName bounds the name of a rule, in characters.
const maxFeeName = 64

// FeeChange is the input of ChangeFee.
type FeeChange struct {
	Actor Actor // the operator: no merchant sets what the platform takes
	Store StoreID
	Terms FeeTerms
	Name  string // "" keeps the rule's name, and calls a new one DefaultFeeName
	At    time.Time
}

// Validate checks the name.
func (in FeeChange) Validate() error {
	_, err := CleanText("feeName", in.Name, 0, maxFeeName)
	return err
}

// ChangeFee sets or takes away a store's rule for a currency. It holds for
// payments that are captured from then on.
// Errors: Invalid "feeName"; ErrNoStoreAccess, ErrStoreNotFound.
func ChangeFee(_ context.Context, tx Tx, in FeeChange) (Store, error) {
	if in.Actor.Kind != BySystem {
		return Store{}, ErrNoStoreAccess
	}
	store, err := tx.Store(in.Store)
	if err != nil {
		return Store{}, err
	}
	if in.Terms.None {
		tx.DropFeeRule(store.ID, in.Terms.Currency)
		return store, nil
	}
	name, err := CleanText("feeName", in.Name, 0, maxFeeName)
	if err != nil {
		return Store{}, err
	}
	if name == "" {
		name = DefaultFeeName
		if before, found, err := tx.FeeRule(store.ID, in.Terms.Currency); err != nil {
			return Store{}, err
		} else if found {
			name = before.Name
		}
	}
	tx.PutFeeRule(FeeRule{
		Store: store.ID, Currency: in.Terms.Currency, Rate: in.Terms.Rate, Fixed: in.Terms.Fixed, Name: name, UpdatedAt: in.At,
	})
	return store, nil
}
