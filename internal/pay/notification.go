package pay

import (
	"maps"
	"slices"

	"tillway/internal/fault"
)

// Notification is one kind of message about a store's sales, to its merchants
// or to its customers (spec/pancake.md §5.3, §11).
type Notification string

// The messages to merchants, and the two to customers that a merchant may turn off.
const (
	NotifyNewOrders               Notification = "notifyNewOrders"
	NotifyNewSubscriptions        Notification = "notifyNewSubscriptions"
	NotifySubscriptionCanceled    Notification = "notifySubscriptionCanceled"
	NotifySubscriptionEnded       Notification = "notifySubscriptionEnded"
	NotifySubscriptionPastDue     Notification = "notifySubscriptionPastDue"
	NotifySubscriptionRenewed     Notification = "notifySubscriptionRenewed"
	NotifySubscriptionUncanceled  Notification = "notifySubscriptionUncanceled"
	NotifySubscriptionPlanChanged Notification = "notifySubscriptionPlanChanged"
	NotifyChargeback              Notification = "notifyChargeback"
	NotifyRefundSucceeded         Notification = "notifyRefundSucceeded"
	EmailUpcomingCharge           Notification = "emailUpcomingCharge"
	EmailTrialEnding              Notification = "emailTrialEnding"
	EmailOrderConfirmation        Notification = "emailOrderConfirmation"
	EmailSubscriptionConfirmation Notification = "emailSubscriptionConfirmation"
	EmailSubscriptionCycled       Notification = "emailSubscriptionCycled"
	EmailSubscriptionCanceled     Notification = "emailSubscriptionCanceled"
	EmailSubscriptionRevoked      Notification = "emailSubscriptionRevoked"
	EmailSubscriptionPastDue      Notification = "emailSubscriptionPastDue"
	EmailTrialStarted             Notification = "emailTrialStarted"
	EmailSubscriptionPlanChanged  Notification = "emailSubscriptionPlanChanged"
	EmailRefundSucceeded          Notification = "emailRefundSucceeded"
)

// merchantNotifications are those a merchant may turn off; the platform
// manages the rest and always sends them.
var merchantNotifications = []Notification{
	NotifyNewOrders, NotifyNewSubscriptions, NotifySubscriptionCanceled, NotifySubscriptionEnded, NotifySubscriptionPastDue,
	NotifySubscriptionRenewed, NotifySubscriptionUncanceled, NotifySubscriptionPlanChanged, NotifyChargeback,
	NotifyRefundSucceeded, EmailUpcomingCharge, EmailTrialEnding,
}

var platformNotifications = []Notification{
	EmailOrderConfirmation, EmailSubscriptionConfirmation, EmailSubscriptionCycled, EmailSubscriptionCanceled,
	EmailSubscriptionRevoked, EmailSubscriptionPastDue, EmailTrialStarted, EmailSubscriptionPlanChanged, EmailRefundSucceeded,
}

// AllNotifications lists every message that a store can send.
func AllNotifications() []Notification {
	return slices.Concat(platformNotifications, merchantNotifications)
}

// MerchantMay reports whether a merchant may turn the message off and on.
func (n Notification) MerchantMay() bool { return slices.Contains(merchantNotifications, n) }

// Notifications are a store's switches. One that is absent is on.
type Notifications map[Notification]bool

// On reports whether the store sends the message.
func (n Notifications) On(message Notification) bool {
	on, known := n[message]
	return on || !known
}

// NotificationsUpdate turns some switches. Reset turns all of the merchant's on
// first.
type NotificationsUpdate struct {
	Reset    bool
	Switches map[Notification]bool
}

// validate refuses what is not the merchant's to turn.
// Errors: Invalid "notification_not_writable".
func (u NotificationsUpdate) validate() error {
	for _, message := range slices.Sorted(maps.Keys(u.Switches)) {
		if !message.MerchantMay() {
			return fault.Invalidf("notificationSettings."+string(message), "notification_not_writable",
				"The platform manages %s; it cannot be changed", message)
		}
	}
	return nil
}

// of is the switches after the update. Only those that are off are kept.
func (u NotificationsUpdate) of(now Notifications) Notifications {
	next := Notifications{}
	if !u.Reset {
		maps.Copy(next, now)
	}
	maps.Copy(next, u.Switches)
	maps.DeleteFunc(next, func(_ Notification, on bool) bool { return on })
	if len(next) == 0 {
		return nil
	}
	return next
}
