package discord

import (
	"net/http"

	"tillway/internal/webhook/format"
)

// Verdict accepts 204, and 200 as Discord gives it to an address with
// "?wait=true", unless an error stands in its body.
func (Format) Verdict(status int, body []byte) string {
	said, _ := format.Member(body, "message")
	_, isError := format.Member(body, "code") // a message has no such member
	if status == http.StatusNoContent || status == http.StatusOK && !isError {
		return ""
	}
	return format.Refusal("Discord", status, format.Text(said))
}
