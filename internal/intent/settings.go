package intent

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// SignatureMode is how orderRef takes part in a request's signature. Waypay's
// rule says that objects take no part, its worked example has this one in it
// (spec/waypay.md §3 a).
type SignatureMode string

// The modes.
const (
	EitherSignature  SignatureMode = "either"
	ExampleSignature SignatureMode = "doc_example" // orderRef as compact JSON
	RuleSignature    SignatureMode = "rule"        // no objects at all
)

const (
	on  = "on"
	off = "off"

	minutesName = "waypay.checkout_minutes"
)

// Currencies are those that intents may be in: the ones that Waypay names
// (spec/waypay.md §4).
func Currencies() []money.Currency { return []money.Currency{"PKR", "USD"} }

// The store's switches of this dialect.
var (
	signatureMode = words("waypay.signature_mode",
		"How orderRef takes part in the signature of a request: either way, doc_example as JSON, or by the rule, not at all.",
		string(EitherSignature), string(ExampleSignature), string(RuleSignature))
	// redirectToCallback sends buyers to callbackUrl when the request names no
	// other address (spec/waypay.md §7).
	redirectToCallback = words("waypay.redirect_to_callback", "Whether customers are led to callbackUrl when a request names no other address: on or off.", on, off)
	defaultCurrency    = words("waypay.default_currency", "The currency of requests that name none: PKR or USD.", "PKR", "USD")
	checkoutMinutes    = pay.Setting{
		Name: minutesName, Help: "How long a checkout can wait to be paid, in minutes: 1 to 44640.", Default: "60", Check: checkMinutes,
	}
)

// Settings lists them.
func Settings() []pay.Setting {
	return []pay.Setting{signatureMode, redirectToCallback, defaultCurrency, checkoutMinutes}
}

// words is a switch between words; the first is what an unset one means.
func words(name, help string, legal ...string) pay.Setting {
	return pay.Setting{Name: name, Help: help, Default: legal[0], Check: func(value string) error {
		if slices.Contains(legal, value) {
			return nil
		}
		return fault.Invalidf(name, "bad_setting", "%s must be %s", name, strings.Join(legal, " or "))
	}}
}

// checkMinutes reads how long a checkout lives, in minutes.
func checkMinutes(value string) error {
	most := int64(pay.MaxSaleLife / time.Minute)
	if minutes, err := strconv.ParseInt(value, 10, 64); err == nil && minutes >= 1 && minutes <= most {
		return nil
	}
	return fault.Invalidf(minutesName, "bad_setting", "%s must be a number of minutes from 1 to %d", minutesName, most)
}

// Policy is what a store has chosen for its intents.
type Policy struct {
	Signature  SignatureMode
	Currency   money.Currency // of a request that names none
	Life       time.Duration  // of a checkout
	ToCallback bool           // lead buyers to callbackUrl, for want of another address
}

// PolicyOf reads a store's choices.
func PolicyOf(r pay.Records, store pay.StoreID) (Policy, error) {
	settings, err := r.Settings(store)
	if err != nil {
		return Policy{}, err
	}
	minutes, err := strconv.ParseInt(settings.Get(checkoutMinutes), 10, 64)
	if err != nil {
		return Policy{}, err
	}
	return Policy{
		Signature: SignatureMode(settings.Get(signatureMode)), Currency: money.Currency(settings.Get(defaultCurrency)),
		Life: time.Duration(minutes) * time.Minute, ToCallback: settings.Get(redirectToCallback) == on,
	}, nil
}
