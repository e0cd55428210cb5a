package pay

import (
	"context"
	"time"
)

// StoreDeletion is the input of DeleteStore.
type StoreDeletion struct {
	ID    StoreID
	Actor Actor
	At    time.Time
}

// DeleteStore ends a store for good: nothing can be sold or changed in it any
// more. Its rows stay, and so does every payment under way: money that arrives
// after all is booked, announced to the endpoints and, where its order has
// ended, returned (spec/pancake.md §5.3).
// Errors: ErrStoreNotFound, also for a store that was deleted before;
// ErrNoStoreAccess for everybody but an owner.
func DeleteStore(_ context.Context, tx Tx, in StoreDeletion) (Store, error) {
	store, err := tx.Store(in.ID)
	if err != nil {
		return Store{}, err
	}
	if err := Permit(tx, in.Actor, store.ID, Owner); err != nil {
		return Store{}, err
	}
	store.DeletedAt, store.UpdatedAt = in.At, in.At
	tx.UpdateStore(store)
	return store, nil
}
