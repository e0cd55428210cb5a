package checkout

import (
	"slices"
	"strings"

	"tillway/internal/connector"
	"tillway/internal/web/i18n"
	"tillway/internal/web/ui"
)

// accountMethods are the wallets whose account is typed on our page.
var accountMethods = []connector.Method{connector.JazzCash, connector.Easypaisa}

// needsAccount reports whether a method asks for a wallet's account.
func needsAccount(method connector.Method) bool { return slices.Contains(accountMethods, method) }

// accountProblems lists what cannot be a wallet's account: a Pakistani mobile
// number, and a national identity number that may be left out (spec/waypay.md §4).
func (c card) accountProblems(l *i18n.Language) (problems []ui.Problem) {
	add := func(field string, key i18n.Key) {
		problems = append(problems, ui.Problem{Field: field, Message: l.Say(key)})
	}
	switch phone := national(c.phone); {
	case strings.TrimSpace(c.phone) == "":
		add("phone", i18n.Key("mobile.missing"))
	case !strings.HasPrefix(phone, "03") || !digits(phone, 11, 11):
		add("phone", i18n.Key("mobile.bad"))
	}
	if cnic := plain(c.cnic); cnic != "" && !digits(cnic, 13, 13) {
		add("cnic", i18n.Key("cnic.bad"))
	}
	return problems
}

// account is the wallet's as the provider takes it.
func (c card) account(method connector.Method) *connector.WalletAccount {
	return &connector.WalletAccount{Provider: string(method), Phone: national(c.phone), CNIC: plain(c.cnic)}
}

// national is a Pakistani number as it is dialled at home.
func national(phone string) string {
	number := strings.TrimPrefix(plain(phone), "+")
	for _, code := range []string{"0092", "92"} {
		if rest, abroad := strings.CutPrefix(number, code); abroad {
			return "0" + rest
		}
	}
	return number
}

// latinDigits writes the digits of Arabic keyboards as those that providers read.
func latinDigits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + (r - '٠')
		case r >= '۰' && r <= '۹':
			return '0' + (r - '۰')
		}
		return r
	}, text)
}
