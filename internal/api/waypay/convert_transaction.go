package waypay

import (
	"cmp"
	"context"
	"net/http"

	"tillway/internal/api"
	"tillway/internal/connector"
	"tillway/internal/intent"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// statusNumbers are the numbers of the states (spec/waypay.md §5). Expired has
// none of its own and is told as a cancelled one in other words.
var statusNumbers = map[intent.Status]int{
	intent.Pending: 1, intent.Completed: 2, intent.Failed: 3, intent.Cancelled: 4, intent.Expired: 4, intent.RefundRequested: 5,
	intent.RefundFailed: 6, intent.Refunded: 7, intent.InProgress: 8,
}

// txType is a kind of transaction; of those of spec/waypay.md §5, an intent can
// become two.
type txType struct {
	number int
	text   string
}

var (
	cardDeposit   = txType{0, "Deposit"}
	walletDeposit = txType{1, "WalletDeposit"}
)

// providers are the words for ways to pay. The source gives none but the
// wallets'.
var providers = map[connector.Method]string{
	connector.Card: "Card", connector.JazzCash: "JazzCash", connector.Easypaisa: "Easypaisa", connector.Bank: "Bank",
}

// transaction is an intent with the payment that pays it, which is zero before.
type transaction struct {
	intent.Intent
	payment pay.Payment
}

// findTransaction answers Transaction/by-ref/{identifier}.
func (d *dialect) findTransaction(ctx context.Context, call *api.Call) (pay.Answer, error) {
	return d.showTransaction(ctx, call, d.intents.Look, call.PathValue("identifier"))
}

// getTransaction answers Transaction/{id}.
func (d *dialect) getTransaction(ctx context.Context, call *api.Call) (pay.Answer, error) {
	return d.showTransaction(ctx, call, d.intents.LookByID, call.PathValue("id"))
}

func (d *dialect) showTransaction(
	ctx context.Context, call *api.Call, look func(pay.Records, pay.Actor, string) (intent.Intent, error), name string,
) (pay.Answer, error) {
	var found transaction
	err := call.Core.View(ctx, func(r pay.Records) (err error) {
		found = transaction{}
		if found.Intent, err = look(r, call.Actor(), name); err != nil || found.Payment == "" {
			return err
		}
		found.payment, err = r.Payment(found.Payment)
		return err
	})
	if err != nil {
		return pay.Answer{}, err
	}
	answer, err := fromTransaction(found)
	if err != nil {
		return pay.Answer{}, err
	}
	return api.Document(http.StatusOK, answer)
}

func fromTransaction(t transaction) (transactionWire, error) {
	fee := t.payment.Fee
	if !fee.IsSet() {
		fee = money.Zero(t.Amount.Currency())
	}
	net, err := t.Amount.Sub(fee)
	if err != nil {
		return transactionWire{}, err
	}
	method := cmp.Or(t.Method, t.Preferred)
	kind := cardDeposit
	if method == connector.JazzCash || method == connector.Easypaisa {
		kind = walletDeposit
	}
	mode := "Test"
	if isLive(t.Env) {
		mode = "Live"
	}
	return transactionWire{
		ID: string(t.Transaction), Amount: fromAmount(t.Amount), Currency: string(t.Amount.Currency()), Fee: fromAmount(fee),
		NetAmount: fromAmount(net), TxType: kind.number, TxnType: kind.text, Description: t.Description,
		TransactionNotes: textOrNull(t.Reason), TxnProvider: textOrNull(cmp.Or(providers[method], string(method))), TxnRef: t.TxnRef,
		Status: statusNumbers[t.Status], StatusText: string(t.Status), CreatedAtUTC: timeOf(t.CreatedAt), IsLive: isLive(t.Env),
		TransactionMode: mode, MerchantOrderRef: t.Reference.OrderRef, PaymentIntentID: string(t.ID),
		AppliedFeeRuleName: textOrNull(t.payment.FeeName), FeeCalculationBreakdown: textOrNull(t.payment.FeeWords),
		MetadataJSON: textOrNull(t.Metadata),
	}, nil
}
