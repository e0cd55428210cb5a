package telegram

import (
	"net/http"

	"tillway/internal/webhook/format"
)

// Verdict accepts 200 with an answer that says ok:true. The answer repeats the
// message, so only its beginning may be at hand.
func (Format) Verdict(status int, body []byte) string {
	if ok, found := format.Member(body, "ok"); status == http.StatusOK && found && string(ok) == "true" {
		return ""
	}
	said, _ := format.Member(body, "description")
	return format.Refusal("Telegram", status, format.Text(said))
}
