package webhook

import (
	"net/url"
	"regexp"
	"strings"

	"tillway/internal/fault"
	"tillway/internal/id"
)

// maxCredential bounds the secret that a channel is given, in bytes.
const maxCredential = 512

// ChannelAddress checks what a channel asks of the address and the secret that a
// person gives for it, and completes the address; whether it may be called is
// VetTarget's to say. Its faults are of kind Invalid and name "url" or "secret".
func ChannelAddress(channel Channel, given string, secret id.Secret) (address string, err error) {
	if len(secret.Reveal()) > maxCredential {
		return "", fault.Invalidf("secret", "too_long", "secret must not exceed %d characters", maxCredential)
	}
	if channel != Telegram {
		return given, nil
	}
	return telegramAddress(given, secret)
}

// telegramHost is the Bot API.
const telegramHost = "api.telegram.org"

const (
	telegramMethod   = "/sendMessage"
	telegramURLShape = "url must be https://" + telegramHost + "/bot<TOKEN>/sendMessage, or the token alone, for a telegram webhook"
)

var (
	telegramToken = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	telegramPath  = regexp.MustCompile(`^/bot[0-9]+:[A-Za-z0-9_-]+(` + telegramMethod + `)?$`)
	telegramChat  = regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})$`)
)

// telegramAddress checks a Telegram endpoint, which is made of the bot's token
// or its whole address, and of the chat as its secret (spec/pancake.md §10.6).
// The method may be left out of the address and is added.
//
// A Bot API server of one's own is reached by plain http, which the policy for
// URLs admits with --dev alone.
func telegramAddress(given string, chat id.Secret) (string, error) {
	if chat.IsZero() {
		return "", fault.Invalidf("secret", "missing_field", "Missing required field: secret").
			WithHint("A telegram webhook needs the chat id as its secret")
	}
	if !telegramChat.MatchString(chat.Reveal()) {
		return "", fault.Invalidf("secret", "bad_telegram_chat", "secret must be the id of the chat, such as -1001234567890, or @channelname for a telegram webhook")
	}
	if telegramToken.MatchString(given) {
		return "https://" + telegramHost + "/bot" + given + telegramMethod, nil
	}
	address, err := url.Parse(given)
	if err != nil || address.Host != telegramHost && address.Scheme != "http" || address.RawQuery != "" {
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
