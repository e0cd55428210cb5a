package telegram

import "tillway/internal/webhook/format"

// Verdict accepts an answer that says ok:true. The answer repeats the message,
// so only its beginning may be at hand.
func (Format) Verdict(status int, body []byte) string {
	if ok, found := format.Member(body, "ok"); found && string(ok) == "true" {
		return ""
	}
	said, _ := format.Member(body, "description")
	return format.Refusal("Telegram", status, format.Text(said))
}
