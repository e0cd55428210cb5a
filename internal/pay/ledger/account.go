// Package ledger is the double-entry book as pure functions: it turns each fact
// into a balanced transaction by the table of spec/ledger.md.
//
// The package knows amounts and accounts. It may not know orders, stores, the
// database or the clock: which fact happened, and that it is posted once, is
// the business of package pay.
package ledger

import "strings"

// Account names one account of a store's book in one environment and currency.
type Account string

// The accounts that exist once. Beside them each connector has one of its own;
// see Provider.
const (
	StorePending     Account = "store/pending"      // the store's, within the holding period
	StoreAvailable   Account = "store/available"    // the store's, after it
	TaxCollected     Account = "tax/collected"      // taken from buyers for the tax office
	FeesProvider     Account = "fees/provider"      // what providers cost
	FeesPlatform     Account = "fees/platform"      // what the platform charges
	RefundsInTransit Account = "refunds/in_transit" // asked of the provider, not yet done
	PayoutsInTransit Account = "payouts/in_transit" // likewise for payouts and settlements
	DisputesHeld     Account = "disputes/held"      // held back while disputed
	Suspense         Account = "suspense"           // money without a home yet
)

const providerPrefix = "provider/"

// Provider is the account of what a payment provider holds or owes, by the
// connector's name.
func Provider(connector string) Account { return Account(providerPrefix + connector) }

// Nature is an account's kind in the sense of bookkeeping.
type Nature string

// The natures of an account.
const (
	Asset     Nature = "asset"
	Liability Nature = "liability"
	Expense   Nature = "expense"
	Income    Nature = "income"
)

// Nature is the account's kind, or empty for an account that is not in the book.
func (a Account) Nature() Nature {
	switch a {
	case StorePending, StoreAvailable, TaxCollected, RefundsInTransit, PayoutsInTransit, DisputesHeld, Suspense:
		return Liability
	case FeesProvider:
		return Expense
	case FeesPlatform:
		return Income
	}
	if connector, ok := a.Connector(); ok && connector != "" {
		return Asset
	}
	return ""
}

// Connector is the name behind a provider's account; false for any other.
func (a Account) Connector() (string, bool) {
	return strings.CutPrefix(string(a), providerPrefix)
}

// Sign is the sign of an ordinary balance of this nature: 1 for what grows by
// debits (assets, expenses), -1 for what grows by credits, 0 for no nature.
func (n Nature) Sign() int {
	switch n {
	case Asset, Expense:
		return 1
	case Liability, Income:
		return -1
	}
	return 0
}
