package slack_test

import (
	"testing"

	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/formattest"
	"tillway/internal/webhook/format/slack"
	"tillway/internal/webhook/webhooktest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	formattest.Run(t, slack.Format{}, webhooktest.NewSlack(t))
}

const golden = `{"attachments":[{"color":"#2eb67d","fallback":"[Test] Order completed","title":"[Test] Order completed","title_link":"https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd",` +
	`"fields":[{"title":"Amount","value":"*11.90 USD*","short":true},{"title":"Product","value":"Guide &lt;&amp;&gt; ` + "\u2060" + `*tips*","short":true},` +
	`{"title":"Order","value":"ORD_5Fq3Zt8uVbKc5LmN1oPxYd","short":false},{"title":"","value":"<https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd|View order>","short":false}],` +
	`"footer":"Acme · 20 Nov 2026, 09:31:02 UTC","mrkdwn_in":["fields"]}]}`

func TestDraw(t *testing.T) {
	t.Parallel()
	body, err := slack.Format{}.Draw(formattest.Sale())
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != golden {
		t.Errorf("got  %s\nwant %s", body, golden)
	}
	if language := (slack.Format{}).Language(); language != format.English {
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
		"ok":                  {200, "ok", ""},
		"ok and a line break": {200, "ok\n", ""},
		"a refusal with 200":  {200, "invalid_payload", "Slack answered 200 but did not accept the message: invalid_payload"},
		"201 and ok":          {201, "ok", "Slack answered 201 but did not accept the message: ok"},
		"202 and ok":          {202, "ok", "Slack answered 202 but did not accept the message: ok"},
		"an empty answer":     {200, "", "Slack answered 200 but did not accept the message."},
		"a page":              {200, "<html>ok</html>", "Slack answered 200 but did not accept the message: <html>ok</html>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (slack.Format{}).Verdict(c.status, []byte(c.body)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
