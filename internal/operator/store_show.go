package operator

import (
	"context"
	"time"

	"tillway/internal/money"
	"tillway/internal/pay"
)

// ShowStoreIn names a store.
type ShowStoreIn struct {
	Store pay.StoreID `json:"storeId"`
}

// StoreDetail is everything about a store that can be set, and what it is.
type StoreDetail struct {
	ID                 pay.StoreID               `json:"id"`
	Name               string                    `json:"name"`
	Slug               string                    `json:"slug"`
	Status             pay.StoreStatus           `json:"status"`
	ProdEnabled        bool                      `json:"prodEnabled"`
	Logo               string                    `json:"logo"`
	SupportEmail       string                    `json:"supportEmail"`
	Website            string                    `json:"website"`
	LateCapture        pay.LateCapture           `json:"lateCapture"`
	ManualInstructions string                    `json:"manualInstructions"`
	Fees               []StoreFee                `json:"fees"`
	Notifications      map[pay.Notification]bool `json:"notifications"`
	Checkout           pay.Appearance            `json:"checkout"`
	Settings           []StoreSetting            `json:"settings"`
	CreatedAt          time.Time                 `json:"createdAt"`
}

// StoreFee is what the platform keeps of payments in a currency.
type StoreFee struct {
	Name        string         `json:"name"`
	Rule        string         `json:"rule"` // as --fee takes it
	Currency    money.Currency `json:"currency"`
	RatePercent string         `json:"ratePercent"`
	Fixed       string         `json:"fixed"`
}

// StoreSetting is a setting of a dialect, and what it is in the store.
type StoreSetting struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	Help    string `json:"help"`
	Set     bool   `json:"set"` // by the store, and not by default
}

// ShowStore reads everything about a store. Errors: NotFound "store_not_found".
func (s *Service) ShowStore(ctx context.Context, in ShowStoreIn) (shown StoreDetail, err error) {
	err = s.Core.View(ctx, func(r pay.Records) error {
		store, err := r.Store(in.Store)
		if err != nil {
			return err
		}
		shown = detailOf(store)
		if shown.ManualInstructions, err = r.ManualInstructions(store.ID); err != nil {
			return err
		}
		rules, err := r.FeeRules(store.ID)
		if err != nil {
			return err
		}
		for _, rule := range rules {
			shown.Fees = append(shown.Fees, StoreFee{
				Name: rule.Name, Rule: rule.String(), Currency: rule.Currency, RatePercent: rule.Rate.Percent(), Fixed: rule.Fixed.String(),
			})
		}
		settings, err := r.Settings(store.ID)
		if err != nil {
			return err
		}
		for _, setting := range s.Core.Settings() {
			_, set := settings[setting.Name]
			shown.Settings = append(shown.Settings, StoreSetting{
				Name: setting.Name, Value: settings.Get(setting), Default: setting.Default, Help: setting.Help, Set: set,
			})
		}
		return nil
	})
	return shown, err
}

func detailOf(store pay.Store) StoreDetail {
	detail := StoreDetail{
		ID: store.ID, Name: store.Name, Slug: store.Slug, Status: store.Status, ProdEnabled: store.ProdEnabled, Logo: store.Logo,
		SupportEmail: store.SupportEmail, Website: store.Website, LateCapture: store.LateCapture, Checkout: store.Checkout,
		Fees: []StoreFee{}, Settings: []StoreSetting{}, Notifications: map[pay.Notification]bool{}, CreatedAt: store.CreatedAt,
	}
	for _, message := range pay.AllNotifications() {
		detail.Notifications[message] = store.Notifications.On(message)
	}
	return detail
}
