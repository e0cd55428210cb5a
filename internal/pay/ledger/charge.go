package ledger

import "tillway/internal/money"

// The functions of this file and its siblings are the rows of the table in
// spec/ledger.md. They take amounts that are not negative, all of one currency.
// A fact of no money has no postings and is refused ("ledger_malformed"): who
// checks a card for zero, or gives something away, does not call.

// Charge posts a captured charge: the provider holds total, of which tax
// belongs to the tax office and the rest to the store.
func Charge(factID, connector string, total, tax money.Amount) (Transaction, error) {
	p := post(ChargeCaptured, factID).debit(Provider(connector), total)
	return p.split(p.credit, StorePending, total, TaxCollected, tax).done()
}

// ProviderFee posts what the provider keeps for a charge, once it is known.
func ProviderFee(factID, connector string, fee money.Amount) (Transaction, error) {
	return post(ProviderFeeKnown, factID).
		debit(FeesProvider, fee).
		credit(Provider(connector), fee).done()
}

// PlatformFee posts what the platform takes from the store by rule: Waypay's
// fee, Wayl's commission.
func PlatformFee(factID string, fee money.Amount) (Transaction, error) {
	return post(PlatformFeeTaken, factID).
		debit(StorePending, fee).
		credit(FeesPlatform, fee).done()
}

// ReleaseHold posts the end of the holding period for an amount.
func ReleaseHold(factID string, amount money.Amount) (Transaction, error) {
	return post(HoldReleased, factID).
		debit(StorePending, amount).
		credit(StoreAvailable, amount).done()
}
