package operator

import (
	"context"
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// SetStoreIn is what is to be different about a store. A nil member, and an
// empty list, keep what is there.
type SetStoreIn struct {
	Store        pay.StoreID      `json:"storeId"`
	Name         *string          `json:"name,omitempty"`
	Status       *pay.StoreStatus `json:"status,omitempty"` // active or inactive
	Logo         *string          `json:"logo,omitempty"`   // "" removes it
	SupportEmail *string          `json:"supportEmail,omitempty"`
	Website      *string          `json:"website,omitempty"`
	LateCapture  *pay.LateCapture `json:"lateCapture,omitempty"`
	// ManualInstructions is what buyers read who pay by bank transfer or in
	// cash; "" stops offering it.
	ManualInstructions *string `json:"manualInstructions,omitempty"`
	// Notifications turns messages on and off, after ResetNotifications has
	// turned all of the merchant's on.
	Notifications      map[pay.Notification]bool `json:"notifications,omitempty"`
	ResetNotifications bool                      `json:"resetNotifications,omitempty"`
	// Checkout changes how the pages look, by the names of Pancake's
	// checkoutSettings such as "light.checkoutColorPrimary"; "" clears a member.
	Checkout      map[string]string `json:"checkout,omitempty"`
	ResetCheckout bool              `json:"resetCheckout,omitempty"`
	// Fees are rules as pay.ParseFee reads them; FeeName names those.
	Fees    []string `json:"fees,omitempty"`
	FeeName string   `json:"feeName,omitempty"`
	// Settings are values by the settings' names; Unset lets defaults count again.
	Settings map[string]string `json:"settings,omitempty"`
	Unset    []string          `json:"unset,omitempty"`
}

// SetStore changes a store, all of it in one transaction or nothing.
// Errors: Invalid, naming what is wrong; those of the commands of package pay.
func (s *Service) SetStore(ctx context.Context, in SetStoreIn) (StoreDetail, error) {
	change, err := s.storeChange(in)
	if err != nil {
		return StoreDetail{}, err
	}
	if _, err := pay.Run(ctx, s.Core, changeStore, change); err != nil {
		return StoreDetail{}, err
	}
	return s.ShowStore(ctx, ShowStoreIn{Store: in.Store})
}

// storeChange is what SetStore does, as the commands that do it.
type storeChange struct {
	update   pay.StoreUpdate
	manual   *pay.ManualInstructions
	fees     []pay.FeeChange
	settings *pay.SettingsChange
}

// Validate checks every part.
func (c storeChange) Validate() error {
	parts := []pay.Validator{c.update}
	if c.manual != nil {
		parts = append(parts, *c.manual)
	}
	for _, fee := range c.fees {
		parts = append(parts, fee)
	}
	for _, part := range parts {
		if err := part.Validate(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) storeChange(in SetStoreIn) (change storeChange, err error) {
	actor, now := pay.System(pay.Prod), s.Core.Now()
	for name := range in.Notifications {
		if !slices.Contains(pay.AllNotifications(), name) {
			return change, unknownNotification(name)
		}
	}
	looks, err := appearanceOf(in.Checkout)
	if err != nil {
		return change, err
	}
	looks.Reset = in.ResetCheckout
	change.update = pay.StoreUpdate{
		ID: in.Store, Actor: actor, At: now, Name: given(in.Name), Status: given(in.Status), Logo: given(in.Logo),
		SupportEmail: given(in.SupportEmail), Website: given(in.Website), LateCapture: given(in.LateCapture),
		Notifications: pay.NotificationsUpdate{Reset: in.ResetNotifications, Switches: in.Notifications}, Checkout: looks,
	}
	if in.ManualInstructions != nil {
		change.manual = &pay.ManualInstructions{Actor: actor, Store: in.Store, Text: *in.ManualInstructions, At: now}
	}
	for _, text := range in.Fees {
		terms, err := pay.ParseFee(text)
		if err != nil {
			return change, err
		}
		change.fees = append(change.fees, pay.FeeChange{Actor: actor, Store: in.Store, Terms: terms, Name: in.FeeName, At: now})
	}
	if len(in.Settings)+len(in.Unset) > 0 {
		change.settings = &pay.SettingsChange{Actor: actor, Store: in.Store, Set: in.Settings, Unset: in.Unset, At: now}
	}
	return change, nil
}

// given is a change to a member's value, or none.
func given[T any](value *T) pay.Change[T] {
	if value == nil {
		return pay.Change[T]{}
	}
	return pay.To(*value)
}

// changeStore runs the commands one after the other in one transaction.
func changeStore(ctx context.Context, tx pay.Tx, in storeChange) (pay.Store, error) {
	store, err := pay.UpdateStore(ctx, tx, in.update)
	if err != nil {
		return pay.Store{}, err
	}
	if in.manual != nil {
		if _, err := pay.SetManualInstructions(ctx, tx, *in.manual); err != nil {
			return pay.Store{}, err
		}
	}
	for _, fee := range in.fees {
		if _, err := pay.ChangeFee(ctx, tx, fee); err != nil {
			return pay.Store{}, err
		}
	}
	if in.settings != nil {
		if _, err := pay.ChangeSettings(ctx, tx, *in.settings); err != nil {
			return pay.Store{}, err
		}
	}
	return store, nil
}

func unknownNotification(name pay.Notification) error {
	var names []string
	for _, known := range pay.AllNotifications() {
		if known.MerchantMay() {
			names = append(names, string(known))
		}
	}
	return fault.Invalidf("notifications", "unknown_notification", "There is no notification %.64q", string(name)).
		WithHint("There are " + strings.Join(names, ", "))
}
