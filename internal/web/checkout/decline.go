package checkout

import (
	"tillway/internal/connector"
	"tillway/internal/pay"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// declineTexts says in human words why an attempt failed. Lost and stolen
// cards are told like any refusal: the page must not tell a thief what the
// bank knows.
var declineTexts = map[connector.Reason]i18n.Key{
	connector.ReasonGeneric:           i18n.Key("decline.generic"),
	connector.ReasonInsufficientFunds: i18n.Key("decline.funds"),
	connector.ReasonLostCard:          i18n.Key("decline.generic"),
	connector.ReasonStolenCard:        i18n.Key("decline.generic"),
	connector.ReasonExpiredCard:       i18n.Key("decline.expired_card"),
	connector.ReasonIncorrectCVC:      i18n.Key("decline.cvc"),
	connector.ReasonInvalidNumber:     i18n.Key("decline.number"),
	connector.ReasonAuthentication:    i18n.Key("decline.authentication"),
	connector.ReasonCancelled:         i18n.Key("decline.cancelled"),
	connector.ReasonExpired:           i18n.Key("decline.expired"),
	connector.ReasonUnsupported:       i18n.Key("decline.unsupported"),
	connector.ReasonInvalidRequest:    i18n.Key("decline.provider"),
	connector.ReasonProviderError:     i18n.Key("decline.provider"),
}

// declined reports whether this browser's last attempt failed.
func declined(v *visit) bool { return v.look.LastReason != "" || v.look.Unsent }

// declineText says why the last attempt failed and whether another card is
// needed.
func declineText(v *visit) string {
	if v.look.Unsent {
		return v.language.Say(i18n.Key("decline.unsent"))
	}
	if v.look.LastReason == connector.ReasonNotReceived {
		return v.language.Say(i18n.Key("decline.not_received"), "Store", v.look.Store.Name)
	}
	key := declineKey(v)
	if v.look.State == pay.CheckoutExpired {
		return v.language.Say(key) // there is no other try
	}
	remedy := i18n.Key("decline.try_again")
	if v.look.LastKind == connector.Hard {
		remedy = i18n.Key("decline.other_card")
	}
	return v.language.Say(key) + " " + v.language.Say(remedy)
}

// declineKey says why the last attempt failed, without a remedy.
func declineKey(v *visit) i18n.Key {
	if key, ok := declineTexts[v.look.LastReason]; ok {
		return key
	}
	return i18n.Key("decline.generic")
}

// declineProblems is the error summary of a payment page after a decline.
func declineProblems(v *visit) []ui.Problem {
	if !declined(v) {
		return nil
	}
	return []ui.Problem{{Message: declineText(v)}}
}
