package report

import "tillway/internal/webhook"

// ClassInWords says a class of failure in words, for a person. A class that it
// does not know is told as it is.
func ClassInWords(class webhook.Class) string {
	switch class {
	case webhook.Refused:
		return "the address may not be sent to"
	case webhook.Resolve:
		return "the host name does not resolve"
	case webhook.Connect:
		return "no connection"
	case webhook.TLS:
		return "no trusted TLS connection"
	case webhook.Timeout:
		return "no complete answer in time"
	case webhook.Broken:
		return "the connection ended before an answer came"
	case webhook.BadResponse:
		return "the answer was not valid HTTP"
	case webhook.Redirect:
		return "a redirect, which is never followed"
	case webhook.Status:
		return "the receiver answered with an error"
	case webhook.Rejected:
		return "the receiver did not accept it"
	case webhook.Unsigned:
		return "there is no usable key to sign with; nothing was sent"
	case webhook.Removed:
		return "the webhook was removed; nothing was sent"
	case webhook.Halted:
		return "the webhook is disabled; nothing was sent"
	case webhook.Locked:
		return "the webhook's secrets do not open with this master key; nothing was sent"
	default:
		return string(class)
	}
}
