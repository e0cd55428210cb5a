package link

import (
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// Find is a store's link by any of its names: its id, its code, or the
// merchant's reference. Errors: ErrNotFound.
func Find(rows Records, store pay.StoreID, name string) (Link, error) {
	if _, err := id.ParseCUID(name); err == nil {
		if found, err := rows.Link(ID(name)); err == nil && found.Store == store {
			return found, nil
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return Link{}, err
		}
	}
	if id.IsCode(name) {
		if found, err := rows.LinkByCode(name); err == nil && found.Store == store {
			return found, nil
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return Link{}, err
		}
	}
	return byReference(rows, store, name)
}
