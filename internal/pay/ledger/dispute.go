package ledger

import "tillway/internal/money"

// OpenDispute posts that amount is held back while it is disputed. A dispute
// that is won is posted by Reverse.
func OpenDispute(factID string, amount money.Amount) (Transaction, error) {
	return post(DisputeOpened, factID).
		debit(StoreAvailable, amount).
		credit(DisputesHeld, amount).done()
}

// LoseDispute posts that the provider took the disputed amount.
func LoseDispute(factID, connector string, amount money.Amount) (Transaction, error) {
	return post(DisputeLost, factID).
		debit(DisputesHeld, amount).
		credit(Provider(connector), amount).done()
}
