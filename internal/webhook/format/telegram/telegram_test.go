package telegram_test

import (
	"strings"
	"testing"

	"tillway/internal/id"
	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/formattest"
	"tillway/internal/webhook/format/telegram"
	"tillway/internal/webhook/webhooktest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	formattest.Run(t, telegram.Format{}, webhooktest.NewTelegram(t))
}

const golden = `{"chat_id":"[redacted]","text":"✅ <b>[Test] Order completed</b>\nAmount: <b>11.90 USD</b>\nProduct: Guide &lt;&amp;&gt; *tips*\nOrder: ORD_5Fq3Zt8uVbKc5LmN1oPxYd\n` +
	`<a href=\"https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd\">View order</a>\n<i>Acme · 20 Nov 2026, 09:31:02 UTC</i>","parse_mode":"HTML","link_preview_options":{"is_disabled":true}}`

func TestDraw(t *testing.T) {
	t.Parallel()
	body, err := telegram.Format{}.Draw(formattest.Sale())
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

func TestFill(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, chat, want string }{
		"the placeholder gives way":            {`{"chat_id":"[redacted]","text":"a, \"chat_id\":\"[redacted]\""}`, "-1001", `{"chat_id":"-1001","text":"a, \"chat_id\":\"[redacted]\""}`},
		"an older body's chat does too":        {`{"chat_id":"8737","text":"8737"}`, "@news", `{"chat_id":"@news","text":"8737"}`},
		"and one that is empty":                {`{"chat_id":"","text":"a"}`, "-1001", `{"chat_id":"-1001","text":"a"}`},
		"without a chat it stays":              {`{"chat_id":"[redacted]","text":"a"}`, "", `{"chat_id":"[redacted]","text":"a"}`},
		"what this format has not drawn stays": {`{"text":"a","chat_id":"1"}`, "-1001", `{"text":"a","chat_id":"1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stored := []byte(c.body)
			if got := (telegram.Format{}).Fill(stored, id.Secret(c.chat)); string(got) != c.want || string(stored) != c.body {
				t.Errorf("got %s, want %s; what is stored is %s", got, c.want, stored)
			}
		})
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
		"201 and ok":           {201, `{"ok":true}`, "Telegram answered 201 but did not accept the message."},
		"202 and ok":           {202, `{"ok":true}`, "Telegram answered 202 but did not accept the message."},
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
