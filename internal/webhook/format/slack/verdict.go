package slack

import (
	"strings"

	"tillway/internal/webhook/format"
)

// Verdict accepts the one word "ok".
func (Format) Verdict(status int, body []byte) string {
	if said := strings.TrimSpace(string(body)); said != "ok" {
		return format.Refusal("Slack", status, said)
	}
	return ""
}
