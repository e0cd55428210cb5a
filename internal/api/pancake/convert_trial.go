package pancake

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// previewTrial answers checkout/preview-trial. It changes nothing, so it takes
// no idempotency key.
func (d *dialect) previewTrial(ctx context.Context, call *api.Call) (pay.Answer, error) {
	var wire previewTrialWire
	if err := call.Decode(&wire); err != nil {
		return pay.Answer{}, err
	}
	if err := require(text("checkoutSessionId", wire.CheckoutSessionID)); err != nil {
		return pay.Answer{}, err
	}
	session, err := id.ParseSession(wire.CheckoutSessionID)
	if err != nil {
		return pay.Answer{}, fault.From(err).WithField("checkoutSessionId")
	}
	question := pay.TrialQuestion{Session: pay.SessionID("cs_" + session.String()), Actor: call.Actor()}
	if err := d.ownSession(ctx, question.Session); err != nil {
		return pay.Answer{}, err
	}
	trial, err := d.core.PreviewTrial(ctx, question)
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, success(fromTrial(trial)))
}

func fromTrial(trial pay.Trial) trialWire {
	wire := trialWire{IsEligible: trial.Eligible}
	if trial.Days > 0 {
		wire.TrialDays = &trial.Days
	}
	return wire
}
