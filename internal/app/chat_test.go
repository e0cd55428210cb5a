package app_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tillway/internal/config"
	"tillway/internal/pay"
	"tillway/internal/webhook/webhooktest"
)

// mustBuy pays one order of 29.00 USD by card.
func (s *till) mustBuy(t *testing.T) {
	t.Helper()
	_, page := s.mustOpen(t, pay.Test, "USD", "29.00")
	buyer := s.newShopper(t, page)
	placed := buyer.mustPost(t, "details", object{"email": "b@example.com", "country": "DE"})
	paid := buyer.mustPost(t, "pay", object{"method": "card", "turn": placed["turn"], "number": "4576750000000110", "expiry": "12/34", "cvc": "123"})
	wantMembers(t, "the receipt", paid, object{"state": "paid"})
}

// mustHook adds an endpoint for sales.
func (s *till) mustHook(t *testing.T, channel, url, secret string) {
	t.Helper()
	s.mustCall(t, pay.Test, "store/add-webhook", object{
		"storeId": s.made.StoreID, "channel": channel, "url": url, "events": []string{"order.completed"}, "testMode": true, "secret": secret,
	})
}

// One sale is told in four chats, each in its own format, and the log says what
// came of it without the credentials in their addresses.
func TestChatsAreTold(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, where config.Data) {
		s := newTill(t, where)
		const english, chinese = "[Test] Order completed", "【测试】订单已完成"
		chats := map[string]struct {
			fake    *webhooktest.Chat
			secret  string
			says    []string
			refusal string // of a no with status 200
		}{
			"slack":    {webhooktest.NewSlack(t), "", []string{english, "29.00 USD", "b@example.com", "View order", " UTC"}, "invalid_payload"},
			"discord":  {webhooktest.NewDiscord(t), "", []string{english, "29.00 USD", "b@example.com", "View order"}, "Cannot send an empty message"},
			"telegram": {webhooktest.NewTelegram(t), "-1001234567890", []string{english, "29.00 USD", "b@example.com", "View order", " UTC"}, "Bad Request: chat not found"},
			"feishu":   {webhooktest.NewFeishu(t), "", []string{chinese, "29.00 USD", "b@example.com", "查看订单", "(UTC+8)"}, "19024 Key Words Not Found"},
		}
		for channel, chat := range chats {
			s.mustHook(t, channel, chat.fake.URL, chat.secret)
		}

		s.mustBuy(t)
		for channel, chat := range chats {
			post := chat.fake.Wait(t, 1)[0]
			for _, text := range append(chat.says, "Guide", "Acme", "ORD_") {
				if !strings.Contains(post.Text, text) {
					t.Errorf("%s: %q is not shown in %q", channel, text, post.Text)
				}
			}
			if post.Chat != chat.secret {
				t.Errorf("%s: posted to chat %q", channel, post.Chat)
			}
			if len(post.Stray) > 0 {
				t.Errorf("%s: read as markup: %q", channel, post.Stray)
			}
			for _, link := range post.Links {
				if status, page := get(t, link); status != http.StatusOK || !strings.Contains(page, "tillway webhook log --store STO_… --order ORD_") {
					t.Errorf("%s: the link %s answers %d %q", channel, link, status, page)
				}
			}
			if len(post.Links) == 0 {
				t.Errorf("%s: no link", channel)
			}
			chat.fake.Refuse(true)
		}
		s.mustBuy(t)
		for _, chat := range chats {
			chat.fake.Wait(t, 2)
		}
		mustStop(t, s.server)

		want := map[string]int64{}
		for channel, chat := range chats {
			host, _, _ := strings.Cut(strings.TrimPrefix(chat.fake.URL, "http://"), "/")
			want[channel+" succeeded, unsigned: 1  http://"+host+"/…"] = 1
			want[channel+" pending, unsigned: 1 rejected http://"+host+"/…"] = 1
		}
		got := s.mustQuery(t, `SELECT d.channel || ' ' || d.state || ', ' || CASE d.scheme WHEN '' THEN 'unsigned' ELSE d.scheme END || ': '
			|| CAST(d.attempts AS TEXT) || ' ' || a.class || ' ' || a.url, COUNT(*)
			FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery_id = d.id WHERE d.channel <> $1 GROUP BY 1`, "http")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
		for channel, chat := range chats {
			reasons := s.mustQuery(t, `SELECT a.reason, a.status FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery_id = d.id
				WHERE d.channel = $1 AND a.class = 'rejected'`, channel)
			for reason, status := range reasons {
				if status != http.StatusOK || !strings.HasSuffix(reason, chat.refusal) {
					t.Errorf("%s was refused with %d %q", channel, status, reason)
				}
			}
		}
		kept := s.mustQuery(t, `SELECT d.url || ' ' || d.headers || ' ' || a.request_headers, 1
			FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery_id = d.id WHERE d.channel <> $1`, "http")
		text := "CAST(%s AS TEXT)"
		if where.Postgres() {
			text = "CONVERT_FROM(%s, 'UTF8')"
		}
		maps.Copy(kept, s.mustQuery(t, "SELECT "+fmt.Sprintf(text, "body")+", 1 FROM webhook_deliveries"))
		maps.Copy(kept, s.mustQuery(t, "SELECT "+fmt.Sprintf(text, "response")+", 1 FROM webhook_attempts"))
		for row := range kept {
			for _, credential := range []string{"XXXXXXXXXXXX", "aBcD-eFgH", "ABC-DEF1234", "0f1e2d3c-4b5a", "-1001234567890"} {
				if strings.Contains(row, credential) {
					t.Errorf("a credential is in the log: %s", row)
				}
			}
		}
	})
}

// A relay is an endpoint like any other: it gets the signed bytes that a
// back end gets, and its 404 is a failure, whatever its body.
func TestRelayGetsTheRawEvent(t *testing.T) {
	t.Parallel()
	s := newTill(t, config.Data{Dir: dataDir(t)})
	direct, relay := webhooktest.NewReceiver(t), webhooktest.NewReceiver(t)
	relay.Reply(webhooktest.Reply{
		Status: http.StatusNotFound, Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"ok":false,"error":"unknown webhook"}`,
	})
	s.mustHook(t, "http", direct.URL, "")
	s.mustHook(t, "http", strings.TrimSuffix(relay.URL, "/hook")+"/webhook/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", "")
	s.mustBuy(t)
	one, two := direct.Wait(t, 1)[0], relay.Wait(t, 1)[0]
	for name, received := range map[string]webhooktest.Received{"direct": one, "relay": two} {
		if _, err := webhooktest.VerifyPancake(received, mustPublicKey(t, s.made.Pancake.Test.WebhookPublicKey), time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, b := slices.Sorted(maps.Keys(one.Header)), slices.Sorted(maps.Keys(two.Header)); !slices.Equal(a, b) || two.Header.Get("X-Waffo-Event") != "order.completed" {
		t.Errorf("headers %v and %v", a, b)
	}
	// The delivery's own id is all that differs.
	if a, b := deliveryOf(t, one.Body), deliveryOf(t, two.Body); !bytes.Equal(bytes.ReplaceAll(one.Body, a, b), two.Body) || bytes.Equal(a, b) {
		t.Errorf("bodies\n%s\n%s", one.Body, two.Body)
	}
	mustStop(t, s.server)
	got := s.mustQuery(t, `SELECT d.state || ' ' || a.class, a.status FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery_id = d.id
		WHERE a.url LIKE $1`, "%/webhook/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9")
	if diff := cmp.Diff(map[string]int64{"pending status": http.StatusNotFound}, got); diff != "" {
		t.Error(diff)
	}
}

func deliveryOf(t *testing.T, body []byte) []byte {
	t.Helper()
	var event struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, &event); err != nil || event.ID == "" {
		t.Fatalf("%v: %s", err, body)
	}
	return []byte(event.ID)
}

func mustPublicKey(t *testing.T, text string) *rsa.PublicKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("no PEM: %s", text)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PublicKey)
}

func TestDashboardPage(t *testing.T) {
	t.Parallel()
	server := mustStart(t, serverConfig(config.Data{Dir: dataDir(t)}))
	const order = "ORD_5Fq3Zt8uVbKc5LmN1oPxYd"
	for path, want := range map[string]string{
		"/dashboard/orders/" + order:       "<pre><code>tillway webhook log --store STO_… --order " + order + "</code></pre>",
		"/dashboard/":                      "<pre><code>tillway webhook log --store STO_… --order ORD_…</code></pre>",
		"/dashboard":                       "<pre><code>tillway webhook log --store STO_… --order ORD_…</code></pre>",
		"/dashboard/orders/" + order + "x": "<pre><code>tillway webhook log --store STO_… --order ORD_…</code></pre>",
		"/dashboard/orders/%3Cscript%3Ealert(1)%3C/script%3E": "<pre><code>tillway webhook log --store STO_… --order ORD_…</code></pre>",
	} {
		status, page := get(t, server.URL()+path)
		if status != http.StatusOK || !strings.Contains(page, want) || !strings.Contains(page, "not part of this version") || strings.Contains(page, "script") {
			t.Errorf("%s answers %d %s", path, status, page)
		}
	}
}
