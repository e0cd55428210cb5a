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
	return success(storeAnswerWire{Store: storeWire{
		ID: string(s.ID), Name: s.Name, Status: string(s.Status), Logo: textOrNull(s.Logo),
		SupportEmail: textOrNull(s.SupportEmail), Website: textOrNull(s.Website), Slug: textOrNull(s.Slug),
		ProdEnabled: s.ProdEnabled, NotificationSettings: notifications(s), CheckoutSettings: rawOrNull(s.Checkout),
		DeletedAt: timeOrNull(s.DeletedAt), CreatedAt: timeOf(s.CreatedAt), UpdatedAt: timeOf(s.UpdatedAt),
	}})
}

// notifications are the store's switches: all on while none was ever set.
func notifications(s pay.Store) any {
	if s.Notifications != "" {
		return api.Raw(s.Notifications)
	}
	switches := make(map[string]bool, len(notificationNames))
	for _, name := range notificationNames {
		switches[name] = true
	}
	return switches
}
