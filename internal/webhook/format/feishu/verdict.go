package feishu

import (
	"net/http"
	"strings"

	"tillway/internal/webhook/format"
)

// Verdict accepts 200 with the code 0. Feishu reports its refusals with 200 as
// well; its older answers call the code StatusCode.
func (Format) Verdict(status int, body []byte) string {
	code, found := format.Member(body, "code")
	if !found {
		code, found = format.Member(body, "StatusCode")
	}
	if status == http.StatusOK && found && string(code) == "0" {
		return ""
	}
	said, named := format.Member(body, "msg")
	if !named {
		said, _ = format.Member(body, "StatusMessage")
	}
	return format.Refusal("Feishu", status, strings.TrimSpace(string(code)+" "+format.Text(said)))
}
