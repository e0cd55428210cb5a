package waypay

import (
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/id"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// maxReason is how long a refund's reason may be, in characters
// (spec/waypay.md §4.7).
const maxReason = 500

// toRefund reads the request of a refund: the form of the members, then the
// signature.
func (d *dialect) toRefund(ctx context.Context, call *api.Call, wire refundWire) (intent.RefundCreation, error) {
	if wire.TrxnRef == "" {
		return intent.RefundCreation{}, pay.MissingField("trxnRef")
	}
	in := intent.NewRefund{
		ID: pay.RefundID(call.IDs().New(id.Refund)), Actor: call.Actor(), TxnRef: wire.TrxnRef, Reason: wire.Reason, At: call.At,
	}
	if wire.Amount != "" {
		if _, err := toAmount("amount", wire.Amount, "PKR"); err != nil {
			return intent.RefundCreation{}, err
		}
		in.Amount = func(currency money.Currency) (money.Amount, error) { return toAmount("amount", wire.Amount, currency) }
	}
	if err := pay.CheckProse("reason", wire.Reason, maxReason); err != nil {
		return intent.RefundCreation{}, err
	}
	if err := checkSignatureForm(wire.Signature); err != nil {
		return intent.RefundCreation{}, err
	}
	chosen, err := policy(ctx, call)
	if err != nil {
		return intent.RefundCreation{}, err
	}
	return d.intents.RefundCreation(in), checkSignature(call.Body, wire.Signature, signerOf(call, chosen.Signature))
}

// getRefund answers GET Refunds/{id}.
func (d *dialect) getRefund(ctx context.Context, call *api.Call) (pay.Answer, error) {
	refund, err := toRefundID(call.PathValue("id"))
	if err != nil {
		return pay.Answer{}, err
	}
	var found intent.Refund
	err = call.Core.View(ctx, func(r pay.Records) (err error) {
		found, err = d.intents.LookAtRefund(r, call.Actor(), refund)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, renderRefund(call, found))
}

// cancelRefund answers Refunds/{id}/cancel with a bare boolean. It has no body,
// so that whatever came in one says nothing.
func (d *dialect) cancelRefund(ctx context.Context, call *api.Call) (pay.Answer, error) {
	refund, err := toRefundID(call.PathValue("id"))
	if err != nil {
		return pay.Answer{}, err
	}
	withdrawn, err := pay.Run(ctx, call.Core, d.intents.WithdrawRefund, intent.RefundWithdrawal{
		ID: refund, Actor: call.Actor(), At: call.At,
	})
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, withdrawn)
}

// refundNumbers are the numbers of a refund's states (spec/waypay.md §5).
// Nothing here expires (7).
var refundNumbers = map[pay.RefundState]int{
	pay.RefundRequested: 0, pay.RefundApproved: 1, pay.RefundPending: 2, pay.RefundUnknown: 2, pay.RefundSucceeded: 3,
	pay.RefundFailed: 4, pay.RefundWithdrawn: 5, pay.RefundRejected: 6,
}

func renderRefund(_ *api.Call, refund intent.Refund) any {
	answer := refundAnswerWire{
		ID: uuidOf(id.Refund, string(refund.ID)), PaymentIntentID: string(refund.Intent), Amount: fromAmount(refund.Amount),
		Currency: string(refund.Amount.Currency()), Reason: textOrNull(refund.Reason), Status: refundNumbers[refund.State],
		IsLive: isLive(refund.Env), RequestedAt: timeOf(refund.CreatedAt),
	}
	switch refund.State {
	case pay.RefundRequested, pay.RefundRejected, pay.RefundWithdrawn:
	case pay.RefundApproved:
		answer.ApprovedAt = timeOrNull(refund.DecidedAt)
	case pay.RefundPending, pay.RefundUnknown, pay.RefundSucceeded, pay.RefundFailed:
		// The provider is asked once; what follows are questions about it.
		answer.ApprovedAt, answer.ProcessedAt, answer.AttemptCount = timeOrNull(refund.DecidedAt), timeOrNull(refund.DoneAt), 1
	}
	return answer
}
