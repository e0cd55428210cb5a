package pancake

import "tillway/internal/api"

// createStoreWire is the request of store/create-store (spec/pancake.md §5.3).
type createStoreWire struct {
	Name string `json:"name"`
}

// updateStoreWire is the request of store/update-store. What is absent stays;
// null clears. supportEmail and website are ignored.
type updateStoreWire struct {
	ID                   string                            `json:"id"`
	Name                 *string                           `json:"name"`
	Status               *string                           `json:"status"`
	Logo                 api.Optional[string]              `json:"logo"`
	NotificationSettings api.Optional[map[string]api.Raw]  `json:"notificationSettings"`
	CheckoutSettings     api.Optional[checkoutSettingsSet] `json:"checkoutSettings"`
	WebhookSettings      api.Optional[api.Raw]             `json:"webhookSettings"` // of old clients
}

// checkoutSettingsSet are the members of checkoutSettings in an update.
type checkoutSettingsSet struct {
	DefaultDarkMode api.Optional[bool]     `json:"defaultDarkMode"`
	Light           api.Optional[themeSet] `json:"light"`
	Dark            api.Optional[themeSet] `json:"dark"`
}

type themeSet struct {
	CheckoutLogo            api.Optional[string] `json:"checkoutLogo"`
	CheckoutColorPrimary    api.Optional[string] `json:"checkoutColorPrimary"`
	CheckoutColorBackground api.Optional[string] `json:"checkoutColorBackground"`
	CheckoutColorCard       api.Optional[string] `json:"checkoutColorCard"`
	CheckoutColorText       api.Optional[string] `json:"checkoutColorText"`
	CheckoutBorderRadius    api.Optional[string] `json:"checkoutBorderRadius"`
}

// deleteStoreWire is the request of store/delete-store.
type deleteStoreWire struct {
	ID string `json:"id"`
}

// storeWire is a store.
type storeWire struct {
	ID                   string                `json:"id"`
	Name                 string                `json:"name"`
	Status               string                `json:"status"`
	Logo                 *string               `json:"logo"`
	SupportEmail         *string               `json:"supportEmail"`
	Website              *string               `json:"website"`
	Slug                 *string               `json:"slug"`
	ProdEnabled          bool                  `json:"prodEnabled"`
	NotificationSettings map[string]bool       `json:"notificationSettings"`
	CheckoutSettings     *checkoutSettingsWire `json:"checkoutSettings"`
	DeletedAt            *string               `json:"deletedAt"`
	CreatedAt            string                `json:"createdAt"`
	UpdatedAt            string                `json:"updatedAt"`
}

// checkoutSettingsWire is how the store's pages look, whole: what the merchant
// never set is what the pages wear by themselves.
type checkoutSettingsWire struct {
	DefaultDarkMode bool      `json:"defaultDarkMode"`
	Light           themeWire `json:"light"`
	Dark            themeWire `json:"dark"`
}

type themeWire struct {
	CheckoutLogo            *string `json:"checkoutLogo"`
	CheckoutColorPrimary    string  `json:"checkoutColorPrimary"`
	CheckoutColorBackground string  `json:"checkoutColorBackground"`
	CheckoutColorCard       string  `json:"checkoutColorCard"`
	CheckoutColorText       string  `json:"checkoutColorText"`
	CheckoutBorderRadius    string  `json:"checkoutBorderRadius"`
}

type storeAnswerWire struct {
	Store storeWire `json:"store"`
}
