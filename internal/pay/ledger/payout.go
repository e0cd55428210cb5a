package ledger

import "tillway/internal/money"

// AskPayout posts a payout or settlement asked for: amount leaves the store's
// available balance for the way, fee for the platform. A payout that fails is
// posted by Reverse, which gives the fee back too.
func AskPayout(factID string, amount, fee money.Amount) (Transaction, error) {
	return post(PayoutAsked, factID).
		debitSum(StoreAvailable, amount, fee).
		credit(PayoutsInTransit, amount).
		credit(FeesPlatform, fee).done()
}

// FinishPayout posts that the provider has paid out.
func FinishPayout(factID, connector string, amount money.Amount) (Transaction, error) {
	return post(PayoutPaid, factID).
		debit(PayoutsInTransit, amount).
		credit(Provider(connector), amount).done()
}
