package pancake

import (
	"context"
	"slices"
	"strings"
	"time"

	"tillway/internal/api"
	"tillway/internal/connector"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// Faults of plan changes (spec/pancake.md §4, §9).
var (
	errPlanChangeVisitor = fault.New(fault.Forbidden, "plan_change_forbidden", "Access denied: a visitor cannot change a plan").
				WithHint("Change plans with an API key, or with the session token of the order's buyer")
	errPlanChangeOrigin = fault.Invalidf("originOrderId", "missing_field", "Missing required field: originOrderId").
				WithHint("changeTiming, changeAmount and changeCreditAmount belong to a plan change")
	errBothAmounts    = fault.Invalidf("changeAmount", "exclusive_fields", "changeAmount and changeCreditAmount are mutually exclusive")
	errNotImplemented = fault.New(fault.NotImplemented, "not_implemented", "Not implemented")
	errBuyerSession   = fault.New(fault.Forbidden, "plan_change_only", "Access denied: a session token can only open a plan change").
				WithHint("Open new purchases with an API key or a store slug")
)

// present reports whether any field of a plan change was sent.
func (w planChangeWire) present() bool {
	return w.OriginOrderID != nil || w.ChangeTiming != nil || w.ChangeAmount != nil || w.ChangeCreditAmount != nil
}

// check judges a plan change as far as it exists today: subscriptions, which it
// needs, do not.
func (w planChangeWire) check() error {
	switch {
	case !w.present():
		return nil
	case w.OriginOrderID == nil || *w.OriginOrderID == "":
		return errPlanChangeOrigin
	case w.ChangeAmount != nil && w.ChangeCreditAmount != nil:
		return errBothAmounts
	}
	if err := checkID("originOrderId", id.Order, *w.OriginOrderID); err != nil {
		return err
	}
	return errNotImplemented
}

// toBuyerSession reads a session token's request, which can only be a plan change.
func (d *dialect) toBuyerSession(_ context.Context, _ *api.Call, wire planChangeWire) (pay.NewSession, error) {
	if err := wire.check(); err != nil {
		return pay.NewSession{}, err
	}
	return pay.NewSession{}, errBuyerSession
}

func (d *dialect) toVisitorSession(_ context.Context, call *api.Call, wire visitorSessionWire) (pay.NewSession, error) {
	if wire.present() {
		return pay.NewSession{}, errPlanChangeVisitor
	}
	return wire.newSession(call)
}

func (d *dialect) toMerchantSession(_ context.Context, call *api.Call, wire merchantSessionWire) (pay.NewSession, error) {
	if err := wire.check(); err != nil {
		return pay.NewSession{}, err
	}
	in, err := wire.newSession(call)
	if err != nil {
		return pay.NewSession{}, err
	}
	if wire.PriceSnapshot != nil {
		price, err := toPrice("priceSnapshot", in.Currency, *wire.PriceSnapshot)
		if err != nil {
			return pay.NewSession{}, err
		}
		in.Override = &price
	}
	if in.Life, err = toLife(wire.ExpiresInSeconds); err != nil {
		return pay.NewSession{}, err
	}
	if in.Metadata, err = toMetadata(wire.Metadata); err != nil {
		return pay.NewSession{}, err
	}
	in.ExternalID = strings.TrimSpace(wire.OrderMerchantExternalID)
	in.Include, in.Exclude = toMethods(wire.IncludePaymentMethods), toMethods(wire.ExcludePaymentMethods)
	return in, nil
}

// newSession reads what everybody may ask for.
func (w visitorSessionWire) newSession(call *api.Call) (pay.NewSession, error) {
	if err := require(text("productId", w.ProductID), text("currency", w.Currency)); err != nil {
		return pay.NewSession{}, err
	}
	if err := checkID("productId", id.Product, w.ProductID); err != nil {
		return pay.NewSession{}, err
	}
	currency, err := money.ParseCurrency(w.Currency)
	if err != nil {
		return pay.NewSession{}, fault.From(err).WithField("currency")
	}
	billing, err := toBilling(w.BillingDetail)
	if err != nil {
		return pay.NewSession{}, err
	}
	if w.Language != "" && !slices.Contains(languages, w.Language) {
		return pay.NewSession{}, fault.Invalidf("language", "bad_language", "Invalid language: %q is not a cashier language", fault.Echo(w.Language)).
			WithHint("The languages are " + strings.Join(languages, ", "))
	}
	return pay.NewSession{
		ID: pay.SessionID(call.IDs().Session()), Actor: call.Actor(), Product: pay.ProductID(w.ProductID), Currency: currency,
		BuyerEmail: strings.TrimSpace(w.BuyerEmail), Billing: billing, SuccessURL: w.SuccessURL,
		Language: w.Language, DarkMode: w.DarkMode, At: call.At,
	}, nil
}

// toLife reads expiresInSeconds; zero leaves it to the core.
func toLife(seconds *api.Number) (time.Duration, error) {
	if seconds == nil {
		return 0, nil
	}
	const most = int64(pay.MaxSessionLife / time.Second)
	n, ok := seconds.Int64()
	if !ok || n <= 0 || n > most {
		return 0, fault.Invalidf("expiresInSeconds", "bad_expiry", "expiresInSeconds must be a positive integer of at most %d", most)
	}
	return time.Duration(n) * time.Second, nil
}

func toMethods(names []string) []connector.Method {
	methods := make([]connector.Method, 0, len(names))
	for _, name := range names {
		methods = append(methods, connector.Method(fault.Echo(name)))
	}
	return methods
}

func (d *dialect) fromSession(_ *api.Call, s pay.SessionCreated) any {
	return success(d.sessionWire(s))
}

func (d *dialect) sessionWire(s pay.SessionCreated) sessionWire {
	return sessionWire{
		SessionID: string(s.ID), CheckoutURL: d.checkoutURL(s.StoreSlug, s.ID), ExpiresAt: timeOf(s.ExpiresAt),
	}
}

// checkoutURL is the page of a session. It has no fragment, because the SDK
// appends one verbatim (spec/pancake.md §5.9).
func (d *dialect) checkoutURL(slug string, session pay.SessionID) string {
	return d.publicURL + "/store/" + slug + "/checkout/" + string(session)
}
