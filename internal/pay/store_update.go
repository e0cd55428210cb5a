package pay

import (
	"context"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// StoreUpdate is the input of UpdateStore: what is to be different.
type StoreUpdate struct {
	ID            StoreID
	Actor         Actor
	Name          Change[string]
	Status        Change[StoreStatus]
	Logo          Change[string] // "" removes it
	SupportEmail  Change[string] // "" removes it
	Website       Change[string] // "" removes it
	LateCapture   Change[LateCapture]
	Notifications NotificationsUpdate
	Checkout      AppearanceUpdate
	At            time.Time
}

// Validate checks every field that needs no look-up.
func (in StoreUpdate) Validate() error {
	if err := in.Name.check(textCheck("name", 1, maxStoreName)); err != nil {
		return err
	}
	if err := in.Status.check(checkStoreStatus); err != nil {
		return err
	}
	if err := in.Logo.check(func(raw string) error { return checkPicture("logo", raw) }); err != nil {
		return err
	}
	if err := in.SupportEmail.check(checkSupportEmail); err != nil {
		return err
	}
	if err := in.Website.check(checkWebsite); err != nil {
		return err
	}
	if err := in.LateCapture.check(checkLateCapture); err != nil {
		return err
	}
	if err := in.Notifications.validate(); err != nil {
		return err
	}
	return in.Checkout.validate()
}

func checkStoreStatus(status StoreStatus) error {
	if status != StoreActive && status != StoreInactive {
		return errBadStatus
	}
	return nil
}

func checkSupportEmail(raw string) error {
	if raw == "" {
		return nil
	}
	_, err := CleanEmail("supportEmail", raw)
	return err
}

// maxWebsite bounds the address of a store's own site, in bytes.
const maxWebsite = 2048

func checkWebsite(raw string) error {
	switch {
	case raw == "":
		return nil
	case len(raw) > maxWebsite:
		return fault.Invalidf("website", "too_long", "website must not exceed %d characters", maxWebsite)
	case !isWebURL(raw) || strings.ContainsFunc(raw, upsetsLine):
		return fault.Invalidf("website", "bad_url", "website must be an http or https address")
	}
	return nil
}

func checkLateCapture(way LateCapture) error {
	if way != RefundLate && way != HonourLate {
		return fault.Invalidf("lateCapture", "bad_late_capture", "lateCapture must be '%s' or '%s', got %q", RefundLate, HonourLate, fault.Echo(string(way)))
	}
	return nil
}

// UpdateStore changes a store's settings. A new name changes the slug as well,
// and the old one goes on leading to the store (spec/pancake.md §5.3, §13 row 21).
// Errors: Invalid fields; ErrStoreNotFound, ErrNoStoreAccess; State
// "store_transition" for a suspended store.
func UpdateStore(_ context.Context, tx Tx, in StoreUpdate) (Store, error) {
	store, err := tx.Store(in.ID)
	if err != nil {
		return Store{}, err
	}
	if err := Permit(tx, in.Actor, store.ID, Admin); err != nil {
		return Store{}, err
	}
	if name, given := in.Name.Given(); given {
		store.Name, _ = CleanText("name", name, 1, maxStoreName)
		if slug := id.Reslug(store.Slug, store.Name); slug != store.Slug {
			tx.KeepSlug(store.Slug, store.ID, in.At)
			store.Slug = slug
		}
	}
	if status, given := in.Status.Given(); given {
		if err := store.move(status); err != nil {
			return Store{}, err
		}
	}
	in.Logo.apply(&store.Logo)
	if email, given := in.SupportEmail.Given(); given {
		store.SupportEmail = ""
		if email != "" {
			store.SupportEmail, _ = CleanEmail("supportEmail", email)
		}
	}
	in.Website.apply(&store.Website)
	in.LateCapture.apply(&store.LateCapture)
	store.Notifications, store.Checkout = in.Notifications.of(store.Notifications), in.Checkout.of(store.Checkout)
	store.UpdatedAt = in.At
	tx.UpdateStore(store)
	return store, nil
}
