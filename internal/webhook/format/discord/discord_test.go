package discord_test

import (
	"testing"

	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/discord"
	"tillway/internal/webhook/format/formattest"
	"tillway/internal/webhook/webhooktest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	formattest.Run(t, discord.Format{}, webhooktest.NewDiscord(t))
}

const golden = `{"embeds":[{"title":"\\[Test\\] Order completed","description":"[View order](https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd)","color":3066993,` +
	`"fields":[{"name":"Amount","value":"**11.90 USD**","inline":true},{"name":"Product","value":"Guide \\<&\\> \\*tips\\*","inline":true},{"name":"Order","value":"ORD\\_5Fq3Zt8uVbKc5LmN1oPxYd","inline":false}],` +
	`"footer":{"text":"Acme"},"timestamp":"2026-11-20T09:31:02.114Z"}],"allowed_mentions":{"parse":[]}}`

func TestDraw(t *testing.T) {
	t.Parallel()
	body, err := discord.Format{}.Draw(formattest.Sale())
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != golden {
		t.Errorf("got  %s\nwant %s", body, golden)
	}
	if language := (discord.Format{}).Language(); language != format.English {
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
		"204":                  {204, "", ""},
		"200 with the message": {200, `{"id":"1","type":0,"content":"","embeds":[{"title":"x`, ""},
		"200 without a body":   {200, "", ""},
		"an error with 200":    {200, `{"message":"Cannot send an empty message","code":50006}`, "Discord answered 200 but did not accept the message: Cannot send an empty message"},
		"201":                  {201, "", "Discord answered 201 but did not accept the message."},
		"another success":      {202, "", "Discord answered 202 but did not accept the message."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (discord.Format{}).Verdict(c.status, []byte(c.body)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
