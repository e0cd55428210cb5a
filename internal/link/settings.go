package link

import (
	"slices"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/pay"
)

// Words of settings.
const (
	on  = "on"
	off = "off"
	// The vocabularies of a webhook's paymentStatus (spec/wayl.md §6).
	paymentWords = "payment" // Paid
	linkWords    = "link"    // the link's own status, Complete
)

// The store's switches of this dialect (spec/wayl.md §6, §7).
var (
	// vocabulary is how a successful payment is worded in paymentStatus.
	vocabulary = setting("wayl.webhook_status_vocabulary",
		"How webhooks word a successful payment in paymentStatus: payment (Paid) or link (Complete)", paymentWords, linkWords)
	// updates tells webhooks of what happens to a link besides being paid.
	updates = setting("wayl.webhook_updates",
		"Whether webhooks are told of links that are cancelled, rejected, delivered or returned: on or off", on, off)
	// legacyRedirect appends to redirections as Wayl does, which breaks addresses
	// that have a query.
	legacyRedirect = setting("wayl.legacy_redirect_suffix",
		"Whether redirectionUrl gets its members glued on as /?referenceId=…, as Wayl does: on or off", off, on)
)

// Settings lists them.
func Settings() []pay.Setting { return []pay.Setting{vocabulary, updates, legacyRedirect} }

// setting is a switch between words; the first is what an unset one means.
func setting(name, help string, words ...string) pay.Setting {
	return pay.Setting{Name: name, Help: help, Default: words[0], Check: func(value string) error {
		if slices.Contains(words, value) {
			return nil
		}
		return fault.Invalidf(name, "bad_setting", "it is %s, not %.40q", strings.Join(words, " or "), value)
	}}
}
