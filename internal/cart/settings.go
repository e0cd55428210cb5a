package cart

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// The store's switches of this dialect (spec/diddo.md §2, §3, §5).
var (
	// ReservedEvents lets webhooks ask for the events that the documentation once
	// named and no longer does.
	ReservedEvents = pay.Setting{
		Name: "diddo.reserved_events", Default: off, Check: oneOf("diddo.reserved_events", off, On),
		Help: "Whether webhooks may ask for cart.submitted, return.initiated and refund.issued: off or on",
	}
	// shippingMethods is a JSON list of {"id","title","price"}; without one there
	// is a single free method.
	shippingMethods = pay.Setting{
		Name: "diddo.shipping_methods", Default: "[]", Check: checkMethods,
		Help: `How carts are shipped, the first unless another is chosen: a list such as [{"id":"parcel","title":"Parcel","price":"4.90"}]; an empty one is a single free method`,
	}
	// successURL and cancelURL are where buyers are led when they have paid or
	// given up.
	successURL = pay.Setting{
		Name: "diddo.success_url", Check: checkURL("diddo.success_url"),
		Help: "Where buyers are led who have paid, with cart_id, checkout_id and status: an http or https address",
	}
	cancelURL = pay.Setting{
		Name: "diddo.cancel_url", Check: checkURL("diddo.cancel_url"),
		Help: "Where buyers are led who give up, with cart_id, checkout_id and status: an http or https address",
	}
)

// Words of settings.
const (
	On  = "on"
	off = "off"
)

// Settings lists them.
func Settings() []pay.Setting {
	return []pay.Setting{ReservedEvents, shippingMethods, successURL, cancelURL}
}

func oneOf(name string, words ...string) func(string) error {
	return func(value string) error {
		for _, word := range words {
			if value == word {
				return nil
			}
		}
		return fault.Invalidf(name, "bad_setting", "it must be %s", strings.Join(words, " or "))
	}
}

func checkURL(name string) func(string) error {
	return func(value string) error {
		if err := pay.CheckSuccessURL(value); err != nil {
			return fault.From(err).WithField(name)
		}
		return nil
	}
}

// storedMethod is a method of shipping in the setting. Its price is a display
// string, such as 4.90, in the currency of the cart.
type storedMethod struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Price string `json:"price"`
}

// Bounds of the setting (ours).
const (
	maxMethods     = 20
	maxMethodID    = 64
	maxMethodTitle = 100
)

func checkMethods(value string) error {
	const name = "diddo.shipping_methods"
	bad := func(format string, args ...any) error {
		return fault.Invalidf(name, "bad_setting", format, args...)
	}
	methods, err := readMethods(value)
	if err != nil {
		return bad("it is no JSON list of methods with id, title and price")
	}
	if len(methods) > maxMethods {
		return bad("there can be at most %d methods", maxMethods)
	}
	seen := map[string]bool{}
	for _, m := range methods {
		if clean, err := pay.CleanText("id", m.ID, 1, maxMethodID); err != nil || clean != m.ID || seen[m.ID] {
			return bad("each method needs an id of its own, of at most %d characters", maxMethodID)
		}
		seen[m.ID] = true
		if _, err := pay.CleanText("title", m.Title, 1, maxMethodTitle); err != nil {
			return bad("each method needs a title of at most %d characters", maxMethodTitle)
		}
		// BHD has as many decimal places as any currency that is in use.
		if _, err := money.Parse(m.Price, "BHD"); err != nil {
			return bad("the price of %s must be digits with an optional decimal point", m.ID)
		}
	}
	return nil
}

func readMethods(value string) (methods []storedMethod, err error) {
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&methods); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "bad_setting", "something follows the list")
	}
	return methods, nil
}

// returning is a platform's own address with what it is told of the checkout;
// "" stays "".
func returning(address string, checkout Checkout, status CheckoutStatus) string {
	if address == "" {
		return ""
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := parsed.Query()
	query.Set("cart_id", string(checkout.Cart))
	query.Set("checkout_id", string(checkout.ID))
	query.Set("status", string(status))
	parsed.RawQuery = query.Encode()
	return parsed.String()
}
