package pancake

import (
	"encoding/json"
	"strings"
	"testing"

	"tillway/internal/webhook"
)

// A chat's address and credential are echoed to whoever may change them
// (spec/pancake.md §5.4); a secret that signs is not.
func TestSigningSecretsAreNotAnswered(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]struct {
		endpoint webhook.Endpoint
		shown    bool
	}{
		"a chat's address":     {webhook.Endpoint{Channel: webhook.Slack, URL: "https://hooks.slack.com/services/whsec_hush"}, true},
		"a signing secret":     {webhook.Endpoint{Channel: webhook.HTTP, Scheme: webhook.StandardScheme, Secret: "whsec_hush"}, false},
		"a chat's credential":  {webhook.Endpoint{Channel: webhook.Telegram, Secret: "whsec_hush"}, true},
		"a secret without use": {webhook.Endpoint{Channel: webhook.HTTP, Secret: "whsec_hush"}, true},
	} {
		body, err := json.Marshal(fromWebhook(nil, check.endpoint))
		if err != nil {
			t.Fatal(err)
		}
		if shown := strings.Contains(string(body), "whsec_hush"); shown != check.shown {
			t.Errorf("%s is shown: %v, want %v\n%s", name, shown, check.shown, body)
		}
	}
}
