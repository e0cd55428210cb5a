package telegram_test

import (
	"strings"
	"testing"

	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/formattest"
	"tillway/internal/webhook/format/telegram"
	"tillway/internal/webhook/webhooktest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	formattest.Run(t, telegram.Format{}, webhooktest.NewTelegram(t))
}

const golden = `{"chat_id":"8737","text":"✅ <b>[Test] Order completed</b>\nAmount: <b>11.90 USD</b>\nProduct: Guide &lt;&amp;&gt; *tips*\nOrder: ORD_5Fq3Zt8uVbKc5LmN1oPxYd\n` +
	`<a href=\"https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd\">View order</a>\n<i>Acme · 20 Nov 2026, 09:31:02 UTC</i>","parse_mode":"HTML","link_preview_options":{"is_disabled":true}}`

func TestDraw(t *testing.T) {
	t.Parallel()
	body, err := telegram.Format{}.Draw(formattest.Sale(), formattest.Chat)
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != golden {
		t.Errorf("got  %s\nwant %s", body, golden)
	}
	if language := (telegram.Format{}).Language(); language != format.English {
		t.Errorf("language %q", language)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   string // "" is acceptance
	}{
		"ok":                   {200, `{"ok":true,"result":{"message_id":1}}`, ""},
		"ok, and cut by a log": {200, `{"ok":true,"result":{"text":"` + strings.Repeat("x", 4000), ""},
		"not ok":               {200, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`, "Telegram answered 200 but did not accept the message: Bad Request: chat not found"},
		"a text":               {200, `{"ok":"true"}`, "Telegram answered 200 but did not accept the message."},
		"ok further down":      {200, `{"result":{"ok":true}}`, "Telegram answered 200 but did not accept the message."},
		"a list":               {200, `[{"ok":true}]`, "Telegram answered 200 but did not accept the message."},
		"no JSON":              {200, "ok", "Telegram answered 200 but did not accept the message."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (telegram.Format{}).Verdict(c.status, []byte(c.body)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
