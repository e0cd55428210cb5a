package simulator

import (
	"slices"

	"tillway/internal/connector"
)

// TestWallet is one magic ending of a wallet's phone number.
type TestWallet struct {
	Suffix   string // the last three digits
	Example  string // a complete number
	Scenario Scenario
	Summary  string // one line for the checkout page and the documentation
}

// Wallets lists every magic ending. Any other well-formed phone number
// succeeds, because the numbers in the gateways' own examples must work; with
// JazzCash and Easypaisa it does so once its one-time password is typed (Codes).
func Wallets() []TestWallet { return slices.Clone(wallets) }

// wallets takes the endings of spec/connectors.md §5.6, and JazzCash's own
// result codes (§5.3) for the rest, so that the ending says what happens.
var wallets = []TestWallet{
	{"000", "03001234000", Success, "Succeeds"},
	{"002", "03001234002", InvalidNumber, "Declined for good: no such account"},
	{"004", "03001234004", InsufficientFunds, "Declined: low balance"},
	{"112", "03001234112", CancelledByBuyer, "Declined: the customer cancels in the app"},
	{"322", "03001234322", Challenge, "Asks the customer, then succeeds or fails as answered"},
	{"058", "03001234058", TimeoutMoved, "The answer is lost, and the money moved"},
	{"059", "03001234059", TimeoutNotMoved, "The answer is lost, and no money moved"},
	{"157", "03001234157", StaysPending, "Pending for a minute, then succeeds"},
	{"116", "03001234116", PendingExpires, "Pending for a minute, then declined as expired"},
	{"777", "03001234777", LateSuccess, "Expires after a minute, and is captured a minute after that"},
	{"055", "03001234055", NeverSent, "The provider cannot be reached; nothing was sent"},
	{"110", "03001234110", RequestRejected, "The provider refuses the request as malformed"},
}

// Phone numbers have at most 15 digits (E.164); shorter than 8 none is a mobile.
const shortestPhone, longestPhone = 8, 15

// readWallet decides which story a wallet's phone tells, and whether it does so
// by a magic ending.
func readWallet(account connector.WalletAccount) (story Scenario, magic bool, receipt connector.Receipt) {
	receipt = connector.Receipt{Brand: account.Provider, Last4: connector.Last4(account.Phone)}
	if len(account.Phone) < shortestPhone || len(account.Phone) > longestPhone || !allDigits(account.Phone) {
		return InvalidNumber, false, receipt
	}
	ending := account.Phone[len(account.Phone)-3:]
	for _, wallet := range wallets {
		if wallet.Suffix == ending {
			return wallet.Scenario, true, receipt
		}
	}
	return Success, false, receipt
}
