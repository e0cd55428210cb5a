package simulator

import (
	"strings"
	"time"

	"tillway/internal/connector"
)

// tokenPrefix starts a magic token: "tok_" and the name of any scenario, for
// the methods in which no number is typed.
const tokenPrefix = "tok_"

// Token is the magic token that tells a story.
func Token(story Scenario) string { return tokenPrefix + string(story) }

// readInstrument decides which story a charge tells and what may be kept of
// its instrument. A non-empty problem means that the request makes no sense
// and must be rejected; it never quotes the instrument.
func readInstrument(charge connector.Charge, now time.Time) (story Scenario, receipt connector.Receipt, problem string) {
	instrument := charge.Instrument
	switch {
	case members(instrument) > 1:
		return "", receipt, "the instrument has more than one member"
	case instrument.Token != "":
		return readToken(charge.Method, instrument.Token)
	case instrument.Card != nil:
		switch charge.Method {
		case connector.Card, connector.ApplePay, connector.GooglePay:
			story, receipt = readCard(*instrument.Card, now)
			return story, receipt, ""
		}
		return "", receipt, "a card was given for a method that takes none"
	case instrument.Wallet != nil:
		return readAccount(charge.Method, *instrument.Wallet)
	}
	switch charge.Method {
	case connector.ApplePay, connector.GooglePay, connector.WeChat:
		return Success, connector.Receipt{Brand: string(charge.Method)}, ""
	case connector.QiCard, connector.ZainCash, connector.FIB:
		return Challenge, connector.Receipt{Brand: string(charge.Method)}, ""
	case connector.Voucher:
		return PayByCode, connector.Receipt{Brand: string(charge.Method)}, ""
	}
	return "", receipt, "the instrument is empty"
}

// readAccount reads a wallet's account for the methods that draw on one. A
// method that names its provider takes no other provider's account, and asks
// for a one-time password where the phone number has no story of its own.
func readAccount(method connector.Method, account connector.WalletAccount) (Scenario, connector.Receipt, string) {
	named := false
	switch method {
	case connector.Wallet:
	case connector.JazzCash, connector.Easypaisa:
		if account.Provider == "" {
			account.Provider = string(method)
		}
		if account.Provider != string(method) {
			return "", connector.Receipt{}, "the wallet account is another provider's"
		}
		named = true
	default:
		return "", connector.Receipt{}, "a wallet account was given for a method that takes none"
	}
	story, magic, receipt := readWallet(account)
	if named && !magic && story == Success {
		story = OneTimeCode
	}
	return story, receipt, ""
}

// readToken reads a magic token. An unknown one is declined like a card that
// does not exist: it is the buyer's side that is wrong, not the request.
func readToken(method connector.Method, token string) (Scenario, connector.Receipt, string) {
	receipt := connector.Receipt{Brand: string(method)}
	if name, magic := strings.CutPrefix(token, tokenPrefix); magic && Scenario(name).known() {
		return Scenario(name), receipt, ""
	}
	return InvalidNumber, receipt, ""
}

func members(instrument connector.Instrument) int {
	count := 0
	if instrument.Card != nil {
		count++
	}
	if instrument.Wallet != nil {
		count++
	}
	if instrument.Token != "" {
		count++
	}
	return count
}
