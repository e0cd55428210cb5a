package pancake

import "tillway/internal/api"

// createStoreWire is the request of store/create-store (spec/pancake.md §5.3).
type createStoreWire struct {
	Name string `json:"name"`
}

// storeWire is a store.
type storeWire struct {
	ID                   string  `json:"id"`
	Name                 string  `json:"name"`
	Status               string  `json:"status"`
	Logo                 *string `json:"logo"`
	SupportEmail         *string `json:"supportEmail"`
	Website              *string `json:"website"`
	Slug                 *string `json:"slug"`
	ProdEnabled          bool    `json:"prodEnabled"`
	NotificationSettings any     `json:"notificationSettings"`
	CheckoutSettings     api.Raw `json:"checkoutSettings"`
	DeletedAt            *string `json:"deletedAt"`
	CreatedAt            string  `json:"createdAt"`
	UpdatedAt            string  `json:"updatedAt"`
}

type storeAnswerWire struct {
	Store storeWire `json:"store"`
}

// notificationNames are the 21 switches of a store, all on until the merchant
// turns one off.
var notificationNames = []string{
	"emailOrderConfirmation", "emailSubscriptionConfirmation", "emailSubscriptionCycled", "emailSubscriptionCanceled",
	"emailSubscriptionRevoked", "emailSubscriptionPastDue", "emailTrialStarted", "emailSubscriptionPlanChanged",
	"emailRefundSucceeded", "emailUpcomingCharge", "emailTrialEnding",
	"notifyNewOrders", "notifyNewSubscriptions", "notifySubscriptionCanceled", "notifySubscriptionEnded",
	"notifySubscriptionPastDue", "notifySubscriptionRenewed", "notifySubscriptionUncanceled",
	"notifySubscriptionPlanChanged", "notifyChargeback", "notifyRefundSucceeded",
}
