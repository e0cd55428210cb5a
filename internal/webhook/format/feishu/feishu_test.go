package feishu_test

import (
	"testing"

	"tillway/internal/webhook/format"
	"tillway/internal/webhook/format/feishu"
	"tillway/internal/webhook/format/formattest"
	"tillway/internal/webhook/webhooktest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	formattest.Run(t, feishu.Format{}, webhooktest.NewFeishu(t))
}

const golden = `{"msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text","content":"[Test] Order completed"},"template":"green"},` +
	`"elements":[{"tag":"div","text":{"tag":"lark_md","content":"**Amount** 11.90 USD"}},{"tag":"div","text":{"tag":"lark_md","content":"**Product** Guide &#60;&#38;&#62; &#42;tips&#42;"}},` +
	`{"tag":"div","text":{"tag":"lark_md","content":"**Order** ORD_5Fq3Zt8uVbKc5LmN1oPxYd"}},` +
	`{"tag":"action","actions":[{"tag":"button","text":{"tag":"plain_text","content":"View order"},"url":"https://pay.example.test/dashboard/orders/ORD_5Fq3Zt8uVbKc5LmN1oPxYd","type":"default"}]},` +
	`{"tag":"note","elements":[{"tag":"plain_text","content":"Acme · 2026-11-20 17:31:02 (UTC+8)"}]}]}}`

func TestDraw(t *testing.T) {
	t.Parallel()
	body, err := feishu.Format{}.Draw(formattest.Sale())
	if err != nil {
		t.Fatal(err)
	}
	if string(body) != golden {
		t.Errorf("got  %s\nwant %s", body, golden)
	}
	if language := (feishu.Format{}).Language(); language != format.Chinese {
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
		"code 0":                   {200, `{"code":0,"data":{},"msg":"success"}`, ""},
		"the older form":           {200, `{"Extra":null,"StatusCode":0,"StatusMessage":"success"}`, ""},
		"both forms":               {200, `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`, ""},
		"another code with 200":    {200, `{"code":19024,"msg":"Key Words Not Found","data":{}}`, "Feishu answered 200 but did not accept the message: 19024 Key Words Not Found"},
		"the older form of a no":   {200, `{"StatusCode":9499,"StatusMessage":"Bad Request"}`, "Feishu answered 200 but did not accept the message: 9499 Bad Request"},
		"code 0 in another status": {201, `{"code":0,"msg":"success"}`, "Feishu answered 201 but did not accept the message: 0 success"},
		"a code that is a text":    {200, `{"code":"0"}`, `Feishu answered 200 but did not accept the message: "0"`},
		"no JSON":                  {200, "ok", "Feishu answered 200 but did not accept the message."},
		"no answer":                {200, "", "Feishu answered 200 but did not accept the message."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (feishu.Format{}).Verdict(c.status, []byte(c.body)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
