package app

import (
	"tillway/internal/webhook"
	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/discord"
	"tillway/internal/webhook/format/feishu"
	"tillway/internal/webhook/format/slack"
	"tillway/internal/webhook/format/telegram"
)

// formats draw for the chat channels.
func formats() map[webhook.Channel]format.Format {
	return map[webhook.Channel]format.Format{
		webhook.Discord:  discord.Format{},
		webhook.Feishu:   feishu.Format{},
		webhook.Slack:    slack.Format{},
		webhook.Telegram: telegram.Format{},
	}
}

// verdicts are the rules of success of the same channels.
func verdicts() map[webhook.Channel]webhook.Verdict {
	rules := map[webhook.Channel]webhook.Verdict{}
	for channel, drawer := range formats() {
		rules[channel] = drawer.Verdict
	}
	return rules
}

// fills complete the bodies of the same channels.
func fills() map[webhook.Channel]webhook.Fill {
	all := map[webhook.Channel]webhook.Fill{}
	for channel, drawer := range formats() {
		all[channel] = drawer.Fill
	}
	return all
}
