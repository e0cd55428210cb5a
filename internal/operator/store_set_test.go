package operator_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/fault"
	"tillway/internal/operator"
	"tillway/internal/pay"
	"tillway/internal/pay/paytest"
)

// The whole of a change is made in one transaction, or nothing of it.
func TestSetStore(t *testing.T) {
	t.Parallel()
	words := pay.Setting{Name: "wayl.words", Help: "payment or link", Default: "payment", Check: func(value string) error {
		if value != "payment" && value != "link" {
			return errors.New("it is payment or link")
		}
		return nil
	}}
	paytest.Each(t, func(t *testing.T, s *paytest.Shop) {
		o := operator.New(operator.Config{Core: s.Core})
		before, err := o.ShowStore(t.Context(), operator.ShowStoreIn{Store: s.Shop.ID})
		if err != nil {
			t.Fatal(err)
		}
		want := []operator.StoreSetting{{Name: "wayl.words", Value: "payment", Default: "payment", Help: "payment or link"}}
		if diff := cmp.Diff(want, before.Settings); diff != "" || before.Name != "Acme" || before.LateCapture != pay.RefundLate || len(before.Notifications) != 21 {
			t.Errorf("by itself %+v\n%s", before, diff)
		}

		name, honour, text := "Zwei", pay.HonourLate, "IBAN"
		after, err := o.SetStore(t.Context(), operator.SetStoreIn{
			Store: s.Shop.ID, Name: &name, LateCapture: &honour, ManualInstructions: &text,
			Notifications: map[pay.Notification]bool{pay.NotifyChargeback: false}, Checkout: map[string]string{"dark.checkoutColorText": "white", "defaultDarkMode": "false"},
			Fees: []string{"USD 2% + 0.30"}, FeeName: "Gold", Settings: map[string]string{"wayl.words": "link"},
		})
		if err != nil {
			t.Fatal(err)
		}
		want[0].Value, want[0].Set = "link", true
		if diff := cmp.Diff(want, after.Settings); diff != "" {
			t.Error(diff)
		}
		if after.Name != "Zwei" || after.LateCapture != pay.HonourLate || after.ManualInstructions != "IBAN" || after.Notifications[pay.NotifyChargeback] ||
			!after.Notifications[pay.NotifyNewOrders] || after.Checkout.Dark.Text != "white" || *after.Checkout.DarkByDefault {
			t.Errorf("after %+v", after)
		}
		fees := []operator.StoreFee{{Name: "Gold", Rule: "USD 2% + 0.30", Currency: "USD", RatePercent: "2", Fixed: "0.30"}}
		if diff := cmp.Diff(fees, after.Fees); diff != "" {
			t.Error(diff)
		}

		third := "Third"
		for code, in := range map[string]operator.SetStoreIn{
			"bad_setting":               {Name: &third, Settings: map[string]string{"wayl.words": "x"}},
			"unknown_setting":           {Name: &third, Unset: []string{"wayl.x"}},
			"bad_fee":                   {Name: &third, Fees: []string{"USD"}},
			"unknown_notification":      {Name: &third, Notifications: map[pay.Notification]bool{"x": true}},
			"notification_not_writable": {Name: &third, Notifications: map[pay.Notification]bool{pay.EmailOrderConfirmation: false}},
			"unknown_member":            {Name: &third, Checkout: map[string]string{"light": "x"}},
			"bad_dark_mode":             {Name: &third, Checkout: map[string]string{"defaultDarkMode": "x"}},
			"bad_text":                  {Name: &third, Fees: []string{"USD 1%"}, FeeName: "a\nb"},
		} {
			in.Store = s.Shop.ID
			if _, err := o.SetStore(t.Context(), in); fault.CodeOf(err) != code {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		now, err := o.SetStore(t.Context(), operator.SetStoreIn{Store: s.Shop.ID, Unset: []string{"wayl.words"}, ResetCheckout: true, ResetNotifications: true})
		if err != nil || now.Name != "Zwei" || now.Settings[0].Value != "payment" || now.Settings[0].Set || now.Checkout.IsSet() || !now.Notifications[pay.NotifyChargeback] {
			t.Errorf("what was refused changed something: %+v %v", now, err)
		}
		if _, err := o.ShowStore(t.Context(), operator.ShowStoreIn{Store: "STO_2"}); fault.CodeOf(err) != "store_not_found" {
			t.Errorf("an unknown store: %v", err)
		}
	}, func(c *pay.Config) { c.Settings = []pay.Setting{words} })
}
