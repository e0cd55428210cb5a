package webhooktest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"tillway/internal/webhook/webhooktest"
)

// A stand-in that took everything would prove nothing, so each of its rules is
// broken once.
func TestChatsRefuse(t *testing.T) {
	t.Parallel()
	x := func(n int) string { return strings.Repeat("x", n) }
	field := func(name, value string) string {
		return `{"embeds":[{"title":"t","fields":[{"name":"` + name + `","value":"` + value + `"}]}]}`
	}
	lark := func(element string) string {
		return `{"msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text","content":"t"},"template":"green"},"elements":[` + element + `]}}`
	}
	html := func(text string) string { return `{"chat_id":"1","parse_mode":"HTML","text":"` + text + `"}` }
	for name, c := range map[string]struct {
		chat   func(testing.TB) *webhooktest.Chat
		body   string
		status int
		says   string
	}{
		"slack: no JSON":               {webhooktest.NewSlack, `{`, 400, "invalid_payload"},
		"slack: nothing":               {webhooktest.NewSlack, `{}`, 400, "no_text"},
		"slack: a field without short": {webhooktest.NewSlack, `{"attachments":[{"title":"t","fields":[{"title":"a","value":"b"}]}]}`, 400, "invalid_attachments"},
		"slack: a colour's name":       {webhooktest.NewSlack, `{"attachments":[{"title":"t","color":"green"}]}`, 400, "invalid_attachments"},
		"slack: a long footer":         {webhooktest.NewSlack, `{"attachments":[{"title":"t","footer":"` + x(301) + `"}]}`, 400, "invalid_attachments"},
		"slack: a long text":           {webhooktest.NewSlack, `{"attachments":[{"title":"` + x(40_001) + `"}]}`, 400, "msg_too_long"},

		"discord: no JSON":              {webhooktest.NewDiscord, `{`, 400, "50109"},
		"discord: nothing":              {webhooktest.NewDiscord, `{}`, 400, "50006"},
		"discord: an empty embed":       {webhooktest.NewDiscord, `{"embeds":[{}]}`, 400, "50035"},
		"discord: a long title":         {webhooktest.NewDiscord, `{"embeds":[{"title":"` + x(257) + `"}]}`, 400, "50035"},
		"discord: a long description":   {webhooktest.NewDiscord, `{"embeds":[{"title":"t","description":"` + x(4097) + `"}]}`, 400, "50035"},
		"discord: an empty name":        {webhooktest.NewDiscord, field(" ", "v"), 400, "50035"},
		"discord: an empty value":       {webhooktest.NewDiscord, field("n", ""), 400, "50035"},
		"discord: a long name":          {webhooktest.NewDiscord, field(x(257), "v"), 400, "50035"},
		"discord: a long value":         {webhooktest.NewDiscord, field("n", x(1025)), 400, "50035"},
		"discord: 26 fields":            {webhooktest.NewDiscord, `{"embeds":[{"title":"t","fields":[` + strings.Repeat(`{"name":"n","value":"v"},`, 25) + `{"name":"n","value":"v"}]}]}`, 400, "50035"},
		"discord: 6,001 in all":         {webhooktest.NewDiscord, `{"embeds":[{"description":"` + x(4096) + `","footer":{"text":"` + x(1905) + `"}}]}`, 400, "50035"},
		"discord: a time of day":        {webhooktest.NewDiscord, `{"embeds":[{"title":"t","timestamp":"09:30"}]}`, 400, "50035"},
		"discord: a host without a dot": {webhooktest.NewDiscord, `{"embeds":[{"title":"t","url":"http://localhost:8080"}]}`, 400, "50035"},

		"feishu: no JSON":         {webhooktest.NewFeishu, `{`, 400, "9499"},
		"feishu: 30 KB and one":   {webhooktest.NewFeishu, lark(`{"tag":"div","text":{"tag":"lark_md","content":"` + x(30<<10) + `"}}`), 400, "9499"},
		"feishu: another message": {webhooktest.NewFeishu, `{"msg_type":"text","content":{"text":"t"}}`, 200, "19002"},
		"feishu: no elements":     {webhooktest.NewFeishu, lark(``), 200, "11246"},
		"feishu: an empty text":   {webhooktest.NewFeishu, lark(`{"tag":"div","text":{"tag":"lark_md","content":""}}`), 200, "11246"},
		"feishu: an unknown tag":  {webhooktest.NewFeishu, lark(`{"tag":"paragraph"}`), 200, "11246"},

		"telegram: no chat":          {webhooktest.NewTelegram, `{"chat_id":"","parse_mode":"HTML","text":"t"}`, 400, "chat_id is empty"},
		"telegram: no text":          {webhooktest.NewTelegram, html(" "), 400, "text is empty"},
		"telegram: only tags":        {webhooktest.NewTelegram, html("<b></b>"), 400, "text is empty"},
		"telegram: 4,097":            {webhooktest.NewTelegram, html(x(4097)), 400, "too long"},
		"telegram: an open tag":      {webhooktest.NewTelegram, html("<b>t"), 400, "can't parse entities"},
		"telegram: tags out of turn": {webhooktest.NewTelegram, html("<b><i>t</b></i>"), 400, "can't parse entities"},
		"telegram: an unknown tag":   {webhooktest.NewTelegram, html("<h1>t</h1>"), 400, "can't parse entities"},
		"telegram: a bare sign":      {webhooktest.NewTelegram, html("a < b"), 400, "can't parse entities"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := c.chat(t)
			if _, err := chat.Judge([]byte(c.body)); err == nil {
				t.Error("judged as good")
			}
			status, body := mustPost(t, chat.URL, "application/json", c.body)
			if status != c.status || !strings.Contains(body, c.says) || len(chat.Posts()) != 0 {
				t.Errorf("answered %d %s, want %d %s", status, body, c.status, c.says)
			}
		})
	}
}

func TestChatsAccept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chat            func(testing.TB) *webhooktest.Chat
		body            string
		status          int
		answer, refusal string
		stray           bool
	}{
		"slack":                                 {webhooktest.NewSlack, `{"attachments":[{"title":"a &amp; b"}]}`, 200, "ok", "invalid_payload", false},
		"slack with a mention":                  {webhooktest.NewSlack, `{"attachments":[{"title":"t","mrkdwn_in":["fields"],"fields":[{"title":"a","value":"<!channel>","short":true}]}]}`, 200, "ok", "invalid_payload", true},
		"slack with a format":                   {webhooktest.NewSlack, `{"attachments":[{"title":"t","mrkdwn_in":["fields"],"fields":[{"title":"a","value":"so _it_ is","short":true}]}]}`, 200, "ok", "invalid_payload", true},
		"discord":                               {webhooktest.NewDiscord, `{"embeds":[{"title":"t"}],"allowed_mentions":{"parse":[]}}`, 204, "", `"code":50006`, false},
		"discord with a mention":                {webhooktest.NewDiscord, `{"embeds":[{"title":"@everyone"}],"allowed_mentions":{"parse":[]}}`, 204, "", `"code":50006`, true},
		"discord without a word about mentions": {webhooktest.NewDiscord, `{"embeds":[{"title":"t"}]}`, 204, "", `"code":50006`, true},
		"feishu":                                {webhooktest.NewFeishu, `{"msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text","content":"t"},"template":"green"},"elements":[{"tag":"div","text":{"tag":"lark_md","content":"**a** b"}}]}}`, 200, `"code":0`, `"code":19024`, false},
		"feishu with a mention":                 {webhooktest.NewFeishu, `{"msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text","content":"t"},"template":"green"},"elements":[{"tag":"div","text":{"tag":"lark_md","content":"<at id=all></at>"}}]}}`, 200, `"code":0`, `"code":19024`, true},
		"telegram":                              {webhooktest.NewTelegram, `{"chat_id":1,"parse_mode":"HTML","text":"<b>t</b> &amp; u"}`, 200, `"ok":true`, `"ok":false`, false},
		"telegram with a bare sign":             {webhooktest.NewTelegram, `{"chat_id":"@shop","parse_mode":"HTML","text":"t & u"}`, 200, `"ok":true`, `"ok":false`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := c.chat(t)
			status, body := mustPost(t, chat.URL, "application/json; charset=utf-8", c.body)
			if status != c.status || !strings.Contains(body, c.answer) {
				t.Errorf("answered %d %s", status, body)
			}
			if posts := chat.Wait(t, 1); (len(posts[0].Stray) > 0) != c.stray || string(posts[0].Body) != c.body {
				t.Errorf("posted %+v", posts[0])
			}
			chat.Refuse(true)
			if status, body := mustPost(t, chat.URL, "application/json", c.body); status != http.StatusOK || !strings.Contains(body, c.refusal) {
				t.Errorf("refused with %d %s", status, body)
			}
			if status, _ := mustPost(t, chat.URL, "text/plain", c.body); status != http.StatusUnsupportedMediaType {
				t.Errorf("plain text: %d", status)
			}
			if status, _ := mustPost(t, chat.URL+"x", "application/json", c.body); status != http.StatusNotFound {
				t.Errorf("another address: %d", status)
			}
		})
	}
}

func mustPost(t *testing.T, url, kind, body string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
