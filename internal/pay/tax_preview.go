package pay

import (
	"context"

	"tillway/internal/fault"
)

// TaxPreview is the input of PreviewTax: where the buyer of a checkout says to
// be, as far as it is known. An incomplete address is taxed as far as it goes.
type TaxPreview struct {
	Session SessionID
	Actor   Actor
	Billing Billing
}

// PreviewTax quotes what an order would freeze now; it places none. What is
// not given is the session's prefill.
// Errors: ErrSessionNotFound, ErrSessionExpired, Invalid "billingDetail.…".
func (c *Core) PreviewTax(ctx context.Context, in TaxPreview) (quote Quote, err error) {
	billing := in.Billing.Clean()
	if billing.IsSet() {
		if err := billing.Shape(); err != nil {
			return Quote{}, err
		}
	}
	err = c.View(ctx, func(r Records) error {
		session, err := r.Session(in.Session)
		if err != nil {
			return err
		}
		if err := in.mayLook(r, session); err != nil {
			return err
		}
		if session.Status != SessionOpen || session.Expired(c.Now()) {
			return ErrSessionExpired
		}
		if !billing.IsSet() {
			billing = session.Billing
		}
		if !billing.IsSet() {
			return MissingField("billingDetail")
		}
		quote, err = quoteFor(r, session.Price, billing)
		return err
	})
	if err != nil {
		return Quote{}, err
	}
	return quote, nil
}

// mayLook keeps one store's checkouts from another's credentials.
func (in TaxPreview) mayLook(r Records, session Session) error {
	if session.Env != in.Actor.Env {
		return ErrSessionNotFound
	}
	switch in.Actor.Kind {
	case BySystem:
		return nil
	case ByBuyer, ByVisitor:
		if session.Store == in.Actor.Store {
			return nil
		}
	case ByMerchant:
		if err := Permit(r, in.Actor, session.Store, Member); !fault.Is(err, fault.Forbidden) {
			return err
		}
	}
	return ErrSessionNotFound
}
