package pancake

import (
	"net/url"
	"regexp"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
)

// telegramHost is the Bot API.
const telegramHost = "api.telegram.org"

const (
	telegramMethod   = "/sendMessage"
	telegramURLShape = "url must be https://" + telegramHost + "/bot<TOKEN>/sendMessage for a telegram webhook"
)

var (
	telegramPath = regexp.MustCompile(`^/bot[0-9]+:[A-Za-z0-9_-]+(` + telegramMethod + `)?$`)
	telegramChat = regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})$`)
)

// telegramAddress checks a Telegram endpoint, which is made of the bot's own
// address, and of the chat as its secret (spec/pancake.md §10.6). The method
// may be left out of the address and is added.
//
// A Bot API server of one's own is reached by plain http, which the policy for
// URLs admits with --dev alone.
func telegramAddress(rawURL string, chat id.Secret) (string, error) {
	if chat.IsZero() {
		return "", pay.MissingField("secret").WithHint("A telegram webhook needs the chat id as its secret")
	}
	if !telegramChat.MatchString(chat.Reveal()) {
		return "", fault.Invalidf("secret", "bad_telegram_chat", "secret must be the id of the chat, such as -1001234567890, or @channelname for a telegram webhook")
	}
	address, err := url.Parse(rawURL)
	if err != nil || address.Hostname() != telegramHost && address.Scheme != "http" || address.RawQuery != "" {
		return "", fault.Invalidf("url", "bad_telegram_url", telegramURLShape)
	}
	path := strings.TrimSuffix(address.EscapedPath(), "/")
	if !telegramPath.MatchString(path) {
		return "", fault.Invalidf("url", "bad_telegram_url", telegramURLShape)
	}
	if !strings.HasSuffix(path, telegramMethod) {
		path += telegramMethod
	}
	address.Path, address.RawPath = path, ""
	return address.String(), nil
}
