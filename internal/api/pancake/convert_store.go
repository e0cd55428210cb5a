package pancake

import (
	"context"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/pay"
)

func (d *dialect) toNewStore(_ context.Context, call *api.Call, wire createStoreWire) (pay.NewStore, error) {
	return pay.NewStore{
		ID: pay.StoreID(call.IDs().New(id.Store)), Slug: call.IDs().Slug(wire.Name), Name: wire.Name,
		Owner: call.Actor().Merchant, At: call.At,
	}, nil
}

func fromStore(_ *api.Call, s pay.Store) any {
	return success(storeAnswerWire{Store: toStoreWire(s)})
}

func toStoreWire(s pay.Store) storeWire {
	switches := map[string]bool{}
	for _, message := range pay.AllNotifications() {
		switches[string(message)] = s.Notifications.On(message)
	}
	return storeWire{
		ID: string(s.ID), Name: s.Name, Status: string(s.Status), Logo: textOrNull(s.Logo),
		SupportEmail: textOrNull(s.SupportEmail), Website: textOrNull(s.Website), Slug: textOrNull(s.Slug),
		ProdEnabled: s.ProdEnabled, NotificationSettings: switches, CheckoutSettings: fromAppearance(s.Checkout),
		DeletedAt: timeOrNull(s.DeletedAt), CreatedAt: timeOf(s.CreatedAt), UpdatedAt: timeOf(s.UpdatedAt),
	}
}

func fromAppearance(a pay.Appearance) *checkoutSettingsWire {
	if !a.IsSet() {
		return nil
	}
	return &checkoutSettingsWire{
		DefaultDarkMode: a.DarkByDefault != nil && *a.DarkByDefault,
		Light:           fromTheme(a.Light.Over(pay.LightTheme)),
		Dark:            fromTheme(a.Dark.Over(pay.DarkTheme)),
	}
}

func fromTheme(t pay.Theme) themeWire {
	return themeWire{
		CheckoutLogo: textOrNull(t.Logo), CheckoutColorPrimary: t.Primary, CheckoutColorBackground: t.Background,
		CheckoutColorCard: t.Card, CheckoutColorText: t.Text, CheckoutBorderRadius: t.Radius,
	}
}
