package pancake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// storeUpdate is the input of updateStore: the change, and what of the request
// was dropped.
type storeUpdate struct {
	pay.StoreUpdate
	warnings []notice
}

// storeUpdated is what came of it.
type storeUpdated struct {
	pay.Store
	warnings []notice
}

func (d *dialect) toStoreUpdate(_ context.Context, call *api.Call, wire updateStoreWire) (storeUpdate, error) {
	if err := require(text("id", wire.ID)); err != nil {
		return storeUpdate{}, err
	}
	if err := checkID("id", id.Store, wire.ID); err != nil {
		return storeUpdate{}, err
	}
	in := storeUpdate{StoreUpdate: pay.StoreUpdate{
		ID: pay.StoreID(wire.ID), Actor: call.Actor(), Logo: toChange(wire.Logo), Checkout: toAppearanceUpdate(wire.CheckoutSettings), At: call.At,
	}}
	if wire.Name != nil {
		in.Name = pay.To(*wire.Name)
	}
	if wire.Status != nil {
		in.Status = pay.To(pay.StoreStatus(*wire.Status))
	}
	if wire.WebhookSettings.Given {
		in.warnings = append(in.warnings, notice{
			Message: "webhookSettings is no longer handled here and was ignored", Layer: layerStore,
			AIHint: "WEBHOOK_SETTINGS_IGNORED: use webhooks.add, webhooks.update or webhooks.remove (store/add-webhook, store/update-webhook, store/remove-webhook)",
		})
	}
	dropped, err := in.toNotifications(wire.NotificationSettings)
	if err != nil {
		return storeUpdate{}, err
	}
	if len(dropped) > 0 {
		in.warnings = append(in.warnings, notice{
			Message: "These notification settings cannot be changed by a merchant and were ignored: " + enumerate(dropped), Layer: layerStore,
			AIHint: "NOTIFICATION_SETTINGS_IGNORED: the platform manages them; leave them out of notificationSettings",
		})
	}
	return in, nil
}

// toNotifications reads the switches that a merchant may turn, and names the
// others that were sent. A switch that is null goes back to on.
func (in *storeUpdate) toNotifications(wire api.Optional[map[string]api.Raw]) (dropped []string, err error) {
	in.Notifications = pay.NotificationsUpdate{Reset: wire.Given && wire.Value == nil, Switches: map[pay.Notification]bool{}}
	sent := wire.OrZero()
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		message := pay.Notification(name)
		if !message.MerchantMay() {
			dropped = append(dropped, fault.Echo(name))
			continue
		}
		switch string(sent[name]) {
		case "true", "null":
			in.Notifications.Switches[message] = true
		case "false":
			in.Notifications.Switches[message] = false
		default:
			return nil, fault.Invalidf("notificationSettings."+name, "wrong_type",
				"Invalid type for field notificationSettings.%s: expected a boolean", name)
		}
	}
	return dropped, nil
}

// enumerate lists names for a message, not all when they are many.
func enumerate(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func toAppearanceUpdate(wire api.Optional[checkoutSettingsSet]) pay.AppearanceUpdate {
	set := wire.OrZero()
	in := pay.AppearanceUpdate{Reset: wire.Given && wire.Value == nil, Light: toThemeUpdate(set.Light), Dark: toThemeUpdate(set.Dark)}
	if set.DefaultDarkMode.Given {
		in.DarkByDefault = pay.To(set.DefaultDarkMode.Value)
	}
	return in
}

func toThemeUpdate(wire api.Optional[themeSet]) pay.ThemeUpdate {
	set := wire.OrZero()
	return pay.ThemeUpdate{
		Reset: wire.Given && wire.Value == nil, Logo: toChange(set.CheckoutLogo),
		Primary: toChange(set.CheckoutColorPrimary), Background: toChange(set.CheckoutColorBackground),
		Card: toChange(set.CheckoutColorCard), Text: toChange(set.CheckoutColorText), Radius: toChange(set.CheckoutBorderRadius),
	}
}

// updateStore passes the warnings by the command.
func updateStore(ctx context.Context, tx pay.Tx, in storeUpdate) (storeUpdated, error) {
	store, err := pay.UpdateStore(ctx, tx, in.StoreUpdate)
	return storeUpdated{Store: store, warnings: in.warnings}, err
}

func fromStoreUpdate(_ *api.Call, s storeUpdated) any {
	return envelope{Data: storeAnswerWire{Store: toStoreWire(s.Store)}, Warnings: s.warnings}
}

func (d *dialect) toStoreDeletion(_ context.Context, call *api.Call, wire deleteStoreWire) (pay.StoreDeletion, error) {
	if err := require(text("id", wire.ID)); err != nil {
		return pay.StoreDeletion{}, err
	}
	if err := checkID("id", id.Store, wire.ID); err != nil {
		return pay.StoreDeletion{}, err
	}
	return pay.StoreDeletion{ID: pay.StoreID(wire.ID), Actor: call.Actor(), At: call.At}, nil
}
