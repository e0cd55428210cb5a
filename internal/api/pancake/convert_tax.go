package pancake

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// previewTax answers checkout/preview-tax. It changes nothing, so it takes no
// idempotency key.
func (d *dialect) previewTax(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire previewTaxWire
	if err := call.Decode(&wire); err != nil {
		return pay.Answer{}, err
	}
	preview, err := toTaxPreview(call, wire)
	if err != nil {
		return pay.Answer{}, err
	}
	if err := d.ownSession(ctx, preview.Session); err != nil {
		return pay.Answer{}, err
	}
	quote, err := d.core.PreviewTax(ctx, preview)
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, success(fromPreview(quote)))
}

func toTaxPreview(call *api.Call, wire previewTaxWire) (pay.TaxPreview, error) {
	if err := require(text("checkoutSessionId", wire.CheckoutSessionID)); err != nil {
		return pay.TaxPreview{}, err
	}
	session, err := id.ParseSession(wire.CheckoutSessionID)
	if err != nil {
		return pay.TaxPreview{}, fault.From(err).WithField("checkoutSessionId")
	}
	billing, err := toBilling(wire.BillingDetail)
	if err != nil {
		return pay.TaxPreview{}, err
	}
	return pay.TaxPreview{Session: pay.SessionID("cs_" + session.String()), Actor: call.Actor(), Billing: billing}, nil
}

func fromPreview(quote pay.Quote) taxPreviewWire {
	parts := fromQuote(quote)
	return taxPreviewWire{
		Currency: string(quote.Total.Currency()), Subtotal: parts.Subtotal, TaxAmount: parts.TaxAmount,
		TaxRate: parts.TaxRate, TaxName: parts.TaxName, Total: parts.Total,
	}
}
