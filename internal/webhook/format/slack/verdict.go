package slack

import (
	"net/http"
	"strings"

	"tillway/internal/webhook/format"
)

// Verdict accepts 200 with the one word "ok".
func (Format) Verdict(status int, body []byte) string {
	if said := strings.TrimSpace(string(body)); status != http.StatusOK || said != "ok" {
		return format.Refusal("Slack", status, said)
	}
	return ""
}
